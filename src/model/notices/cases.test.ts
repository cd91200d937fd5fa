// Runs the files in cases/: blocks of "# title", input, "==>" and what must come out. UPDATE_CASES=1 writes that anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString, readableBytes, textOf } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { parseTrailers, readTrailer } from "#model/mail";
import type { Announced, NoticeTemplates } from "./index.ts";
import {
  addedNotice,
  checkTemplates,
  noticeDiff,
  noticeName,
  noticeRecipients,
  printNotice,
  removedNotice,
} from "./index.ts";

const presetFile = join(import.meta.dirname, "../../../presets/mm.toml");
const words = (parse(readFileSync(presetFile, "utf8")) as unknown as { notices: NoticeTemplates }).notices;
/** The preset has the words; who sends and to which list is what a tree says. */
const preset: NoticeTemplates = {
  ...words,
  sender: "The Maintainer <maintainer@example.org>",
  list: "commits@example.org",
  host: "mail.example.org",
  uploaded: null,
};

/** The case file as the code makes it. */
function runCases(name: string, run: (input: string) => string): string {
  const blocks = readCases(name)
    .split(/\n(?=# )/)
    .map((block) => {
      const [title = "", ...lines] = block.split("\n");
      const input = lines.slice(0, lines.indexOf("==>"));
      return [title, ...input, "==>", run(input.join("\n")).replace(/\n$/, ""), ""].join("\n");
    });
  const now = blocks.join("\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(join(import.meta.dirname, "cases", name), now);
  return now;
}

function readCases(name: string): string {
  return readFileSync(join(import.meta.dirname, "cases", name), "utf8");
}

test("file names follow from subjects as cases/names.txt shows", () => {
  expect(runCases("names.txt", noticeName)).toBe(readCases("names.txt"));
});

test("recipients follow from trailers as cases/recipients.txt shows", () => {
  const templates = {
    sender: "The Maintainer <maintainer@example.org>",
    list: "commits@example.org",
    exclude: ["*@robot.example.org", "bugs@lists.example.org"],
    to: preset.to,
  };
  const now = runCases("recipients.txt", (input) => {
    const [from = "", ...lines] = byteString(bytesOf(input)).split("\n");
    const trailers = lines.flatMap((line) => readTrailer([line], 0)?.trailer ?? []);
    return noticeRecipients({ author: from.replace("From: ", ""), trailers, templates }).join("\n");
  });
  expect(now).toBe(readCases("recipients.txt"));
});

test("diffs are written as cases/diffs.txt shows", () => {
  const now = runCases("diffs.txt", (input) => {
    const end = input.indexOf("\n");
    return textOf(noticeDiff(parseDiff(bytesOf(`${input.slice(end + 1)}\n`)), input.slice(0, end)));
  });
  expect(now).toBe(readCases("diffs.txt"));
});

test("faults of templates are found as cases/templates.txt shows", () => {
  const now = runCases("templates.txt", (input) => {
    const change = parse(input) as unknown as Partial<NoticeTemplates>;
    const templates: NoticeTemplates = {
      ...preset,
      ...change,
      words: { ...preset.words, ...change.words },
      added: { ...preset.added, ...change.added },
      removed: { ...preset.removed, ...change.removed },
      reasons: { ...preset.reasons, ...change.reasons },
    };
    const problems = checkTemplates(templates).map((problem) => problem.message);
    return problems.length === 0 ? "sound" : problems.join("\n");
  });
  expect(now).toBe(readCases("templates.txt"));
});

test("whole mails are written as cases/notices.txt shows", () => {
  const now = runCases("notices.txt", (input) => {
    const [, event = "", where = "", into] = /^(added|removed) (\S+)(?: (\S+))?\n/.exec(input) ?? [];
    const patch = bytesOf(`${input.slice(input.indexOf("\n") + 1)}\n`);
    const text = byteString(patch);
    const author = /^From: (.*)$/m.exec(text)?.[1] ?? "";
    const announced: Announced = {
      templates: preset,
      date: { time: Date.UTC(2024, 1, 12, 20, 0, 1), zone: -480 },
      name: "mm-fix-a-thing.patch",
      title: /^Subject: (.*)$/m.exec(text)?.[1] ?? "",
      branch: event === "added" ? where : "mm-unstable",
      author,
      trailers: parseTrailers(fromByteString(text.slice(text.indexOf("\n\n"), text.indexOf("\n---\n") + 1))).trailers,
      patch,
      queue: [
        { name: "mm-another.patch", author: "Another Author <another@example.org>" },
        { name: "mm-fix-a-thing.patch", author },
      ],
    };
    const removal = { ...announced, kind: where };
    if (event === "added") return textOf(printNotice(addedNotice(announced)));
    return readableBytes(byteString(printNotice(removedNotice(into === undefined ? removal : { ...removal, into }))));
  });
  expect(now).toBe(readCases("notices.txt"));
});
