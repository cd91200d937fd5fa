// Finds a short way from one sequence of numbers to another: E. Myers, "An O(ND) Difference Algorithm and Its
// Variations" (1986), in linear space. Large differences get a good way instead of the shortest, by the rules that
// git 2.39 follows, so that both end up with the same one.
import type { Remaining, RemainingSide } from "./set-aside.ts";
import { powerNearRoot } from "./set-aside.ts";

/** Steps of one search after which it settles for what it has; more for long texts. */
const MIN_PATIENCE = 256;
/** Steps after which a good stretch of equal lines ends a search. */
const STRETCH_PATIENCE = 256;
/** Equal lines in a row that make a good stretch. */
const STRETCH = 20;
/** A way is good when it got this many times further than it has steps. */
const GOOD_SPEED = 4;
/** Work of all searches together, in diagonals and lines looked at, a second or two; what is left then counts as changed. */
const MAX_WORK = 100_000_000;
/** Behind any line. */
const NOWHERE = 0x7fffffff;

/** A box of old lines `[oldFrom, oldTo)` and new lines `[newFrom, newTo)` whose difference is still to be found. */
interface Box {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
  /** Whether only the shortest way will do, because the box is known to have a short one. */
  readonly exact: boolean;
}

/** Where to cut a box in two. */
interface Cut {
  readonly old: number;
  readonly made: number;
  readonly exactAbove: boolean;
  readonly exactBelow: boolean;
}

/** Marks in both sides the lines that a short edit deletes and inserts. */
export function markShortestEdit({ old, made }: Remaining): void {
  const search = new Search(old.numbers, made.numbers);
  const boxes: Box[] = [
    { oldFrom: 0, oldTo: old.numbers.length, newFrom: 0, newTo: made.numbers.length, exact: false },
  ];
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    const { oldFrom, oldTo, newFrom, newTo } = search.shrunk(box);
    if (oldFrom === oldTo || newFrom === newTo || search.work > MAX_WORK) {
      markRange(old, oldFrom, oldTo);
      markRange(made, newFrom, newTo);
      continue;
    }
    const cut = search.cut({ oldFrom, oldTo, newFrom, newTo, exact: box.exact });
    boxes.push({ oldFrom: cut.old, oldTo, newFrom: cut.made, newTo, exact: cut.exactBelow });
    boxes.push({ oldFrom, oldTo: cut.old, newFrom, newTo: cut.made, exact: cut.exactAbove });
  }
}

function markRange(side: RemainingSide, from: number, to: number): void {
  for (let at = from; at < to; at++) side.changed[side.lines[at] ?? 0] = 1;
}

/**
 * One way from the box's start and one from its end, grown step by step until they meet.
 * Diagonal d holds the places where the old line is d behind the new one; the frontiers say how far each diagonal got.
 */
class Search {
  work = 0;
  readonly #old: Int32Array;
  readonly #made: Int32Array;
  readonly #patience: number;
  /** Furthest old line reached on each diagonal, from the start and from the end; index 0 is diagonal `-#zero`. */
  readonly #down: Int32Array;
  readonly #up: Int32Array;
  readonly #zero: number;

  constructor(old: Int32Array, made: Int32Array) {
    const diagonals = old.length + made.length + 3;
    this.#old = old;
    this.#made = made;
    this.#patience = Math.max(powerNearRoot(diagonals), MIN_PATIENCE);
    this.#zero = made.length + 1;
    this.#down = new Int32Array(diagonals + 1);
    this.#up = new Int32Array(diagonals + 1);
  }

  /** The box without the equal lines at its start and end. */
  shrunk(box: Box): Omit<Box, "exact"> {
    let { oldFrom, oldTo, newFrom, newTo } = box;
    while (oldFrom < oldTo && newFrom < newTo && this.#old[oldFrom] === this.#made[newFrom]) {
      oldFrom += 1;
      newFrom += 1;
    }
    while (oldFrom < oldTo && newFrom < newTo && this.#old[oldTo - 1] === this.#made[newTo - 1]) {
      oldTo -= 1;
      newTo -= 1;
    }
    this.work += oldFrom - box.oldFrom + box.oldTo - oldTo + 1;
    return { oldFrom, oldTo, newFrom, newTo };
  }

