// Laws of the diff part on random input; a failing run prints its seed and path.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { applyHunks, diffstat, linesOf, parseDiff, patchId, patchworkHash, printDiff } from "./index.ts";

const PIECES = [
  "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n",
  "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n",
  "diff --git a/f b/f\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 3\nKcmY\n\n",
  "Binary files a/f and b/f differ\n",
  "Index: f\n=====\n",
  '--- "a/\\303\\251"\n',
  "+++ b/f\t2024-02-12 10:00:00 +0100\n",
  "--- /dev/null\n",
  "@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n",
  "@@ -1 +1,999999999 @@\n",
  "-- \n2.39.5\n",
  "\r\n",
  "\n",
  " ",
  "\0\xff",
];

/** Text that looks like a diff nearly everywhere. */
const diffLike = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: "binary", maxLength: 5 })), {
    maxLength: 12,
  })
  .map((pieces) => fromByteString(pieces.join("")));

test("printing a parsed diff gives the bytes back, and parsing, naming and counting never throw", () => {
  fc.assert(
    fc.property(fc.oneof(diffLike, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const diff = parseDiff(bytes);
      expect(byteString(printDiff(diff))).toBe(byteString(bytes));
      patchId(diff);
      patchworkHash(diff);
      diffstat(diff);
    }),
    { numRuns: 2000 },
  );
});

const REAL = [
  "From: A <author@example.org>\nSubject: t\n\nlog\n---\n f | 2 +-\n\n",
  "diff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@ head\n a\n-b\n+c\n+d\n e\n",
  "--- a/g~note\n+++ a/g\n@@ -10,2 +10 @@\n-x\n y\n@@ -20 +19,2 @@\n z\n+w\n\\ No newline at end of file\n",
  "diff --git a/h b/i\nsimilarity index 90%\nrename from h\nrename to i\n--- a/h\n+++ b/i\n@@ -1 +1 @@\n-1\n+2\n",
  "_\n\nPatches\n",
].join("");

test("a diff with bytes changed, cut out or doubled is read without a throw and printed as it is", () => {
  const change = fc.record({
    at: fc.nat({ max: REAL.length }),
    drop: fc.nat({ max: 30 }),
    put: fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), fc.constantFrom("\n", "@@ -", "-", "\r", "--- a/f\n")),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const text = changes.reduce((all, { at, drop, put }) => all.slice(0, at) + put + all.slice(at + drop), REAL);
      expect(byteString(printDiff(parseDiff(fromByteString(text))))).toBe(byteString(fromByteString(text)));
    }),
    { numRuns: 2000 },
  );
});

test("problems point at a line of the text", () => {
  fc.assert(
    fc.property(diffLike, (bytes) => {
      const count = linesOf(bytes).starts.length;
      for (const { line } of parseDiff(bytes).problems) expect(line).toBeGreaterThan(0);
      for (const { line = 0 } of parseDiff(bytes).problems) expect(line).toBeLessThanOrEqual(count);
    }),
  );
});

test("hostile megabytes are read in no time", () => {
  const repeated = [
    "--- a\n",
    "--- a\n+++ b\n",
    "diff --git ",
    "diff --git a b\n",
    "Index: a\n",
    "@@ -1 +1 @@\n",
    '--- "\\',
    "-",
    " ",
  ];
  for (const piece of repeated) {
    const bytes = bytesOf(piece.repeat(4_000_000 / piece.length));
    expect(printDiff(parseDiff(bytes)).length).toBe(bytes.length);
  }
  const manyNames = bytesOf(`diff --git ${"a/b ".repeat(20_000)}\nold mode 100644\nnew mode 100755\n`);
  expect(parseDiff(manyNames).trail.length).toBeLessThanOrEqual(manyNames.length);
}, 20_000);

test("a hunk that fits nowhere in a large file of equal lines is rejected in no time", () => {
  const file = linesOf(bytesOf("x\n".repeat(300_000)));
  const hunk = `@@ -5,200 +5,200 @@\n${" x\n".repeat(199)}-y\n+z\n`;
  const [change] = parseDiff(bytesOf(`--- a/f\n+++ b/f\n${hunk}`)).files;
  const { outcomes } = applyHunks(file, change?.hunks ?? [], { fuzz: 2, reverse: false });
  expect(outcomes[0]?.kind).toBe("rejected");
}, 20_000);

