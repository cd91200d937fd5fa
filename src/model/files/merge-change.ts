// The second try of a file change whose hunks fit nowhere: a three-way merge with a content that they were made for.
// What cannot be merged is a conflict, a value that a person resolves once; see `merge` for both.
import type { Bytes, Path } from "#model/bytes";
import { concatBytes, noBytes } from "#model/bytes";
import type { FileDiff, Hunk, HunkOutcome, HunkSettings, Lines } from "#model/diff";
import { applyHunks, equalLines, hunksToApply, linesOf, nearestPlace, patternOf, sideBySide } from "#model/diff";
import type { Conflict, ConflictId, Resolution } from "#model/merge";
import { conflictId, mergeLines, replay } from "#model/merge";
import { newContent } from "./new-content.ts";

/** What patches may be merged with. */
export interface Merging {
  /** Contents by blob id, abbreviated as the `index` lines of the patches have it. */
  readonly blobs: ReadonlyMap<string, Lines>;
  /** Files as they were where the patch was made, as far as that is known. */
  readonly posted: ReadonlyMap<Path, Lines>;
  readonly resolutions: ReadonlyMap<ConflictId, Resolution>;
  /** Look for the places that rejected hunks mean, when nothing else is known; it takes a while and is for a person. */
  readonly guess: boolean;
}

/**
 * The content that a change was merged with: the file before the queue changed it, the one its `index` line names, the one of
 * the commit it was posted for, or only the lines that its hunks show. The last one never merges by itself.
 */
export type MergedWith = "index" | "posting" | "base" | "hunks";

/** A change that a person must finish. */
export interface FileConflict {
  readonly id: ConflictId;
  readonly with: MergedWith;
  readonly conflict: Conflict;
}

export type MergedChange =
  /** `resolved` is the conflict whose recorded resolution was replayed. */
  | { readonly kind: "merged"; readonly lines: Lines; readonly with: MergedWith; readonly resolved: ConflictId | null }
  | ({ readonly kind: "conflict" } & FileConflict);

/** Merges the change into `before`; `base` is the file before the queue changed it. Null for what is no text. */
export function mergeChange(
  file: FileDiff,
  path: Path,
  before: Lines,
  base: Lines | null,
  settings: HunkSettings,
  merging: Merging,
): MergedChange | null {
  if (before.bytes.includes(0)) return null;
  let first: FileConflict | null = null;
  for (const { kind, content, fuzz } of candidates(file, path, base, settings, merging)) {
    if (equalLines(content, before)) continue;
    const theirs = newContent(file, content, { fuzz, reverse: settings.reverse });
    if (theirs.reason !== null) continue;
    const merged = mergeLines({ base: content, ours: before, theirs: theirs.lines });
    if (merged.kind === "merged") return { kind: "merged", lines: merged.lines, with: kind, resolved: null };
    const conflict = { id: conflictId(merged), with: kind, conflict: merged };
    const resolved = resolvedBy(conflict, merging);
    if (resolved !== null) return resolved;
    first ??= conflict;
  }
  if (first !== null) return { kind: "conflict", ...first };
  if (!merging.guess) return null;
  const conflict = conflictOfHunks(file, before, settings);
  if (conflict === null) return null;
  const whole: FileConflict = { id: conflictId(conflict), with: "hunks", conflict };
  return resolvedBy(whole, merging) ?? { kind: "conflict", ...whole };
}

function resolvedBy({ id, with: kind, conflict }: FileConflict, merging: Merging): MergedChange | null {
  const resolution = merging.resolutions.get(id);
  const lines = resolution === undefined ? null : replay(conflict, resolution);
  return lines === null ? null : { kind: "merged", lines, with: kind, resolved: id };
}

