// Moves changed runs that fit in several places to the one a reader expects: runs that meet become one, a deletion goes
// to its insertion, and the rest where the settings say. It never changes what the texts have in common.
import type { ComparedSide, Sliding } from "./compare.ts";
import { splitBadness } from "./split-badness.ts";

/** Furthest that indentation may move a run, in lines. */
const MAX_INDENT_SLIDE = 100;
/** Lines moved over on one side of a comparison, all runs together; then the rest stays where it is. */
const MAX_MOVES = 20_000_000;

/** Slides the changed runs of `side`, of which `other` is the other side; each side has its turn. */
export function slideChanges(side: ComparedSide, other: ComparedSide, sliding: Sliding): void {
  // Between two changed runs of one side lie as many unchanged lines as between those of the other, so that gap k of one
  // side answers to gap k of the other; an empty run is where only the other side changed.
  const run = new Run(side);
  const opposite = new Run(other);
  do {
    if (run.end > run.start) slide(run, opposite, sliding);
    if (run.moves + opposite.moves > MAX_MOVES) return;
  } while (run.next() && opposite.next());
}

function slide(run: Run, opposite: Run, sliding: Sliding): void {
  let length: number;
  let highestEnd: number;
  let facing: boolean;
  do {
    length = run.end - run.start;
    while (run.up()) opposite.previous();
    highestEnd = run.end;
    facing = opposite.end > opposite.start;
    while (run.down()) {
      opposite.next();
      if (opposite.end > opposite.start) facing = true;
    }
    if (run.moves + opposite.moves > MAX_MOVES) return;
    // A run that bumped into another one is longer now and may reach further.
  } while (run.end - run.start !== length);
  if (run.end === highestEnd) return;
  if (facing) {
    // The lowest place where the other side changed too.
    while (opposite.end === opposite.start && run.up()) opposite.previous();
  } else if (sliding === "to-indent") {
    const best = bestEnd(run, highestEnd);
    while (run.end > best && run.up()) opposite.previous();
  }
}

/** Where the run should end so that its start and its end cut the text least badly; the lowest of equals. */
function bestEnd({ side: { text }, start, end }: Run, highestEnd: number): number {
  const length = end - start;
  let best = end;
  let least: ReturnType<typeof splitBadness> | null = null;
  for (let at = Math.max(highestEnd, end - length - 1, end - MAX_INDENT_SLIDE); at <= end; at++) {
    const below = splitBadness(text, at);
    const above = splitBadness(text, at - length);
    const badness = { indent: below.indent + above.indent, penalty: below.penalty + above.penalty };
    if (least === null || isNoWorse(badness, least)) [best, least] = [at, badness];
  }
  return best;
}

/** Indentation decides by its direction only, and outweighs a difference of this many penalty points. */
const INDENT_WEIGHT = 60;

function isNoWorse(one: ReturnType<typeof splitBadness>, other: ReturnType<typeof splitBadness>): boolean {
  return INDENT_WEIGHT * Math.sign(one.indent - other.indent) + one.penalty - other.penalty <= 0;
}

/** A maximal run of changed lines `[start, end)`, empty between two unchanged ones, that can go to its neighbours and slide. */
class Run {
  start = 0;
  end = 0;
  moves = 0;
  readonly side: ComparedSide;

  constructor(side: ComparedSide) {
    this.side = side;
    while (side.changed[this.end] === 1) this.end += 1;
  }

  /** To the run behind the next unchanged line; false when there is none. */
  next(): boolean {
    const { changed } = this.side;
    if (this.end === changed.length) return false;
    this.start = this.end + 1;
    this.end = this.start;
    while (changed[this.end] === 1) this.end += 1;
    this.moves += this.end - this.start + 1;
    return true;
  }

  previous(): boolean {
    if (this.start === 0) return false;
    const { changed } = this.side;
    this.end = this.start - 1;
    this.start = this.end;
    while (changed[this.start - 1] === 1) this.start -= 1;
    this.moves += this.end - this.start + 1;
    return true;
  }

  /** One line up, when the line above equals its last one; a run that it then touches becomes part of it. */
  up(): boolean {
    const { changed, numbers } = this.side;
    if (this.start === 0 || numbers[this.start - 1] !== numbers[this.end - 1]) return false;
    this.start -= 1;
    this.end -= 1;
    changed[this.start] = 1;
    changed[this.end] = 0;
    while (changed[this.start - 1] === 1) this.start -= 1;
    this.moves += 1;
    return true;
  }

  down(): boolean {
    const { changed, numbers } = this.side;
    if (this.end === numbers.length || numbers[this.start] !== numbers[this.end]) return false;
    changed[this.start] = 0;
    changed[this.end] = 1;
    this.start += 1;
    this.end += 1;
    while (changed[this.end] === 1) this.end += 1;
    this.moves += 1;
    return true;
  }
}
