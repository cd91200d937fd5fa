// What lies around the hunks of a file: lines that the patch does not show and that the built file has.
import { textOf } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import { linesOf } from "#model/diff";
import type { FileOutcome } from "#model/files";
import type { Bytes } from "#model/bytes";
import type { ShownLine } from "./rows.ts";

/** Lines of the file behind the patch, 1-based, both ends included; `last` is null where the end of the file is not known. */
export interface Gap {
  readonly first: number;
  readonly last: number | null;
  /** What the old file's line numbers are more than the new one's. */
  readonly shift: number;
}

/** Lines that are shown at a time. */
export const GAP_LINES = 40;

/** Names the gap above a hunk, counted from 1, or behind the last one: `2.1`. */
export function gapKey(file: number, hunk: number): string {
  return `${file + 1}.${hunk + 1}`;
}

/**
 * The gaps of a file, by the hunk that they are above. None for a file whose hunks went elsewhere than the patch says: its numbers
 * would not be those of the file.
 */
export function gapsOf(file: FileDiff, outcome: FileOutcome | null): ReadonlyMap<number, Gap> {
  const gaps = new Map<number, Gap>();
  if (outcome?.kind !== "applied" || file.change === "create" || file.change === "delete") return gaps;
  if (outcome.hunks.some((hunk) => hunk.kind !== "applied" || hunk.offset !== 0)) return gaps;
  let first = 1;
  let shift = 0;
  for (const [index, { oldStart, newStart, oldCount, newCount }] of file.hunks.entries()) {
    const start = newStart + (newCount === 0 ? 1 : 0);
    if (start > first) gaps.set(index, { first, last: start - 1, shift });
    first = start + newCount;
    shift = oldStart + oldCount + (oldCount === 0 ? 1 : 0) - first;
  }
  if (file.hunks.length > 0) gaps.set(file.hunks.length, { first, last: null, shift });
  return gaps;
}

/** The lines of a gap that are shown first: those next to the hunk. */
export function gapLines(bytes: Bytes, { first, last, shift }: Gap, limit = GAP_LINES): ShownLine[] {
  const lines = linesOf(bytes);
  const end = Math.min(last ?? lines.count, lines.count);
  const [from, to] =
    last === null ? [first, Math.min(end, first + limit - 1)] : [Math.max(first, end - limit + 1), end];
  const shown: ShownLine[] = [];
  for (let number = Math.max(from, 1); number <= to; number += 1) {
    const [start, stop] = [lines.starts[number - 1] ?? 0, lines.starts[number] ?? 0];
    const unended = bytes[stop - 1] !== 10;
    const text = textOf(bytes.subarray(start, unended ? stop : stop - 1));
    shown.push({ kind: "same", old: number + shift, made: number, text, unended, marks: [] });
  }
  return shown;
}
