// Keeps lines out of the search for the shortest edit that cannot help it: the common start and end of two texts, lines
// the other text does not have, and lines so common that among such lines they would only lead astray.
import type { ComparedSide } from "./compare.ts";

/** The lines of both sides that are left to compare. */
export interface Remaining {
  readonly old: RemainingSide;
  readonly made: RemainingSide;
}

export interface RemainingSide {
  readonly numbers: Int32Array;
  /** Which line of its text each number stands for. */
  readonly lines: Int32Array;
  /** Shared with the side it comes from. */
  readonly changed: Uint8Array;
}

/** A line that stands more often than this in the other text is common, however long that text is. */
const MAX_COMMON = 1024;
/** How far around a common line its surroundings are looked at. */
const WINDOW = 100;
/** A common line goes when there are more than this many lone lines around it for each common one. */
const LONE_FOR_EACH_COMMON = 3;

const LONE = 0;
const USEFUL = 1;
const COMMON = 2;

/** What remains to be compared; lines set aside are marked as changed, `count` is the number of different lines. */
export function setAsideOdd(old: ComparedSide, made: ComparedSide, count: number): Remaining {
  const limit = Math.min(old.numbers.length, made.numbers.length);
  let same = 0;
  while (same < limit && old.numbers[same] === made.numbers[same]) same += 1;
  let [oldEnd, madeEnd] = [old.numbers.length, made.numbers.length];
  while (Math.min(oldEnd, madeEnd) > same && old.numbers[oldEnd - 1] === made.numbers[madeEnd - 1]) {
    oldEnd -= 1;
    madeEnd -= 1;
  }
  // How often a line stands in a text is counted in all of it, the common start and end included.
  const inOld = occurrences(old.numbers, count);
  const inMade = occurrences(made.numbers, count);
  return {
    old: remaining(old, inMade, same, oldEnd),
    made: remaining(made, inOld, same, madeEnd),
  };
}

function occurrences(numbers: Int32Array, count: number): Int32Array {
  const times = new Int32Array(count);
  for (const number of numbers) times[number] = (times[number] ?? 0) + 1;
  return times;
}

function remaining(side: ComparedSide, inOther: Int32Array, from: number, to: number): RemainingSide {
  const { numbers, changed } = side;
  const common = Math.min(powerNearRoot(numbers.length), MAX_COMMON);
  const kinds = new Uint8Array(to - from);
  for (let line = from; line < to; line++) {
    const times = inOther[numbers[line] ?? 0] ?? 0;
    kinds[line - from] = times === 0 ? LONE : times >= common ? COMMON : USEFUL;
  }
  const surroundings = new Surroundings(kinds);
  const lines = new Int32Array(to - from);
  let kept = 0;
  for (let line = from; line < to; line++) {
    const kind = kinds[line - from];
    if (kind === USEFUL || (kind === COMMON && !surroundings.leadAstray(line - from))) lines[kept++] = line;
    else changed[line] = 1;
  }
  const left = lines.slice(0, kept);
  return { numbers: left.map((line) => numbers[line] ?? 0), lines: left, changed };
}

/** What stands around common lines, up to the nearest useful line on each side. */
class Surroundings {
  readonly #count: number;
  /** Lone lines before each line. */
  readonly #lonesBefore: Int32Array;
  /** The useful line next to each line above it and below it; -1 and the number of lines when there is none. */
  readonly #above: Int32Array;
  readonly #below: Int32Array;

  constructor(kinds: Uint8Array) {
    this.#count = kinds.length;
    this.#lonesBefore = new Int32Array(kinds.length + 1);
    this.#above = new Int32Array(kinds.length);
    this.#below = new Int32Array(kinds.length);
    let [above, below, lones] = [-1, kinds.length, 0];
    for (let at = 0; at < kinds.length; at++) {
      this.#above[at] = above;
      if (kinds[at] === USEFUL) above = at;
      if (kinds[at] === LONE) lones += 1;
      this.#lonesBefore[at + 1] = lones;
    }
    for (let at = kinds.length - 1; at >= 0; at--) {
      this.#below[at] = below;
      if (kinds[at] === USEFUL) below = at;
    }
  }

  /** Whether lone lines, some on both sides of the common line `at`, outweigh the common ones. */
  leadAstray(at: number): boolean {
    const first = Math.max(at - WINDOW, (this.#above[at] ?? 0) + 1);
    const last = Math.min(at + WINDOW, (this.#below[at] ?? 0) - 1, this.#count - 1);
    const above = this.#lones(first, at);
    const below = this.#lones(at + 1, last + 1);
    // The line itself counts once from each side.
    const commonLines = last - first + 2 - above - below;
    return above > 0 && below > 0 && above + below > LONE_FOR_EACH_COMMON * commonLines;
  }

  #lones(from: number, to: number): number {
    return (this.#lonesBefore[to] ?? 0) - (this.#lonesBefore[from] ?? 0);
  }
}

/** A power of two that is at least the square root of `value` and at most about twice as much. */
export function powerNearRoot(value: number): number {
  let root = 1;
  for (let left = value; left > 0; left = Math.floor(left / 4)) root *= 2;
  return root;
}