function* candidates(
  file: FileDiff,
  path: Path,
  base: Lines | null,
  { fuzz }: HunkSettings,
  { blobs, posted }: Merging,
): Generator<{ readonly kind: MergedWith; readonly content: Lines; readonly fuzz: number }> {
  // What every clone has comes first, so that it matters seldom which blobs and commits a source repository holds.
  if (base !== null) yield { kind: "base", content: base, fuzz: 0 };
  const index = file.oldId === null ? undefined : blobs.get(file.oldId);
  if (index !== undefined) yield { kind: "index", content: index, fuzz: 0 };
  const content = posted.get(path);
  if (content !== undefined) yield { kind: "posting", content, fuzz };
  if (base !== null && fuzz > 0) yield { kind: "base", content: base, fuzz };
}

/** With more rejected hunks than this, a patch is for another file, and no person would resolve them one by one. */
const MAX_PLACED = 100;

/**
 * The file with the hunks that fit, and at the place where each other one was most likely meant to go, a conflict between
 * the lines there and those it would make: a merge of texts that are made up so that they differ there and nowhere else.
 * Null when there is no such hunk, or too many.
 */
function conflictOfHunks(file: FileDiff, before: Lines, settings: HunkSettings): Conflict | null {
  const hunks = hunksToApply(file);
  const { file: ours, outcomes } = applyHunks(before, hunks, settings);
  if (outcomes.filter((outcome) => outcome.kind === "rejected").length > MAX_PLACED) return null;
  const places = hunks
    .flatMap((hunk, index) => placeOf(ours, hunk, outcomes[index], settings.reverse))
    .sort((left, right) => left.from - right.from);
  const base: Bytes[] = [];
  const theirs: Bytes[] = [];
  let at = 0;
  for (const { hunk, from, to } of places) {
    const start = Math.max(from, at);
    const end = Math.max(to, start);
    const between = bytesBetween(ours, at, start);
    const sides = sidesAt(ours, start, end, hunk, settings.reverse);
    base.push(between, sides.base);
    theirs.push(between, sides.theirs);
    at = end;
  }
  const rest = bytesBetween(ours, at, ours.count);
  const merged = mergeLines({
    base: linesOf(concatBytes([...base, rest])),
    ours,
    theirs: linesOf(concatBytes([...theirs, rest])),
  });
  return merged.kind === "conflict" ? merged : null;
}

/** The lines (0-based, half open) that a rejected hunk most likely means. */
function placeOf(
  file: Lines,
  hunk: Hunk,
  outcome: HunkOutcome | undefined,
  reverse: boolean,
): { readonly hunk: Hunk; readonly from: number; readonly to: number }[] {
  if (outcome?.kind !== "rejected") return [];
  const pattern = patternOf(hunk, reverse);
  const near = nearestPlace(file, pattern, outcome.line);
  const guess = Math.min(Math.max((near?.line ?? outcome.line) - 1, 0), file.count);
  if (near === null) return [{ hunk, from: guess, to: guess }];
  const found = sideBySide(file, pattern, near.line).flatMap((row) => (row.found === null ? [] : [row.found.line - 1]));
  const from = found[0] ?? guess;
  return [{ hunk, from, to: (found.at(-1) ?? from - 1) + 1 }];
}

/** What stood in the place of some lines, and what the hunk makes of it. */
function sidesAt(
  ours: Lines,
  from: number,
  to: number,
  hunk: Hunk,
  reverse: boolean,
): { readonly base: Bytes; readonly theirs: Bytes } {
  const found = bytesBetween(ours, from, to);
  const [old, made] = [sideOf(hunk, reverse), sideOf(hunk, !reverse)];
  const merged = mergeLines({ base: linesOf(old), ours: linesOf(found), theirs: linesOf(made) });
  if (merged.kind === "conflict") return { base: old, theirs: made };
  // It would merge, but on the evidence of a few lines: a person shall say so. Two texts in the place of none are a conflict.
  return { base: noBytes, theirs: merged.lines.bytes };
}

/** The lines of a hunk on one side: those it looks for, or with `made` flipped those it leaves. */
function sideOf(hunk: Hunk, made: boolean): Bytes {
  const { body, lines } = patternOf(hunk, made);
  return concatBytes(lines.map(({ start, end }) => body.subarray(start, end)));
}

function bytesBetween(file: Lines, from: number, to: number): Bytes {
  return file.bytes.subarray(file.starts[from], file.starts[to]);
}