interface Edit {
  readonly drop: number;
  readonly insert: readonly string[];
}

/** Edits by line; far enough from each other that no two hunks share a line. */
const CONTEXT = 3;
const STEP = 2 * CONTEXT + 4;
const edits = fc.array(
  fc.option(
    fc.record({
      drop: fc.nat({ max: 3 }),
      insert: fc.array(fc.constantFrom("}", "", "x\r", "caf\xe9", "\0"), { maxLength: 3 }),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** Lines of which no two are the same, so that a hunk fits in one place only, and others of which many are. */
function linesFor(list: readonly unknown[], distinct: boolean): string[] {
  return Array.from({ length: list.length * STEP }, (_, line) => (distinct ? `line ${line}` : `line ${line % 4}`));
}

function fileFrom(lines: readonly string[], ended: boolean): string {
  return lines.join("\n") + (ended ? "\n" : "");
}

/** The lines after the edits for which `takes` holds, and the diff that says so. */
function edited(
  lines: readonly string[],
  list: readonly (Edit | null)[],
  takes: (index: number) => boolean,
  ended: boolean,
) {
  const after: string[] = [];
  let [diff, from] = ["--- a/f\n+++ b/f\n", 0];
  for (const [index, edit] of list.entries()) {
    const at = index * STEP + CONTEXT;
    if (edit === null || !takes(index) || edit.drop + edit.insert.length === 0) continue;
    const above = lines.slice(at - CONTEXT, at);
    const old = lines.slice(at, at + edit.drop);
    const below = lines.slice(at + edit.drop, at + edit.drop + CONTEXT);
    after.push(...lines.slice(from, at), ...edit.insert);
    const first = after.length - edit.insert.length - CONTEXT + 1;
    const counts = [old, edit.insert].map((middle) => middle.length + above.length + below.length);
    diff += `@@ -${at - CONTEXT + 1},${counts[0]} +${first},${counts[1]} @@\n`;
    for (const [sign, part] of [
      [" ", above],
      ["-", old],
      ["+", edit.insert],
      [" ", below],
    ] as const)
      diff += part.map((line) => `${sign}${line}\n`).join("");
    from = at + edit.drop;
    if (!ended && from + below.length === lines.length) diff += "\\ No newline at end of file\n";
  }
  after.push(...lines.slice(from));
  return { text: fileFrom(after, ended), hunks: parseDiff(fromByteString(diff)).files[0]?.hunks ?? [] };
}

const strictly = (reverse: boolean) => ({ fuzz: 0, reverse });

test("a change makes the new bytes of the old, and taken back the old of the new", () => {
  fc.assert(
    fc.property(edits, fc.boolean(), fc.boolean(), (list, distinct, ended) => {
      const lines = linesFor(list, distinct);
      const before = fileFrom(lines, ended);
      const { text, hunks } = edited(lines, list, () => true, ended);
      const there = applyHunks(linesOf(fromByteString(before)), hunks, strictly(false));
      expect(byteString(there.file.bytes)).toBe(text);
      expect(there.outcomes.every((one) => one.kind === "applied" && one.offset === 0 && one.fuzz === 0)).toBe(true);
      expect(byteString(applyHunks(there.file, hunks, strictly(true)).file.bytes)).toBe(before);
    }),
    { numRuns: 500 },
  );
});

test("changes of different places in one file commute, whatever their number of lines", () => {
  fc.assert(
    fc.property(edits, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (list, sides) => {
      const lines = linesFor(list, true);
      const [one, two] = [true, false].map((side) => edited(lines, list, (index) => sides[index] === side, true).hunks);
      const order = (...changes: (typeof one)[]): string =>
        byteString(
          changes.reduce(
            (file, hunks) => {
              const { file: after, outcomes } = applyHunks(file, hunks ?? [], strictly(false));
              expect(outcomes.filter(({ kind }) => kind === "rejected")).toEqual([]);
              return after;
            },
            linesOf(fromByteString(fileFrom(lines, true))),
          ).bytes,
        );
      expect(order(one, two)).toBe(order(two, one));
      expect(order(one, two)).toBe(edited(lines, list, () => true, true).text);
    }),
    { numRuns: 300 },
  );
});
