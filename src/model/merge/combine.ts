// Lays two comparisons with the same base over each other: what each side changed alone, and where both changed the same
// place. The rules are those of `git merge-file` (git 2.39), as observed by running it. It prints nothing.
import type { LineRun, Lines } from "#model/diff";
import { compareLines } from "#model/diff";
import { equalLineRanges, hasLetterOrDigit, stretch } from "./line-ranges.ts";
import type { LineRange } from "./line-ranges.ts";

/** The three texts of a merge. */
export interface Sides {
  readonly base: Lines;
  readonly ours: Lines;
  readonly theirs: Lines;
}

/**
 * How conflicts are shown: both sides, without what they have in common (`merge`); both sides and the base, whole
 * (`diff3`); the same without the lines that both sides begin and end with (`zdiff3`).
 */
export type MarkerStyle = "merge" | "diff3" | "zdiff3";

/** A place where at least one side changed; lines between two chunks are the same in all three texts, or changed alike. */
export interface Chunk {
  /** Who changed it; `same` when what looked like a conflict turned out to be the same on both sides. */
  readonly kind: "ours" | "theirs" | "conflict" | "same";
  readonly base: LineRange;
  readonly ours: LineRange;
  readonly theirs: LineRange;
}

/**
 * Which side of a conflict is compared with which to cut it: ours with theirs, as git does, or the one that is less in
 * bytes with the other, which gives the same cuts whoever merges.
 */
export type CutOrder = "ours-first" | "less-first";

/** The chunks of a merge in order; none of them is empty on all sides but a conflict that `zdiff3` left nothing of. */
export function combine(sides: Sides, style: MarkerStyle, order: CutOrder): Chunk[] {
  const toOurs = compareLines(sides.base, sides.ours, "down");
  const toTheirs = compareLines(sides.base, sides.theirs, "down");
  const chunks = overlay(sides, toOurs, toTheirs);
  switch (style) {
    case "merge":
      return joined(
        sides.ours,
        chunks.flatMap((chunk) => refined(sides, chunk, order)),
      );
    case "zdiff3":
      return chunks.map((chunk) => trimmed(sides, chunk));
    case "diff3":
      return chunks;
  }
}

function overlay(sides: Sides, toOurs: readonly LineRun[], toTheirs: readonly LineRun[]): Chunk[] {
  const chunks: Chunk[] = [];
  let [at, other] = [0, 0];
  for (;;) {
    const mine = toOurs[at];
    const yours = toTheirs[other];
    if (mine === undefined && yours === undefined) return chunks;
    if (mine !== undefined && (yours === undefined || mine.oldEnd < yours.oldStart)) {
      const shift = shiftBefore(toTheirs, other);
      append(chunks, { kind: "ours", base: oldOf(mine), ours: newOf(mine), theirs: moved(oldOf(mine), shift) });
      at += 1;
    } else if (yours !== undefined && (mine === undefined || yours.oldEnd < mine.oldStart)) {
      const shift = shiftBefore(toOurs, at);
      append(chunks, { kind: "theirs", base: oldOf(yours), ours: moved(oldOf(yours), shift), theirs: newOf(yours) });
      other += 1;
    } else if (mine !== undefined && yours !== undefined) {
      if (!sameChange(sides, mine, yours)) append(chunks, conflictOf(mine, yours));
      if (mine.oldEnd >= yours.oldEnd) other += 1;
      if (yours.oldEnd >= mine.oldEnd) at += 1;
    }
  }
}

/** Lines that a side has gained before its change `index`. */
function shiftBefore(runs: readonly LineRun[], index: number): number {
  const before = runs[index - 1];
  return before === undefined ? 0 : before.newEnd - before.oldEnd;
}

function oldOf(run: LineRun): LineRange {
  return { from: run.oldStart, to: run.oldEnd };
}

function newOf(run: LineRun): LineRange {
  return { from: run.newStart, to: run.newEnd };
}

function moved(range: LineRange, by: number): LineRange {
  return { from: range.from + by, to: range.to + by };
}

function sameChange(sides: Sides, mine: LineRun, yours: LineRun): boolean {
  return (
    mine.oldStart === yours.oldStart &&
    mine.oldEnd === yours.oldEnd &&
    equalLineRanges(sides.ours, newOf(mine), sides.theirs, newOf(yours))
  );
}

