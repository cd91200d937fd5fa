// How the text of a mail is cut: quotes, diffs and signatures apart from what was written.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mailBlocks } from "./mail-blocks.ts";

const cut = (text: string): string[] => mailBlocks(text).map(({ kind, lines }) => `${kind}: ${lines.join("|")}`);

test("an answer with quotes and a signature", () => {
  expect(cut("On Monday Ada wrote:\n> one\n> two\n\nYes.\n\n> three\nNo.\n-- \nBob\n")).toEqual([
    "text: On Monday Ada wrote:",
    "quote: > one|> two",
    "text: Yes.",
    "quote: > three",
    "text: No.",
    "signature: Bob",
  ]);
});

test("a patch: its diff begins where nobody quotes it and ends at the signature", () => {
  expect(
    cut("Why.\n---\n a | 2 +-\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-- \n+x\n-- \n2.39.5\n"),
  ).toEqual([
    "text: Why.|---| a | 2 +-",
    "diff: diff --git a/a b/a|--- a/a|+++ b/a|@@ -1 +1 @@|-- |+x",
    "signature: 2.39.5",
  ]);
  expect(cut("> diff --git a/a b/a\n> -x\nLooks good\n")).toEqual([
    "quote: > diff --git a/a b/a|> -x",
    "text: Looks good",
  ]);
});

test("what stands far above the end is no signature", () => {
  const long = Array.from({ length: 100 }, () => "x").join("\n");
  expect(mailBlocks(`-- \n${long}`).map(({ kind }) => kind)).toEqual(["text"]);
});

test("every line with something in it is in one block, in order", () => {
  const lines = fc.array(fc.constantFrom("", "a", "> q", "-- ", "diff --git a/a b/a", "--- a", "+++ b", "\r"));
  fc.assert(
    fc.property(lines, (given) => {
      const shown = mailBlocks(given.join("\n")).flatMap((block) => block.lines);
      expect(said(shown)).toEqual(said(given));
    }),
  );
});

function said(lines: readonly string[]): string[] {
  return lines.filter((line) => line.trim() !== "" && line !== "-- ");
}
