// Where a hunk fits in a file: the placement rules of GNU patch 2.7.6, as observed by running it (see docs/decisions/0003).
// It finds a place, it changes nothing.
import type { Bytes } from "#model/bytes";
import { LinePositions } from "./line-positions.ts";
import type { Lines } from "./lines.ts";
import type { Hunk, HunkLine } from "./types.ts";

/** A hunk seen from the side it is applied from: the lines it must find. */
export interface Pattern {
  readonly body: Bytes;
  readonly lines: readonly HunkLine[];
  /** Line number in the file where the header says the pattern begins, 1-based. */
  readonly first: number;
  readonly leading: number;
  readonly trailing: number;
}

/** The lines that a hunk must find in the file; reversed, the lines it would have made. */
export function patternOf(hunk: Hunk, reverse: boolean): Pattern {
  const added = reverse ? "delete" : "insert";
  const count = reverse ? hunk.newCount : hunk.oldCount;
  const start = reverse ? hunk.newStart : hunk.oldStart;
  return {
    body: hunk.body,
    lines: hunk.lines.filter((line) => line.kind !== added),
    // A side without lines is named by the line before it.
    first: count === 0 ? start + 1 : start,
    leading: hunk.leading,
    trailing: hunk.trailing,
  };
}

/** Where (1-based, the pattern's first line even when fuzz ignores it) and how well a pattern fits. */
export interface Place {
  readonly line: number;
  readonly fuzz: number;
}

/** Most places that are looked at for all hunks of one file change together; only files of equal lines come near it. */
const MAX_PLACES = 200_000_000;
/** Places around the guess that are looked at one by one: nearly every hunk stands there. */
const NEAR = 100;

/** What the search for the hunks of one file change, all in the same file, has learnt. */
export class Search {
  /** How many places were looked at. */
  looked = 0;
  #positions: LinePositions | null = null;

  /** True when so many hunks fitted nowhere that not every place was looked at for each. */
  get givenUp(): boolean {
    return this.looked > MAX_PLACES;
  }

