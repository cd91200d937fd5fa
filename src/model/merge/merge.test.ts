// Laws of merging and of recorded resolutions on random texts; a failing run prints its seed and path.
// Runs the tables cases/*.txt too, which say in their first block how to write a case.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, textOf } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf } from "#model/diff";
import type { MergeResult, Sides } from "./index.ts";
import { conflictId, hasMarkers, markedText, mergeLines, printConflict, replay } from "./index.ts";

const folder = join(import.meta.dirname, "cases");
const LABELS = { ours: "ours", base: "base", theirs: "theirs" };

describe.each(readdirSync(folder))("%s", (name) => {
  const blocks = readFileSync(join(folder, name), "utf8").split(/^(?=# )/m);
  const now = blocks.map((block) => rewrite(block, name === "resolutions.txt" ? resolutionOutcome : mergeOutcome));
  const updates = process.env["UPDATE_CASES"] === "1";
  if (updates) writeFileSync(join(folder, name), now.join(""));
  test.each(blocks.map((block, index) => [block.split("\n")[0] ?? "", index] as const))("%s", (_, index) => {
    expect(updates ? now[index] : blocks[index]).toBe(now[index]);
  });
});

function rewrite(block: string, outcomeOf: (textNamed: (name: string) => Lines) => string): string {
  const arrow = block.indexOf("\n==>\n");
  if (arrow < 0) return block;
  const sections = new Map(
    block
      .slice(0, arrow)
      .split(/\n(?=== )/)
      .slice(1)
      .map((section) => {
        const end = `${section}\n`.indexOf("\n");
        return [section.slice(3, end), section.slice(end + 1)] as const;
      }),
  );
  const textNamed = (name: string): Lines => {
    const text = sections.get(name);
    if (text === undefined) throw new Error(`read case "${block.split("\n")[0]}": no line "== ${name}"`);
    return linesOf(unescaped(text));
  };
  return `${block.slice(0, arrow)}\n==>\n${outcomeOf(textNamed)}\n`;
}

function mergeOutcome(textNamed: (name: string) => Lines): string {
  const merge = mergeLines(sidesNamed(textNamed, ""));
  if (merge.kind === "merged") return `merged\n${escaped(merge.lines.bytes)}`;
  const styles = (["merge", "diff3", "zdiff3"] as const).map((style) => {
    return `== ${style}\n${escaped(printConflict(merge, LABELS, style))}`;
  });
  return `conflicts: ${merge.regions.length}\n${styles.join("")}`;
}

function resolutionOutcome(textNamed: (name: string) => Lines): string {
  const first = conflictOf(mergeLines(sidesNamed(textNamed, "")));
  const later = conflictOf(mergeLines(sidesNamed(textNamed, "later ")));
  const known = conflictId(first) === conflictId(later) ? "the same conflict" : "another conflict";
  const done = replay(later, { preimage: markedText(first), postimage: textNamed("resolved").bytes });
  return `${known}, ${done === null ? "not replayed\n" : `replayed\n${escaped(done.bytes)}`}`;
}

function sidesNamed(textNamed: (name: string) => Lines, before: string): Sides {
  return {
    base: textNamed(`${before}base`),
    ours: textNamed(`${before}ours`),
    theirs: textNamed(`${before}theirs`),
  };
}

function conflictOf(merge: MergeResult): Exclude<MergeResult, { kind: "merged" }> {
  if (merge.kind === "merged") throw new Error(`expect a conflict: it merged to "${textOf(merge.lines.bytes)}"`);
  return merge;
}

function unescaped(text: string): Bytes {
  if (text === "") return bytesOf("");
  return bytesOf((text.endsWith("␄") ? text.slice(0, -1) : `${text}\n`).replaceAll("␍", "\r"));
}

function escaped(bytes: Bytes): string {
  const text = textOf(bytes).replaceAll("\r", "␍");
  return text === "" || text.endsWith("\n") ? text : `${text}␄\n`;
}

/** Few different lines, so that sides agree by chance. */
const line = fc.constantFrom("", "{", "}", "a", "b", "c\r", "d", "e");
const edits = fc.array(fc.record({ at: fc.nat(30), drop: fc.nat(3), put: fc.array(line, { maxLength: 4 }) }), {
  maxLength: 3,
});
const sides = fc
  .tuple(fc.array(line, { maxLength: 30 }), edits, edits, fc.constantFrom("\n", ""))
  .map(([base, mine, yours, end]): Sides => ({
    base: textFrom(base, [], end),
    ours: textFrom(base, mine, end),
    theirs: textFrom(base, yours, end),
  }));

function textFrom(
  base: readonly string[],
  changes: readonly { at: number; drop: number; put: string[] }[],
  end: string,
): Lines {
  const lines = [...base];
  for (const { at, drop, put } of changes) lines.splice(at, drop, ...put);
  return linesOf(bytesOf(lines.join("\n") + end));
}

function outcome(merge: MergeResult): string {
  return merge.kind === "merged" ? byteString(merge.lines.bytes) : `conflict\n${byteString(markedText(merge))}`;
}

function idOf(merge: MergeResult): string | null {
  return merge.kind === "conflict" ? conflictId(merge) : null;
}

test("a side that changed nothing gives way, and sides that agree are merged", () => {
  fc.assert(
    fc.property(sides, ({ base, ours, theirs }) => {
      expect(outcome(mergeLines({ base, ours, theirs: base }))).toBe(byteString(ours.bytes));
      expect(outcome(mergeLines({ base, ours: base, theirs }))).toBe(byteString(theirs.bytes));
      expect(outcome(mergeLines({ base, ours, theirs: ours }))).toBe(byteString(ours.bytes));
    }),
    { numRuns: 500 },
  );
});

test("a merge and its recorded form are the same from either side", () => {
  fc.assert(
    fc.property(sides, ({ base, ours, theirs }) => {
      const merge = mergeLines({ base, ours, theirs });
      const turned = mergeLines({ base, ours: theirs, theirs: ours });
      expect(outcome(turned)).toBe(outcome(merge));
      expect(idOf(turned)).toBe(idOf(merge));
    }),
    { numRuns: 3000 },
  );
});

test("the sides of a conflict stand in their texts where it says, and its print has markers in every style", () => {
  fc.assert(
    fc.property(sides, (given) => {
      const merge = mergeLines(given);
      if (merge.kind === "merged") return;
      expect(merge.regions.length).toBe(merge.pieces.filter((piece) => piece.kind === "conflict").length);
      for (const region of merge.regions) {
        for (const side of ["base", "ours", "theirs"] as const) {
          const { text, line: number } = region[side];
          const { bytes, starts } = given[side];
          const from = starts[number - 1] ?? -1;
          expect(byteString(bytes, from, from + text.length)).toBe(byteString(text));
        }
      }
      for (const style of ["merge", "diff3", "zdiff3"] as const) {
        expect(hasMarkers(printConflict(merge, LABELS, style))).toBe(true);
        expect(hasMarkers(printConflict(merge, { ours: null, base: null, theirs: null }, style))).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

const resolved = fc.array(fc.constantFrom("r1", "r2", "a", "{", ""), { maxLength: 6 });

test("a replayed resolution gives what the person wrote", () => {
  fc.assert(
    fc.property(sides, resolved, (given, lines) => {
      const merge = mergeLines(given);
      if (merge.kind === "merged") return;
      const postimage = bytesOf(lines.map((one) => `${one}\n`).join(""));
      const done = replay(merge, { preimage: markedText(merge), postimage });
      expect(done && byteString(done.bytes)).toBe(byteString(postimage));
    }),
    { numRuns: 2000 },
  );
});

const FATES = {
  keep: (_: string, index: number): string => `line ${index}\n`,
  drop: (): string => "",
  own: (side: string, index: number): string => `${side} ${index}\n`,
  both: (_: string, index: number): string => `both ${index}\n`,
};

test("a resolution is replayed beside unrelated changes, at another place and from the other side", () => {
  const far = Array.from({ length: 12 }, (_, index) => `far ${index}\n`).join("");
  const near = Array.from({ length: 12 }, (_, index) => `near ${index}\n`).join("");
  const around = (above: string, middle: string, below: string): Lines =>
    linesOf(bytesOf(above + far + middle + near + below));
  const change = fc.array(fc.constantFrom("new\n", "far 0\n", "\n"), { maxLength: 5 }).map((all) => all.join(""));
  // Every line once in each text and in the same order: where lines repeat, unrelated changes sway how texts are compared.
  const fate = fc.constantFrom("keep", "keep", "drop", "own", "both");
  const parts = fc
    .array(fc.tuple(fate, fate), { minLength: 1, maxLength: 6 })
    .map((fates) => [
      fates.map((_, index) => `line ${index}\n`).join(""),
      fates.map(([mine], index) => FATES[mine]("ours", index)).join(""),
      fates.map(([, yours], index) => FATES[yours]("theirs", index)).join(""),
    ]);
  let conflicts = 0;
  fc.assert(
    fc.property(parts, resolved, change, change, ([base = "", ours = "", theirs = ""], lines, above, below) => {
      const first = mergeLines({
        base: around("", base, ""),
        ours: around("", ours, ""),
        theirs: around("", theirs, ""),
      });
      if (first.kind === "merged") return;
      conflicts += 1;
      const result = lines.map((one) => `${one}\n`).join("");
      const recorded = { preimage: markedText(first), postimage: around("", result, "").bytes };
      const later = mergeLines({
        base: around(above, base, ""),
        ours: around(above, theirs, below),
        theirs: around(above, ours, ""),
      });
      expect(conflictId(conflictOf(later))).toBe(conflictId(first));
      const done = replay(conflictOf(later), recorded);
      expect(done && textOf(done.bytes)).toBe(textOf(around(above, result, below).bytes));
    }),
    { numRuns: 500 },
  );
  expect(conflicts).toBeGreaterThan(100);
});

test.each(["<<<<<<< a\n", "<<<<<<<\n", "x\n>>>>>>> b", "x\n>>>>>>>", "<<<<<<<\r\n"])("%j has a marker", (text) => {
  expect(hasMarkers(bytesOf(text))).toBe(true);
});

test.each(["", "Title\n=======\n", "<<<<<<\n", "<<<<<<<<\n", "<<<<<<<x\n", " <<<<<<< a\n", "x <<<<<<<\n"])(
  "%j has no marker",
  (text) => {
    expect(hasMarkers(bytesOf(text))).toBe(false);
  },
);

test("a merge of hostile texts takes seconds", () => {
  const [base, ours, theirs] = [7, 5, 3].map((every) => {
    const lines = Array.from({ length: 50_000 }, (_, index) => (index % every === 0 ? "x\n" : "\n"));
    return linesOf(bytesOf(lines.join("")));
  }) as [Lines, Lines, Lines];
  expect(mergeLines({ base, ours, theirs }).kind).toBe("conflict");
}, 30_000);
