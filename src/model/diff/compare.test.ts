// Laws of comparing, of made hunks and of near places on random input; a failing run prints its seed and path.
// Runs the tables compare-cases/*.txt too, which say in their first block how to write a case.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, concatBytes, textOf } from "#model/bytes";
import type { Hunk, Lines } from "./index.ts";
import {
  applyHunks,
  compareLines,
  linesOf,
  makeHunks,
  nearestPlace,
  parseDiff,
  patternOf,
  sideBySide,
} from "./index.ts";

const folder = join(import.meta.dirname, "compare-cases");

describe.each(readdirSync(folder))("%s", (name) => {
  const blocks = readFileSync(join(folder, name), "utf8").split(/^(?=# )/m);
  const now = blocks.map((block) => rewrite(block, name === "near.txt" ? nearOutcome : hunkOutcome));
  const updates = process.env["UPDATE_CASES"] === "1";
  if (updates) writeFileSync(join(folder, name), now.join(""));
  test.each(blocks.map((block, index) => [block.split("\n")[0] ?? "", index] as const))("%s", (_, index) => {
    expect(updates ? now[index] : blocks[index]).toBe(now[index]);
  });
});

type Sections = readonly { readonly head: string; readonly lines: Lines }[];

function rewrite(block: string, outcomeOf: (sections: Sections) => string): string {
  const arrow = block.indexOf("\n==>\n");
  if (arrow < 0) return block;
  const sections = block
    .slice(0, arrow)
    .split(/\n(?=== )/)
    .slice(1)
    .map((text) => {
      const end = `${text}\n`.indexOf("\n");
      return { head: text.slice(3, end), lines: linesOf(unescaped(text.slice(end + 1))) };
    });
  return `${block.slice(0, arrow)}\n==>\n${outcomeOf(sections)}\n`;
}

function hunkOutcome([before, after]: Sections): string {
  if (before === undefined || after === undefined) throw new Error('read a case: it needs "== before" and "== after"');
  const context = Number(/-U(\d)/.exec(after.head)?.[1] ?? 3);
  return escaped(printHunks(makeHunks(before.lines, after.lines, context)));
}

function nearOutcome([file, hunk]: Sections): string {
  if (file === undefined || hunk === undefined) throw new Error('read a case: it needs "== file" and "== hunk"');
  const [parsed] = parseDiff(concatBytes([bytesOf("--- a/f\n+++ b/f\n"), hunk.lines.bytes])).files;
  const pattern = patternOf(oneOf(parsed?.hunks ?? []), false);
  const place = nearestPlace(file.lines, pattern, pattern.first);
  if (place === null) return "nowhere\n";
  const rows = sideBySide(file.lines, pattern, place.line).map(({ expected, found, same }) => {
    const right = found && `${String(found.line).padStart(3)} ${textOf(found.text)}`;
    return `${same ? " " : "!"} ${(expected ? textOf(expected) : "").trimEnd().replaceAll("\t", "  ").padEnd(30)}|${right ?? ""}`;
  });
  const lines = [`line ${place.line}, ${place.matching} of ${pattern.lines.length} lines`, ...rows];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function oneOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error("take the first of a list: it is empty");
  return first;
}

function printHunks(hunks: readonly Hunk[]): Bytes {
  return concatBytes(hunks.flatMap((hunk) => [hunk.head, hunk.body]));
}

function unescaped(text: string): Bytes {
  if (text === "") return bytesOf("");
  return bytesOf((text.endsWith("␄") ? text.slice(0, -1) : `${text}\n`).replaceAll("␍", "\r"));
}

function escaped(bytes: Bytes): string {
  return textOf(bytes).replaceAll("\r", "␍");
}

/** Few different lines, so that many ways lead from one text to the other. */
const text = fc
  .tuple(
    fc.array(fc.constantFrom("", "{", "}", "\ta", "\tb", "\t\tc", "d", "e\r", "f", "g"), { maxLength: 40 }),
    fc.constantFrom("\n", "\n", ""),
  )
  .map(([lines, end]) => linesOf(bytesOf(lines.join("\n") + (lines.length > 0 ? end : ""))));

const edited = fc
  .tuple(
    text,
    fc.array(fc.record({ at: fc.nat(40), drop: fc.nat(4), put: fc.array(fc.constantFrom("", "{", "\ta", "d", "x")) }), {
      maxLength: 4,
    }),
  )
  .map(([before, edits]): [Lines, Lines] => {
    const lines = textOf(before.bytes).split("\n");
    for (const { at, drop, put } of edits) lines.splice(at, drop, ...put);
    return [before, linesOf(bytesOf(lines.join("\n")))];
  });

const pair = fc.oneof(edited, fc.tuple(text, text));

test("outside of the changed runs both texts are the same, and the runs stand apart", () => {
  fc.assert(
    fc.property(pair, fc.constantFrom("to-indent" as const, "down" as const), ([before, after], sliding) => {
      const runs = compareLines(before, after, sliding);
      const old = rest(
        before,
        runs.map((run) => [run.oldStart, run.oldEnd]),
      );
      const made = rest(
        after,
        runs.map((run) => [run.newStart, run.newEnd]),
      );
      expect(old).toEqual(made);
      for (const [index, run] of runs.entries()) {
        expect(run.oldEnd - run.oldStart + run.newEnd - run.newStart).toBeGreaterThan(0);
        expect(run.oldStart).toBeGreaterThan(runs[index - 1]?.oldEnd ?? -1);
      }
    }),
    { numRuns: 3000 },
  );
});

function rest(lines: Lines, runs: readonly (readonly number[])[]): string[] {
  const all = byteString(lines.bytes).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return all.filter((_, line) => !runs.some(([from = 0, to = 0]) => from <= line && line < to));
}

test("made hunks applied without fuzz give the new text, reverted the old one, and are read as they are printed", () => {
  fc.assert(
    fc.property(pair, fc.nat(5), ([before, after], context) => {
      const hunks = makeHunks(before, after, context);
      const done = applyHunks(before, hunks, { fuzz: 0, reverse: false });
      expect(byteString(done.file.bytes)).toBe(byteString(after.bytes));
      expect(done.outcomes.every((outcome) => outcome.kind === "applied" && outcome.offset === 0)).toBe(true);
      const undone = applyHunks(after, hunks, { fuzz: 0, reverse: true });
      expect(byteString(undone.file.bytes)).toBe(byteString(before.bytes));
      const parsed = parseDiff(concatBytes([bytesOf("--- a/f\n+++ b/f\n"), printHunks(hunks)]));
      expect(parsed.problems).toEqual([]);
      expect(parsed.files[0]?.hunks.map(plain) ?? []).toEqual(hunks.map(plain));
    }),
    { numRuns: 3000 },
  );
});

/** The same whichever kind of array its bytes are in. */
function plain(hunk: Hunk): object {
  return { ...hunk, head: byteString(hunk.head), body: byteString(hunk.body) };
}

test("what a hunk expects is found where it stands, and every expected line has its row", () => {
  fc.assert(
    fc.property(pair, fc.nat(60), ([before, after], guess) => {
      for (const hunk of makeHunks(before, after, 3)) {
        const pattern = patternOf(hunk, false);
        if (pattern.lines.length === 0) continue;
        const here = nearestPlace(before, pattern, hunk.oldStart);
        expect(here?.line).toBe(hunk.oldStart);
        expect(here?.matching).toBe(pattern.lines.length);
        const rows = sideBySide(before, pattern, hunk.oldStart);
        expect(rows.every(({ same }) => same)).toBe(true);
        const place = nearestPlace(after, pattern, guess)?.line ?? guess;
        const expected = sideBySide(after, pattern, place).flatMap((row) =>
          row.expected ? [textOf(row.expected)] : [],
        );
        expect(expected).toEqual(pattern.lines.map(({ start, end }) => textOf(pattern.body.subarray(start, end))));
      }
    }),
    { numRuns: 1000 },
  );
});

test("texts made to be hard are compared in seconds", () => {
  const times = 50_000;
  const random = (below: number, salt: number): Lines => {
    let state = salt;
    const lines = Array.from({ length: times }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return `${(state >>> 8) % below}\n`;
    });
    return linesOf(bytesOf(lines.join("")));
  };
  const cycle = (every: number): Lines =>
    linesOf(bytesOf(Array.from({ length: times }, (_, i) => (i % every === 0 ? "a\nb\nc\n" : "a\nb\n")).join("")));
  const hard: [Lines, Lines][] = [
    [random(2, 1), random(2, 2)],
    [random(1000, 1), random(1000, 2)],
    [random(1e9, 1), random(1e9, 1)],
    [cycle(7), cycle(50)],
    [linesOf(bytesOf("\n".repeat(500_000))), linesOf(bytesOf(`${"\n".repeat(300_000)}x\n`))],
    [linesOf(bytesOf(`${"\r".repeat(1_000_000)}\n\n\n`)), linesOf(bytesOf(`${"\r".repeat(1_000_000)}\n\n\n\n`))],
  ];
  for (const [before, after] of hard) {
    const hunks = makeHunks(before, after, 3);
    expect(applyHunks(before, hunks, { fuzz: 0, reverse: false }).file.size).toBe(after.size);
  }
}, 60_000);