  /** Where the file's lines stand, once so many places were looked at that finding out costs no more than that. */
  positions(file: Lines): LinePositions | null {
    if (this.#positions === null && this.looked > 4 * file.count + 4 * NEAR) this.#positions = new LinePositions(file);
    return this.#positions;
  }
}

/**
 * The first fitting place: all distances at fuzz F before any at F + 1, forward before backward at each distance.
 * @param drift what the previous hunk's place differed from its header
 * @param frozen number of lines at the file's start that earlier hunks have used up
 * @param search null is returned too when it has given up
 */
export function placeHunk(
  file: Lines,
  pattern: Pattern,
  drift: number,
  frozen: number,
  maxFuzz: number,
  search: Search,
): Place | null {
  const context = Math.max(pattern.leading, pattern.trailing);
  for (let fuzz = 0; fuzz <= Math.min(maxFuzz, context); fuzz++) {
    const line = placeAtFuzz(file, pattern, drift, frozen, fuzz, search);
    if (line !== null) return { line, fuzz };
  }
  return null;
}

/**
 * Where fuzz ignores all of a hunk, it fits below line 1 as well, and each such hunk doubles the drift, until counting by
 * one does not change it any more. No line is that far away.
 */
const FARTHEST = 2 ** 32;

function placeAtFuzz(
  file: Lines,
  pattern: Pattern,
  drift: number,
  frozen: number,
  fuzz: number,
  search: Search,
): number | null {
  const fileLines = file.count;
  const count = pattern.lines.length;
  const guess = pattern.first + drift;
  if (Math.abs(guess) > FARTHEST) return null;
  if (count === 0) return guess;
  const context = Math.max(pattern.leading, pattern.trailing);
  // A side with less context than the other is at an edge of the file until fuzz has taken the difference away.
  const skipTop = fuzz + pattern.leading - context;
  const skipEnd = fuzz + pattern.trailing - context;
  const fits = (line: number): boolean => matchesAt(file, pattern, line, Math.max(skipTop, 0), Math.max(skipEnd, 0));

  if (skipTop < 0 && pattern.first <= 1) {
    if (skipEnd < 0 && (count !== fileLines || pattern.leading < frozen)) return null;
    return frozen <= pattern.leading && count - Math.max(skipEnd, 0) <= fileLines && fits(1) ? 1 : null;
  }
  if (skipEnd < 0) {
    const line = fileLines - count + 1;
    return line > frozen && line >= 1 && fits(line) ? line : null;
  }
  const lowest = frozen + 1;
  const highest = fileLines - (count - skipEnd) + 1;
  const forward = highest - guess;
  // Lines below 1 do not exist, however much fuzz would ignore of them.
  const backward = Math.min(guess - lowest, guess - 1);
  // A guess in the used-up part is searched from below: a hit there is a hunk out of order, which apply refuses.
  const from = forward < 0 ? -forward : Math.min(backward, 0);
  // A hunk far behind the end can use up a thousand million lines: then the search passes over all that stand below 1.
  const existent = 1 - Math.max(skipTop, 0) - guess;
  for (let distance = from; distance <= Math.max(forward, backward); distance = Math.max(distance + 1, existent)) {
    if (search.looked++ > MAX_PLACES) return null;
    if (distance <= forward && fits(guess + distance)) return existing(guess + distance);
    if (distance <= backward && fits(guess - distance)) return existing(guess - distance);
    if (distance < NEAR || distance < existent) continue;
    const positions = search.positions(file);
    const rarest = positions && rarestLine(positions, pattern, Math.max(skipTop, 0), count - Math.max(skipEnd, 0));
    if (rarest) return placeAmong(rarest, guess, distance + 1, forward, backward, fits, search);
  }
  return null;
}

/** Places of a pattern where one of its lines stands. */
interface Candidates {
  /** Lines of the file, 0-based and ascending. */
  readonly lines: Int32Array;
  /** What the line of the pattern that is sought has before it in the pattern. */
  readonly index: number;
}

/** Lines of a pattern that are looked up: among so many one is rare, or none. */
const MAX_LOOKED_UP = 200;

/** The line `[from, to)` of a pattern that stands at the fewest places; null when the pattern has none there. */
function rarestLine(positions: LinePositions, pattern: Pattern, from: number, to: number): Candidates | null {
  let rarest: Candidates | null = null;
  for (let index = from; index < Math.min(to, from + MAX_LOOKED_UP); index++) {
    const line = pattern.lines[index];
    if (line === undefined) break;
    const lines = positions.of(pattern.body, line.start, line.end);
    if (rarest === null || lines.length < rarest.lines.length) rarest = { lines, index };
    if (lines.length === 0) break;
  }
  return rarest;
}

/** The search of {@link placeAtFuzz} from a distance of `from` lines on, at the candidates only: forward before backward. */
function placeAmong(
  { lines, index }: Candidates,
  guess: number,
  from: number,
  forward: number,
  backward: number,
  fits: (line: number) => boolean,
  search: Search,
): number | null {
  // A candidate at file line `at` (0-based) puts the pattern's first line at `at - index + 1`.
  const lineAt = (at: number): number => (lines[at] ?? 0) - index + 1;
  let ahead = lowerBound(lines, guess + from + index - 1);
  let behind = lowerBound(lines, guess - from + index) - 1;
  for (;;) {
    const toAhead = ahead < lines.length ? lineAt(ahead) - guess : Infinity;
    const toBehind = behind >= 0 ? guess - lineAt(behind) : Infinity;
    const isAhead = toAhead <= forward && (toAhead <= toBehind || toBehind > backward);
    if (!isAhead && toBehind > backward) return null;
    if (search.looked++ > MAX_PLACES) return null;
    const line = isAhead ? lineAt(ahead++) : lineAt(behind--);
    if (fits(line)) return existing(line);
  }
}

/** How many of the ascending numbers are below `bound`. */
function lowerBound(numbers: Int32Array, bound: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Line 0 is GNU patch's word for "nowhere", even when fuzz would ignore that line. */
function existing(line: number): number | null {
  return line === 0 ? null : line;
}

/** Whether the pattern, without `skipTop` and `skipEnd` lines, stands at `line` (1-based) of the file. */
export function matchesAt(file: Lines, pattern: Pattern, line: number, skipTop: number, skipEnd: number): boolean {
  const { lines, body } = pattern;
  const end = lines.length - skipEnd;
  let at = line - 1 + skipTop;
  if (skipTop >= end) return true;
  if (at < 0 || line - 1 + end > file.count) return false;
  let index = skipTop;
  for (let next = file.runAt(at); index < end; next++) {
    const run = file.runs[next];
    if (run === undefined) return false;
    const { bytes, starts, from, to } = run;
    const first = file.firsts[next] ?? 0;
    for (let row = from + at - first; row < to && index < end; row++, index++, at++) {
      const wanted = lines[index];
      const start = starts[row] ?? 0;
      if (wanted === undefined) return false;
      const length = wanted.end - wanted.start;
      if ((starts[row + 1] ?? 0) - start !== length) return false;
      for (let i = 0; i < length; i++) if (bytes[start + i] !== body[wanted.start + i]) return false;
    }
  }
  return true;
}
