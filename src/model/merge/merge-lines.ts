// Merges two versions of a text that have a common base, line by line. A conflict is a value; nobody is asked anything,
// and no side is preferred.
import type { Bytes } from "#model/bytes";
import { concatBytes } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf } from "#model/diff";
import type { Chunk, CutOrder, MarkerStyle, Sides } from "./combine.ts";
import { combine } from "./combine.ts";
import { bytesIn, lineEndAt } from "./line-ranges.ts";
import type { LineRange } from "./line-ranges.ts";

/** What comes of a merge. */
export type MergeResult = { readonly kind: "merged"; readonly lines: Lines } | Conflict;

/** A merge that a person must finish. */
export interface Conflict {
  readonly kind: "conflict";
  readonly sides: Sides;
  /** The result from its first byte to its last: merged text, and between it what is in conflict. */
  readonly pieces: readonly MergePiece[];
  /** The pieces in conflict, of which there is at least one. */
  readonly regions: readonly ConflictRegion[];
}

export type MergePiece = { readonly kind: "merged"; readonly text: Bytes } | ConflictRegion;

/** Lines that both sides changed, each in another way. */
export interface ConflictRegion {
  readonly kind: "conflict";
  readonly ours: RegionSide;
  /** What stood there before. Several regions cut out of one conflict share it; then it holds the lines of all of them. */
  readonly base: RegionSide;
  readonly theirs: RegionSide;
  /** Whether lines end with CR LF around here, and a marker should too. */
  readonly crlf: boolean;
}

/** Lines of one text that take part in a conflict. */
export interface RegionSide {
  /** Number of the first of them in their text, 1-based; where they would stand when there are none. */
  readonly line: number;
  /** Their bytes; the last line of a text may lack its line end. */
  readonly text: Bytes;
}

/**
 * The merge that `git merge-file` (git 2.39, no options) makes: the same bytes, and as many conflicts.
 * That tool refuses files with NUL bytes; whether lines mean anything in a file is for the caller to know.
 */
export function mergeLines(sides: Sides): MergeResult {
  const pieces = mergePieces(sides, "merge");
  const regions = pieces.filter((piece) => piece.kind === "conflict");
  if (regions.length > 0) return { kind: "conflict", sides, pieces, regions };
  return {
    kind: "merged",
    lines: linesOf(concatBytes(pieces.flatMap((piece) => ("text" in piece ? [piece.text] : [])))),
  };
}

/** The pieces of a merge; `style` and `order` say how much of a conflict is cut away as agreed. */
export function mergePieces(sides: Sides, style: MarkerStyle, order: CutOrder = "ours-first"): MergePiece[] {
  const pieces: MergePiece[] = [];
  let at = 0;
  const addMerged = (text: Bytes): void => {
    if (text.length > 0) pieces.push({ kind: "merged", text });
  };
  for (const chunk of combine(sides, style, order)) {
    if (chunk.kind === "same") continue;
    addMerged(bytesIn(sides.ours, { from: at, to: chunk.ours.from }));
    if (chunk.kind === "conflict") pieces.push(regionOf(sides, chunk));
    else addMerged(bytesIn(sides[chunk.kind], chunk[chunk.kind]));
    at = chunk.ours.to;
  }
  addMerged(bytesIn(sides.ours, { from: at, to: sides.ours.count }));
  return pieces;
}

function regionOf(sides: Sides, chunk: Chunk): ConflictRegion {
  return {
    kind: "conflict",
    ours: regionSide(sides.ours, chunk.ours),
    base: regionSide(sides.base, chunk.base),
    theirs: regionSide(sides.theirs, chunk.theirs),
    crlf: needsCr(sides, chunk),
  };
}

function regionSide(text: Lines, range: LineRange): RegionSide {
  return { line: range.from + 1, text: bytesIn(text, range) };
}

/** The base's first line decides, unless the line above the conflict, or a first line, ends with LF alone on either side. */
function needsCr(sides: Sides, { ours, theirs }: Chunk): boolean {
  return (
    lineEndAt(sides.ours, Math.max(ours.from - 1, 0)) !== "lf" &&
    lineEndAt(sides.theirs, Math.max(theirs.from - 1, 0)) !== "lf" &&
    lineEndAt(sides.base, 0) === "crlf"
  );
}