/** Both changes, each made longer by unchanged lines until they cover the same lines of the base. */
function conflictOf(mine: LineRun, yours: LineRun): Chunk {
  const from = Math.min(mine.oldStart, yours.oldStart);
  const to = Math.max(mine.oldEnd, yours.oldEnd);
  const grown = (run: LineRun): LineRange => ({
    from: run.newStart - (run.oldStart - from),
    to: run.newEnd + (to - run.oldEnd),
  });
  return { kind: "conflict", base: { from, to }, ours: grown(mine), theirs: grown(yours) };
}

/** Adds a chunk, or makes it one with the last when they touch on either side; of two kinds that is a conflict. */
function append(chunks: Chunk[], chunk: Chunk): void {
  const last = chunks.at(-1);
  if (last === undefined || (chunk.ours.from > last.ours.to && chunk.theirs.from > last.theirs.to)) {
    chunks.push(chunk);
    return;
  }
  const kind = last.kind === chunk.kind ? last.kind : "conflict";
  chunks[chunks.length - 1] = spanning(kind, last, chunk);
}

function spanning(kind: Chunk["kind"], first: Chunk, last: Chunk): Chunk {
  return {
    kind,
    base: { from: first.base.from, to: last.base.to },
    ours: { from: first.ours.from, to: last.ours.to },
    theirs: { from: first.theirs.from, to: last.theirs.to },
  };
}

/** A conflict cut where both sides agree; each part keeps the base of the whole, which cannot be cut with it. */
function refined(sides: Sides, chunk: Chunk, order: CutOrder): Chunk[] {
  const { ours, theirs } = chunk;
  if (chunk.kind !== "conflict" || ours.from === ours.to || theirs.from === theirs.to) return [chunk];
  const [mine, yours] = [stretch(sides.ours, ours), stretch(sides.theirs, theirs)];
  const turned = order === "less-first" && Buffer.compare(mine.bytes, yours.bytes) > 0;
  const runs = turned ? compareLines(yours, mine, "down") : compareLines(mine, yours, "down");
  if (runs.length === 0) return [{ ...chunk, kind: "same" }];
  return runs.map((run) => ({
    ...chunk,
    ours: moved(turned ? newOf(run) : oldOf(run), ours.from),
    theirs: moved(turned ? oldOf(run) : newOf(run), theirs.from),
  }));
}

/** Up to this many agreed lines between two conflicts take less room inside one conflict than the markers around them. */
const MAX_JOINED = 3;

/** Conflicts so close, or so little apart in words, that they read better as one. */
function joined(ours: Lines, chunks: readonly Chunk[]): Chunk[] {
  const result: Chunk[] = [];
  for (const chunk of chunks) {
    const last = result.at(-1);
    const between = { from: last?.ours.to ?? 0, to: chunk.ours.from };
    if (
      last?.kind === "conflict" &&
      chunk.kind === "conflict" &&
      (between.to - between.from <= MAX_JOINED || !hasLetterOrDigit(ours, between))
    ) {
      result[result.length - 1] = spanning("conflict", last, chunk);
    } else {
      result.push(chunk);
    }
  }
  return result;
}

/** A conflict without the lines with which both sides begin and end; the base stays whole. */
function trimmed(sides: Sides, chunk: Chunk): Chunk {
  if (chunk.kind !== "conflict") return chunk;
  let [ours, theirs] = [chunk.ours, chunk.theirs];
  const same = (one: number, other: number): boolean =>
    equalLineRanges(sides.ours, { from: one, to: one + 1 }, sides.theirs, { from: other, to: other + 1 });
  while (ours.from < ours.to && theirs.from < theirs.to && same(ours.from, theirs.from)) {
    ours = { ...ours, from: ours.from + 1 };
    theirs = { ...theirs, from: theirs.from + 1 };
  }
  while (ours.from < ours.to && theirs.from < theirs.to && same(ours.to - 1, theirs.to - 1)) {
    ours = { ...ours, to: ours.to - 1 };
    theirs = { ...theirs, to: theirs.to - 1 };
  }
  return { ...chunk, ours, theirs };
}
