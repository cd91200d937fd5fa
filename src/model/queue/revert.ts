// Taking back an edit of the series although other lines changed since: lines it added go, lines it removed or moved return.
// It looks at the series only; patch files are undone byte for byte or not at all.
import type { ByteString } from "#model/bytes";
import { isPatch, withFinalNewline } from "./edit.ts";
import type { BranchName, Queue, SeriesLine } from "./series.ts";

/**
 * Takes an edit back although other lines changed since: `before` to `after` is the edit, `now` the queue as it is.
 * Lines it added go, lines it removed return behind the patch or marker they followed, lines it moved do both.
 * Null when that is gone, or what it did was done again.
 */
export function revertLines(before: Queue, after: Queue, now: Queue): Queue | null {
  const moved = movedLines(before, after);
  if (!moved.every((text) => precededBy(after, text, now) === precededBy(now, text, after))) return null;
  const without = ({ lines }: Queue): Queue => ({ lines: lines.filter((line) => !moved.includes(textOf(line))) });
  return revertKept(before, without(after), without(now));
}

/** The patches that both have and that stand in another branch or in another order: as few of them as explain it. Markers never move. */
function movedLines(before: Queue, after: Queue): ByteString[] {
  const old = placesOf(before);
  const places = placesOf(after);
  const branches = new Map<BranchName | null, ByteString[]>();
  const moved: ByteString[] = [];
  for (const [text, { branch }] of old) {
    const place = places.get(text);
    if (place === undefined) continue;
    if (place.branch !== branch) moved.push(text);
    else branches.set(branch, [...(branches.get(branch) ?? []), text]);
  }
  for (const texts of branches.values()) {
    const stay = new Set(longestRising(texts.map((text) => places.get(text)?.at ?? 0)));
    moved.push(...texts.filter((_text, at) => !stay.has(at)));
  }
  return moved;
}

/** Where each patch stands, by its line. */
function placesOf({ lines }: Queue): Map<ByteString, { readonly branch: BranchName | null; readonly at: number }> {
  const places = new Map<ByteString, { readonly branch: BranchName | null; readonly at: number }>();
  let branch: BranchName | null = null;
  for (const [at, line] of lines.entries()) {
    if (line.kind === "branch") branch = line.branch;
    else if (isPatch(line)) places.set(textOf(line), { branch, at });
  }
  return places;
}

/** Indexes of a longest rising subsequence (patience sorting; the values are distinct). */
export function longestRising(values: readonly number[]): number[] {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [at, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  }
  const found: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) found.unshift(at);
  return found;
}

/** The nearest patch or marker above a line in `queue` that `other` has too; null for none, undefined when the line is gone. */
function precededBy(queue: Queue, text: ByteString, other: Queue): ByteString | null | undefined {
  const at = queue.lines.findIndex((line) => textOf(line) === text);
  if (at < 0) return undefined;
  const shared = new Set(other.lines.map(textOf));
  const above = queue.lines.slice(0, at).findLast((line) => line.kind !== "text" && shared.has(textOf(line)));
  return above === undefined ? null : textOf(above);
}

/** {@link revertLines} for an edit that moved nothing: what it moved is not in `after` and `now`. */
function revertKept(before: Queue, after: Queue, now: Queue): Queue | null {
  const had = new Set(before.lines.map(textOf));
  const has = new Set(after.lines.map(textOf));
  const added = new Set(after.lines.map(textOf).filter((text) => !had.has(text)));
  const present = new Set(now.lines.map(textOf));
  if ([...added].some((text) => !present.has(text))) return null;
  const isAdded = (line: SeriesLine): boolean => added.has(textOf(line));
  // A marker stays while later patches stand in its stretch; without it they would be in another branch.
  let lines = now.lines.filter((line) => !isAdded(line) || line.kind === "branch");
  lines = lines.filter((line, index) => line.kind !== "branch" || !isAdded(line) || !isStretchEmpty(lines, index + 1));
  for (const [index, line] of before.lines.entries()) {
    if (has.has(textOf(line))) continue;
    if (present.has(textOf(line))) return null;
    const at = placeBehind(before.lines.slice(0, index), lines);
    if (at === null) return null;
    lines = withFinalNewline(lines).toSpliced(at, 0, ...withFinalNewline([line]));
  }
  return { lines };
}

/** A line without its line end, which an edit below gives to a last line that had none. */
function textOf(line: SeriesLine): ByteString {
  return line.raw.replace(/\n$/, "");
}

/**
 * Where in `lines` the line stood that followed `above`: behind the nearest patch or marker and as many lines of text as
 * there were between, because texts such as empty lines are not told apart. Null when that patch or marker is gone.
 */
function placeBehind(above: readonly SeriesLine[], lines: readonly SeriesLine[]): number | null {
  const anchor = above.findLast((line) => line.kind !== "text");
  const found = anchor === undefined ? -1 : lines.findIndex((line) => textOf(line) === textOf(anchor));
  if (anchor !== undefined && found < 0) return null;
  const between = above.length - 1 - above.findLastIndex((line) => line.kind !== "text");
  let at = found + 1;
  while (at <= found + between && lines[at]?.kind === "text") at += 1;
  return at;
}

function isStretchEmpty(lines: readonly SeriesLine[], from: number): boolean {
  const next = lines.slice(from).find((line) => line.kind !== "text");
  return next === undefined || next.kind === "branch";
}
