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
