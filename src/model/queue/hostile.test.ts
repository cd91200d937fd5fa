// Series and patch files that are made to be slow or to take memory without end. What a fuzzer found is added here, small.
import { expect, test } from "vitest";
import { bytesOf, equalBytes, textOf } from "#model/bytes";
import { parsePatchFile, parseSeries, patchesOf, printSeries } from "./index.ts";

const DIFF = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";

test("a line longer than any name is kept and said to be too long", () => {
  const bytes = bytesOf(`a\nb${" -x".repeat(5000)}\nc\n`);
  const { queue, problems } = parseSeries(bytes);
  expect(equalBytes(printSeries(queue), bytes)).toBe(true);
  expect(problems).toEqual([{ line: 2, message: "line has 15002 bytes, more than 10000" }]);
  expect(patchesOf(queue).map(({ name }) => name)).toEqual(["a", "c"]);
});

test("a series with a problem on every line tells a thousand of them, each a sentence", () => {
  const { queue, problems } = parseSeries(bytesOf(`../${"x".repeat(5000)}\n`.repeat(5000)));
  expect(problems.length).toBe(1000);
  expect(problems.every(({ message }) => message.length < 500)).toBe(true);
  expect(patchesOf(queue)).toEqual([]);
});

test.each([
  ["blanks", " ".repeat(100_000)],
  ["empty lines", "\n".repeat(100_000)],
  ["tabs", "\t".repeat(100_000)],
])("a log with many %s in its middle is trimmed at its ends, in no time", (_, gap) => {
  const { description } = parsePatchFile(bytesOf(`\n \nWhy.\n\n${gap}x \t\n\n${DIFF}`));
  expect(textOf(description)).toBe(`Why.\n\n${gap}x\n`);
});

test("a text above the diff that is larger than any log is a problem", () => {
  const { problems, diff } = parsePatchFile(bytesOf("x".repeat(5_000_000) + `\n${DIFF}`));
  expect(problems).toEqual([{ message: "text above the diff has 5000001 bytes, more than 4194304" }]);
  expect(diff.files.length).toBe(1);
});
