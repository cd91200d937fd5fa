// Runs cases/refresh.txt and cases/edit.txt: files, a patch, what was edited, "==>" and the patch file that comes of it, or
// why none does; UPDATE_CASES=1 writes that anew. How to write a case is told at their heads.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Path } from "#model/bytes";
import { byteString, bytesOf, fromByteString, pathOf, textOf } from "#model/bytes";
import type { FileMode } from "#model/diff";
import { linesOf } from "#model/diff";
import type { BaseEntry, FileEntry } from "#model/files";
import { filesOf, pushPatch } from "#model/files";
import { editPatch, parsePatchFile, refreshPatch } from "./index.ts";

/** One piece of a case: `== before f 100755` and the lines below it. */
interface Piece {
  readonly words: readonly string[];
  readonly text: string;
}

test.each(["refresh.txt", "edit.txt"])("cases/%s", (name) => {
  const file = join(import.meta.dirname, "cases", name);
  const written = readFileSync(file, "utf8");
  const now = written
    .split(/^(?=# )/m)
    .map((block) => {
      const arrow = block.indexOf("\n==>\n");
      return arrow < 0
        ? block
        : `${block.slice(0, arrow)}\n==>\n${shown(resultOf(piecesOf(block.slice(0, arrow + 1))))}\n`;
    })
    .join("")
    .replace(/\n+$/, "\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, now);
  expect(readFileSync(file, "utf8")).toBe(now);
});

function piecesOf(block: string): Piece[] {
  return block
    .split(/^== /m)
    .slice(1)
    .map((piece) => {
      const end = piece.indexOf("\n");
      const text = piece
        .slice(end + 1)
        .replaceAll("·", " ")
        .replaceAll("␍", "\r");
      return { words: piece.slice(0, end).split(" "), text };
    });
}

/** Blanks and CR at line ends are shown, as in the input. */
function shown(text: string): string {
  return text.replaceAll("\r", "␍").replace(/ (?=\n|$)/g, "·");
}

function resultOf(pieces: readonly Piece[]): string {
  const base = new Map<Path, BaseEntry>();
  const edited = new Map<Path, FileEntry | null>();
  const [written] = pieces.filter(({ words }) => words[0] === "patch");
  if (written === undefined) throw new Error("a case needs a piece == patch");
  for (const { words, text } of pieces) {
    const [kind, name = "", mode = "100644"] = words;
    const bytes = bytesOf(text.replace(/\n\\ No newline.*\n$/, ""));
    if (kind === "before") base.set(pathOf(name), { kind: "file", mode: mode as FileMode, bytes });
    if (kind === "edited") edited.set(pathOf(name), { mode: mode as FileMode, lines: linesOf(bytes) });
    if (kind === "gone") edited.set(pathOf(name), null);
  }
  const strip = Number(written.words.find((word) => word.startsWith("-p"))?.slice(2) ?? 1);
  const settings = { strip, reverse: written.words.includes("-R"), fuzz: 2 };
  const patch = parsePatchFile(fromByteString(byteString(bytesOf(written.text))));
  const below = filesOf(base);
  const { outcome, files: above } = pushPatch(below, patch.diff, settings);
  if (outcome.kind === "rejected") return `the case's patch does not apply: ${JSON.stringify(outcome.files)}\n`;
  const result =
    edited.size > 0
      ? editPatch({ patch, settings, below, above, edited })
      : refreshPatch({ patch, settings, outcomes: outcome.files, below, above });
  switch (result.kind) {
    case "unchanged":
      return "unchanged\n";
    case "refused":
      return `refused: ${result.reason}\n`;
    case "edited":
    case "refreshed":
      return textOf(result.bytes);
  }
}
