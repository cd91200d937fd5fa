// How diffs are laid out and shown: pairs of lines, words that changed, gaps, and text that wants to be more than text.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { FileDiff } from "#model/diff";
import { codeOf } from "../../src/ui/web/diff/code.ts";
import { gapLines, gapsOf } from "../../src/ui/web/diff/gaps.ts";
import { rowsOf } from "../../src/ui/web/diff/rows.ts";
import type { Layout } from "../../src/ui/web/diff/rows.ts";
import { changedWords, pairLines } from "../../src/ui/web/diff/words.ts";
import { languageOf } from "../../src/ui/web/islands/colour/languages.ts";
import { tokensOf } from "../../src/ui/web/islands/colour/tokens.ts";

/** The first file of a diff with these hunk lines. */
function fileOf(body: string, head = "@@ -5,3 +5,3 @@"): FileDiff {
  const [file] = parseDiff(bytesOf(`--- a/f.c\n+++ b/f.c\n${head}\n${body}`)).files;
  if (file === undefined) throw new Error("no file");
  return file;
}

/** Rows as text: `5:old|5:new`, changed words in brackets. */
function shown(file: FileDiff, layout: Layout): string[] {
  type Row = ReturnType<typeof rowsOf> extends Generator<infer R> ? R : never;
  type Line = Extract<Row, { kind: "line" }>["line"];
  const text = (line: Line | null): string => {
    if (line === null) return "";
    let [out, at] = ["", 0];
    for (const { start, end } of line.marks) {
      out += `${line.text.slice(at, start)}[${line.text.slice(start, end)}]`;
      at = end;
    }
    return out + line.text.slice(at);
  };
  return [...rowsOf(file, layout)].flatMap((row): string[] => {
    if (row.kind === "hunk") return [];
    if (row.kind === "line") return [`${row.line.old ?? ""}/${row.line.made ?? ""} ${text(row.line)}`];
    return [`${row.old?.old ?? ""} ${text(row.old)} | ${row.made?.made ?? ""} ${text(row.made)}`];
  });
}

test("a changed line has its changed words marked, one below the other", () => {
  expect(shown(fileOf(" a\n-int x = old_name(1);\n+int x = new_name(1);\n b\n"), "unified")).toEqual([
    "5/5 a",
    "6/ int x = [old_name](1);",
    "/6 int x = [new_name](1);",
    "7/7 b",
  ]);
});

test("side by side a line stands beside what it became, and beside nothing when it became nothing", () => {
  expect(shown(fileOf(" a\n-gone entirely\n-int x = 1;\n+int x = 2;\n b\n", "@@ -5,4 +5,3 @@"), "split")).toEqual([
    "5 a | 5 a",
    "6 gone entirely |  ",
    "7 int x = [1]; | 6 int x = [2];",
    "8 b | 7 b",
  ]);
});

test("lines without a likeness are marked as a whole, that is not at all", () => {
  expect(changedWords("return 0;", "struct page *page;")).toBe(null);
});

test("law: pairs rise on both sides, and marks lie inside of their lines", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "_", "(", "ß", "1"), maxLength: 30 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (old, made) => {
      const pairs = pairLines(old, made);
      for (const [index, [i, j]] of pairs.entries()) {
        const [before, after] = pairs[index - 1] ?? [-1, -1];
        expect(i > before && j > after && i < old.length && j < made.length).toBe(true);
        const words = changedWords(old[i] ?? "", made[j] ?? "");
        if (words === null) continue;
        // What is not marked is the same on both sides, but for blanks that join two words.
        const rest = (text: string, spans: typeof words.old): string =>
          spans.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
        expect(rest(old[i] ?? "", words.old).replace(/\s/g, "")).toBe(
          rest(made[j] ?? "", words.made).replace(/\s/g, ""),
        );
      }
    }),
  );
});

test("a huge change is laid out in bounded time", () => {
  const body = Array.from({ length: 4000 }, (_none, index) => `-old ${index}\n`).join("");
  const other = Array.from({ length: 4000 }, (_none, index) => `+new ${index}\n`).join("");
  const began = performance.now();
  expect([...rowsOf(fileOf(body + other, "@@ -1,4000 +1,4000 @@"), "split")]).toHaveLength(4001);
  expect(performance.now() - began).toBeLessThan(5000);
});

const line = { unended: false, marks: [], kind: "insert" } as const;

test("what cannot be seen in a line is shown, and nothing of it is HTML", async () => {
  expect(String(await codeOf({ ...line, text: 'x = "</td><script>alert(1)</script>"; ' }))).toBe(
    'x = &quot;&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;;<span class="ws"> </span>',
  );
  expect(String(await codeOf({ ...line, text: "end\r" }))).toContain("␍");
  expect(String(await codeOf({ ...line, text: "if (a\u202e b) \u0007" }))).toContain("\\u202e b) \\x07");
  expect(String(await codeOf({ ...line, text: "x", unended: true }))).toContain("no newline at end of file");
  expect(String(await codeOf({ ...line, text: "x".repeat(5000) }))).toContain("3000 more characters");
});

test("gaps lie before, between and behind hunks, numbered as the file behind the patch is", () => {
  const [file] = parseDiff(bytesOf("--- a/f\n+++ b/f\n@@ -3,2 +3,3 @@\n a\n+b\n c\n@@ -10,2 +11,1 @@\n-x\n y\n"))
    .files as [FileDiff];
  const applied = { kind: "applied", line: 0, offset: 0, fuzz: 0 } as const;
  const outcome = { kind: "applied", path: "f", hunks: [applied, applied] } as const;
  expect([...gapsOf(file, outcome)]).toEqual([
    [0, { first: 1, last: 2, shift: 0 }],
    [1, { first: 6, last: 10, shift: -1 }],
    [2, { first: 12, last: null, shift: 0 }],
  ]);
  expect([...gapsOf(file, { ...outcome, hunks: [applied, { ...applied, offset: 1 }] })]).toEqual([]);
  const text = bytesOf(Array.from({ length: 14 }, (_none, index) => `line ${index + 1}\n`).join(""));
  expect(
    gapLines(text, { first: 6, last: 10, shift: -1 }, 2).map(({ old, made, text: shownText }) => [
      old,
      made,
      shownText,
    ]),
  ).toEqual([
    [8, 9, "line 9"],
    [9, 10, "line 10"],
  ]);
  expect(gapLines(text, { first: 12, last: null, shift: 0 }).map(({ made }) => made)).toEqual([12, 13, 14]);
});

test("colours: comments, strings, words and numbers of a language", () => {
  const language = languageOf("mm/memory.c");
  if (language === null) throw new Error("no language");
  const text = '#include <x.h>\nint x = 0x1f; /* if\n */ char *s = "a\\"b"; // it\'s';
  expect(tokensOf(text, language).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)).toEqual([
    "macro #include",
    "keyword int",
    "number 0x1f",
    "comment /* if\n */",
    "keyword char",
    'string "a\\"b"',
    "comment // it's",
  ]);
  expect(languageOf("README")).toBe(null);
  expect(languageOf("drivers/dax/Kconfig")).not.toBe(null);
});

test("law: tokens rise and do not overlap", () => {
  const language = languageOf("x.py");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "'", "#", "\n", "\\", "a", "if", "1", " ", "@") }), (text) => {
      let at = 0;
      for (const { start, end } of language === null ? [] : tokensOf(text, language)) {
        expect(start >= at && end > start && end <= text.length).toBe(true);
        at = end;
      }
    }),
  );
});