  /** A place on a short way through a box whose first and last lines differ. */
  cut(box: Box): Cut {
    const { oldFrom, oldTo, newFrom, newTo } = box;
    const [old, made, down, up, zero] = [this.#old, this.#made, this.#down, this.#up, this.#zero];
    const lowest = oldFrom - newTo;
    const highest = oldTo - newFrom;
    const start = oldFrom - newFrom;
    const end = oldTo - newTo;
    const odd = ((start - end) & 1) !== 0;
    let [downMin, downMax, upMin, upMax] = [start, start, end, end];
    down[zero + start] = oldFrom;
    up[zero + end] = oldTo;
    for (let steps = 1; ; steps++) {
      let stretch = false;
      // The band of diagonals grows by one each way; at the edge of the box it shrinks, to keep its parity.
      if (downMin > lowest) down[zero + --downMin - 1] = -1;
      else downMin += 1;
      if (downMax < highest) down[zero + ++downMax + 1] = -1;
      else downMax -= 1;
      for (let d = downMax; d >= downMin; d -= 2) {
        const left = down[zero + d - 1] ?? 0;
        const right = down[zero + d + 1] ?? 0;
        const from = left >= right ? left + 1 : right;
        let at = from;
        while (at < oldTo && at - d < newTo && old[at] === made[at - d]) at += 1;
        if (at - from > STRETCH) stretch = true;
        this.work += at - from;
        down[zero + d] = at;
        if (odd && upMin <= d && d <= upMax && (up[zero + d] ?? 0) <= at) {
          return { old: at, made: at - d, exactAbove: true, exactBelow: true };
        }
      }
      if (upMin > lowest) up[zero + --upMin - 1] = NOWHERE;
      else upMin += 1;
      if (upMax < highest) up[zero + ++upMax + 1] = NOWHERE;
      else upMax -= 1;
      for (let d = upMax; d >= upMin; d -= 2) {
        const left = up[zero + d - 1] ?? 0;
        const right = up[zero + d + 1] ?? 0;
        const from = left < right ? left : right - 1;
        let at = from;
        while (at > oldFrom && at - d > newFrom && old[at - 1] === made[at - d - 1]) at -= 1;
        if (from - at > STRETCH) stretch = true;
        this.work += from - at;
        up[zero + d] = at;
        if (!odd && downMin <= d && d <= downMax && at <= (down[zero + d] ?? 0)) {
          return { old: at, made: at - d, exactAbove: true, exactBelow: true };
        }
      }
      this.work += upMax - upMin + downMax - downMin;
      if (this.work > MAX_WORK) return this.#furthest(box, downMin, downMax, upMin, upMax);
      if (box.exact) continue;
      if (stretch && steps > STRETCH_PATIENCE) {
        const good = this.#goodDown(box, steps, downMin, downMax) ?? this.#goodUp(box, steps, upMin, upMax);
        if (good !== null) return good;
      }
      if (steps >= this.#patience) return this.#furthest(box, downMin, downMax, upMin, upMax);
    }
  }

  /** The diagonal that from the start got far with few steps and ends in a good stretch. */
  #goodDown({ oldFrom, oldTo, newFrom, newTo }: Box, steps: number, min: number, max: number): Cut | null {
    let best = 0;
    let cut: Cut | null = null;
    for (let d = max; d >= min; d -= 2) {
      const at = this.#down[this.#zero + d] ?? 0;
      const gain = at - oldFrom + (at - d - newFrom) - Math.abs(d - (oldFrom - newFrom));
      if (gain <= GOOD_SPEED * steps || gain <= best) continue;
      if (at < oldFrom + STRETCH || at >= oldTo || at - d < newFrom + STRETCH || at - d >= newTo) continue;
      if (!this.#equalRun(at - STRETCH, at - d - STRETCH)) continue;
      best = gain;
      cut = { old: at, made: at - d, exactAbove: true, exactBelow: false };
    }
    return cut;
  }

  /** The same from the end. */
  #goodUp({ oldFrom, oldTo, newFrom, newTo }: Box, steps: number, min: number, max: number): Cut | null {
    let best = 0;
    let cut: Cut | null = null;
    for (let d = max; d >= min; d -= 2) {
      const at = this.#up[this.#zero + d] ?? 0;
      const gain = oldTo - at + (newTo - (at - d)) - Math.abs(d - (oldTo - newTo));
      if (gain <= GOOD_SPEED * steps || gain <= best) continue;
      if (at <= oldFrom || at > oldTo - STRETCH || at - d <= newFrom || at - d > newTo - STRETCH) continue;
      if (!this.#equalRun(at, at - d)) continue;
      best = gain;
      cut = { old: at, made: at - d, exactAbove: false, exactBelow: true };
    }
    return cut;
  }

  #equalRun(oldAt: number, newAt: number): boolean {
    for (let i = 0; i < STRETCH; i++) if (this.#old[oldAt + i] !== this.#made[newAt + i]) return false;
    return true;
  }

  /** The place that got furthest, from the start or from the end, when patience is at its end. */
  #furthest(
    { oldFrom, oldTo, newFrom, newTo }: Box,
    downMin: number,
    downMax: number,
    upMin: number,
    upMax: number,
  ): Cut {
    let [downSum, downAt] = [-1, -1];
    for (let d = downMax; d >= downMin; d -= 2) {
      const reached = Math.min(this.#down[this.#zero + d] ?? 0, oldTo);
      const at = reached - d > newTo ? newTo + d : reached;
      if (at + at - d > downSum) [downSum, downAt] = [at + at - d, at];
    }
    let [upSum, upAt] = [NOWHERE, NOWHERE];
    for (let d = upMax; d >= upMin; d -= 2) {
      const reached = Math.max(this.#up[this.#zero + d] ?? 0, oldFrom);
      const at = reached - d < newFrom ? newFrom + d : reached;
      if (at + at - d < upSum) [upSum, upAt] = [at + at - d, at];
    }
    return oldTo + newTo - upSum < downSum - (oldFrom + newFrom)
      ? { old: downAt, made: downSum - downAt, exactAbove: true, exactBelow: false }
      : { old: upAt, made: upSum - upAt, exactAbove: false, exactBelow: true };
  }
}
