// Runs cases/refill.txt and cases/people.txt, and the laws of both. UPDATE_CASES=1 writes what must come out anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, textOf } from "#model/bytes";
import { makeTrailer, parseMessage } from "#model/mail";
import { fitsGlob, refill, REFILL_WIDTH } from "./index.ts";
import { mailedPeople } from "./mailed-people.ts";

/** The case file as the code makes it. */
function runCases(name: string, run: (input: string) => string): string {
  const file = join(import.meta.dirname, "cases", name);
  const written = readFileSync(file, "utf8");
  const now = written
    .split(/\n(?=# )/)
    .map((block) => {
      const [title = "", ...lines] = block.split("\n");
      const input = lines.slice(0, lines.indexOf("==>"));
      return [title, ...input, "==>", run(input.join("\n")), ""].join("\n");
    })
    .join("\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, now);
  return now;
}

function readCases(name: string): string {
  return readFileSync(join(import.meta.dirname, "cases", name), "utf8");
}

test("paragraphs are filled as cases/refill.txt shows", () => {
  // A blank at the end of a line is shown.
  const now = runCases("refill.txt", (input) => textOf(refill(bytesOf(input))).replace(/ $/gm, "\u00b7"));
  expect(now).toBe(readCases("refill.txt"));
});

test("people are named as cases/people.txt shows", () => {
  const now = runCases("people.txt", (input) => {
    const byName = input.includes('"by-name"');
    const mail = parseMessage(bytesOf(`From: author@example.org\n${input.slice(input.indexOf("\n") + 1)}\n\n`));
    const trailers = [makeTrailer("Reviewed-by", "Named <named@example.org>")];
    const people = {
      order: byName ? "by-name" : "as-mailed",
      exclude: ["*@lists.*"],
      keep: ["kept@lists.example.org"],
      quote: !byName,
      names: { "called@example.org": "Called By Name" },
    } as const;
    const added = mailedPeople(mail, trailers, people, ["author@example.org", "m@example.org"]);
    return textOf(bytesOf(added.map(({ raw }) => raw).join(""))).trimEnd();
  });
  expect(now).toBe(readCases("people.txt"));
});

const words = fc.array(fc.stringMatching(/^[A-Za-z]{1,12}[.,!?]?$/), { minLength: 1, maxLength: 60 });

test("filling keeps the words, the width, and what is filled already", () => {
  fc.assert(
    fc.property(words, (text) => {
      // What begins as an item of a list does is left alone.
      fc.pre(!/^\w{1,2}[.)]$/.test(text[0] ?? ""));
      const input = text.join(" ");
      const once = byteString(refill(bytesOf(input)));
      expect(once.split(/\s+/)).toEqual(text);
      for (const line of once.split("\n")) expect(line.length).toBeLessThanOrEqual(REFILL_WIDTH);
      expect(byteString(refill(bytesOf(once)))).toBe(once);
    }),
  );
});

test("a glob without stars is the text, one with stars finds what is between them", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z@.]{0,5}$/), { minLength: 1, maxLength: 4 }), (pieces) => {
      expect(fitsGlob(pieces.join("*"), pieces.join(""))).toBe(true);
      expect(fitsGlob(pieces.join("*"), pieces.join("xyz"))).toBe(
        pieces.length > 1 || pieces.join("xyz") === pieces[0],
      );
      expect(fitsGlob(`${pieces.join("*")}!`, pieces.join(""))).toBe(false);
    }),
  );
});
