// Runs cases/subjects.txt: one subject a line, below it what it means.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseSubject, printRevision, type SubjectParts } from "./parse-subject.ts";

const file = join(import.meta.dirname, "cases/subjects.txt");

test("subjects", () => {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("    "));
  const printed = lines
    .map((line) => (line === "" || line.startsWith("#") ? line : `${line}\n    ${facts(parseSubject(line))}`))
    .join("\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, printed);
  expect(readFileSync(file, "utf8")).toBe(printed);
});

test("a subject made of parts is read back", () => {
  const word = fc
    .stringMatching(/^[a-z]{4,9}$/)
    .filter((text) => !/patch|resend|repost|replac|fix|squash|update|corrected/.test(text));
  fc.assert(
    fc.property(
      fc.record({
        rfc: fc.boolean(),
        resend: fc.boolean(),
        major: fc.integer({ min: 1, max: 99 }),
        minor: fc.option(fc.integer({ min: 0, max: 9 })),
      }),
      fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 99 })),
      fc.option(word),
      fc.stringMatching(/^[a-z]{4,9}: [a-z ]{0,40}[a-z]$/),
      fc.boolean(),
      (marks, [counter, total], project, title, reply) => {
        const revision = { major: marks.major, minor: marks.minor, stated: true };
        const words = [
          marks.rfc ? "RFC" : "",
          marks.resend ? "RESEND" : "",
          "PATCH",
          project ?? "",
          printRevision(revision),
          `${counter}/${total}`,
        ];
        const subject = `${reply ? "Re: " : ""}[${words.filter((each) => each !== "").join(" ")}] ${title}`;
        const { rfc, resend } = marks;
        const prefixes = project === null ? [] : [project];
        const collapsed = title.replace(/ +/g, " ");
        expect(parseSubject(subject)).toEqual({
          reply,
          title: collapsed,
          prefixes,
          patch: true,
          revision,
          counter,
          total,
          rfc,
          resend,
          amends: null,
        });
      },
    ),
  );
});

test("any text is read, and no text takes long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(parseSubject(text).title.length).toBeLessThanOrEqual(text.length);
    }),
  );
  const started = process.cpuUsage();
  for (const hostile of ["[", "]", "Re: ", "[PATCH", "[[", "(v3", " ", "1/", "patch"])
    parseSubject(hostile.repeat(500_000));
  expect(process.cpuUsage(started).user).toBeLessThan(3e6);
});

function facts(parts: SubjectParts): string {
  const { counter, total, revision, prefixes } = parts;
  const said = [
    parts.reply ? "reply" : "",
    parts.patch ? "patch" : "",
    parts.rfc ? "rfc" : "",
    parts.resend ? "resend" : "",
    parts.amends ?? "",
    revision.stated ? printRevision(revision) : "",
    counter === null ? "" : `${counter}/${total ?? "?"}`,
    prefixes.length === 0 ? "" : `[${prefixes.join("|")}]`,
    `= ${parts.title}`,
  ];
  return said
    .filter((each) => each !== "")
    .join(" ")
    .trimEnd();
}
