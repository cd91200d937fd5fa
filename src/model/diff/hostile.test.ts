// Diffs that claim, promise or repeat more than there is: read in no time, refused with a sentence, applied to nothing large.
// What a fuzzer found is added here, small; test/slow goes on looking.
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { bytesOf, equalBytes, fromByteString } from "#model/bytes";
import { applyBinary, applyHunks, diffstat, linesOf, parseDiff, pathsOf, printDiff } from "./index.ts";

const HUNK = "@@ -1 +1 @@\n-a\n+b\n";

test.each([
  ["a head without lines at the end of the text", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n", "3: hunk ends 2 old"],
  [
    "a name longer than any file system has",
    `--- a/${"x".repeat(20_000)}\n+++ b/f\n${HUNK}`,
    "1: header line has 20007",
  ],
  ["a quoted one", `--- a/f\n+++ "b/${"x".repeat(20_000)}"\n${HUNK}`, "2: header line has 20009"],
  ["more lines than are read", "\n".repeat(3_000_001), "0: patch has 3000001 lines, more than 3000000"],
])("%s", (_, text, sentence) => {
  const bytes = fromByteString(text);
  const diff = parseDiff(bytes);
  expect(diff.problems.length).toBeGreaterThan(0);
  const said = diff.problems.map(({ line, message }) => `${line ?? 0}: ${message}`);
  expect(said.some((one) => one.startsWith(sentence))).toBe(true);
  expect(equalBytes(printDiff(diff), bytes)).toBe(true);
});

test.each([
  ["blanks in a name", `--- ${" ".repeat(16_000)}x\t\n+++ b/f\n${HUNK}`, 200],
  ["tildes in a name", `--- a/${"~".repeat(16_000)}/x\n+++ b/f\n${HUNK}`, 400],
  [
    "blanks in names that were renamed",
    `diff --git ${"a ".repeat(4900)}\nrename from ${"a ".repeat(4000)}b\nrename to ${"a ".repeat(4000)}b\n`,
    0,
  ],
  ["blanks in git's names", `diff --git a/${"b ".repeat(2500)}${"/".repeat(2500)}\nold mode 100644\n`, 0],
])("%s are looked at once", (_, text, paths) => {
  const diff = parseDiff(fromByteString(text.repeat(200)));
  // With a step of quadratic time each of the 200 takes a quarter of a second.
  expect(diff.files.flatMap((file) => pathsOf(file, 1)).length).toBe(paths);
});

test("names of renames are split by what stands before and behind them", () => {
  const text = "diff --git a/x y b/x z b\nsimilarity index 100%\nrename from x y\nrename to x z b\n";
  expect(parseDiff(bytesOf(text)).files[0]).toMatchObject({ oldPath: "a/x y", newPath: "b/x z b" });
});

test("one very long name does not make all rows of a diffstat as long", () => {
  const files = Array.from({ length: 5000 }, (_, index) => `--- a/f${index}\n+++ b/f${index}\n${HUNK}`);
  const diff = parseDiff(bytesOf(`--- a/x\n+++ b/${"x".repeat(15_000)}\n${HUNK}${files.join("")}`));
  expect(diffstat(diff).length).toBeLessThan(5_000_000);
});

// A source of 64 bytes, then what the delta says of its result, then its commands.
test.each([
  ["copies without end", "\x40\x80\x80\x80\x80\x10", "\x90\x40", "promises 4294967296 bytes"],
  ["copies more than promised", "\x40\x40", "\x90\x40", "makes more than the promised 64 bytes"],
  ["a copy from behind the end", "\x40\x40", "\x91\x3f\x02", "copies from behind the end"],
  ["a copy that breaks off", "\x40\x40", "\xff", "copies from behind the end of the file, or breaks off"],
  ["an insertion that breaks off", "\x40\x02", "\x05ab", "breaks off"],
  ["sizes that break off", "\x40\x80\x80", "", "breaks off"],
  ["the reserved command", "\x40\x02", "\x00", "unknown command"],
])("a delta: %s", (_, sizes, command, sentence) => {
  const data = fromByteString(sizes + command.repeat(command === "\x90\x40" ? 50_000 : 1));
  const made = applyBinary(new Uint8Array(64), { method: "delta", size: data.length, deflated: deflateSync(data) });
  expect("message" in made ? made.message : made.length).toContain(sentence);
});

test("a literal that inflates to more than it says is not made", () => {
  const deflated = deflateSync(new Uint8Array(50_000_000));
  expect(applyBinary(new Uint8Array(0), { method: "literal", size: 100, deflated })).toMatchObject({
    message: "binary patch data does not inflate to 100 bytes",
  });
});

test("a hunk far behind the end, and then one far before it", () => {
  const text = `--- a/f\n+++ b/f\n${"@@ -999999999,0 +1 @@\n+x\n@@ -1 +9 @@\n-y\n+z\n".repeat(100)}`;
  const [file] = parseDiff(bytesOf(text)).files;
  const { outcomes } = applyHunks(linesOf(bytesOf("a\nb\n")), file?.hunks ?? [], { fuzz: 2, reverse: false });
  expect(outcomes.filter(({ kind }) => kind === "rejected").length).toBe(100);
});

test("a rejected hunk with a thousand lines of context is explained in no time", () => {
  const context = " a\n".repeat(3000);
  const text = `--- a/f\n+++ b/f\n@@ -1,6001 +1,6001 @@\n${context}-b\n+c\n${context}`;
  const [file] = parseDiff(bytesOf(text)).files;
  const { outcomes } = applyHunks(linesOf(bytesOf("a\n".repeat(7000))), file?.hunks ?? [], { fuzz: 2, reverse: false });
  expect(outcomes).toMatchObject([{ kind: "rejected", fuzzNeeded: null }]);
});

test("hunks of nothing but context, which fuzz ignores, double the drift to no end", () => {
  const text = `--- a/f\n+++ b/f\n${"@@ -1,1 +0,1 @@\n a\n".repeat(100)}`;
  const [file] = parseDiff(bytesOf(text)).files;
  const { outcomes } = applyHunks(linesOf(bytesOf("b\n")), file?.hunks ?? [], { fuzz: 2, reverse: true });
  expect(outcomes.length).toBe(100);
});
