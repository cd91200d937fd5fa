// Compares two texts line by line: which runs of lines changed. Where several answers are right it gives the one that
// git 2.39 gives, as observed by running it. It writes no diff; see `make-hunks.ts`.
import type { FlatText } from "./intern-lines.ts";
import { flatText, internLines } from "./intern-lines.ts";
import type { Lines } from "./lines.ts";
import { setAsideOdd } from "./set-aside.ts";
import { markShortestEdit } from "./shortest-edit.ts";
import { slideChanges } from "./slide-changes.ts";

/** Lines `[oldStart, oldEnd)` of the old text became lines `[newStart, newEnd)` of the new one, 0-based; one of them may be empty. */
export interface LineRun {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * Where a run goes that fits in several places, because the lines around it repeat: where indentation and blank lines
 * say that a block begins (as `git diff` does), or as low as it can (as `git merge-file` does).
 */
export type Sliding = "to-indent" | "down";

/** One side of a comparison, as the steps see it. */
export interface ComparedSide {
  readonly text: FlatText;
  /** A number for each line, equal for equal lines of either side. */
  readonly numbers: Int32Array;
  /** 1 for each line that the comparison holds for changed. */
  readonly changed: Uint8Array;
}

/**
 * The changed runs in order, with at least one unchanged line between two of them.
 * Law: outside of them both texts have the same lines, one for one.
 * Time is bounded on any input; what would take longer than the limits allow is one changed run, not the shortest.
 */
export function compareLines(before: Lines, after: Lines, sliding: Sliding = "to-indent"): LineRun[] {
  const numbers = internLines(before, after);
  const old = sideOf(flatText(before), numbers.before);
  const made = sideOf(flatText(after), numbers.after);
  markShortestEdit(setAsideOdd(old, made, numbers.count));
  slideChanges(old, made, sliding);
  slideChanges(made, old, sliding);
  return runsOf(old.changed, made.changed);
}

function sideOf(text: FlatText, numbers: Int32Array): ComparedSide {
  return { text, numbers, changed: new Uint8Array(numbers.length) };
}

function runsOf(oldChanged: Uint8Array, newChanged: Uint8Array): LineRun[] {
  const runs: LineRun[] = [];
  let [oldAt, newAt] = [0, 0];
  while (oldAt < oldChanged.length || newAt < newChanged.length) {
    const [oldStart, newStart] = [oldAt, newAt];
    while (oldChanged[oldAt] === 1) oldAt += 1;
    while (newChanged[newAt] === 1) newAt += 1;
    if (oldAt > oldStart || newAt > newStart) runs.push({ oldStart, oldEnd: oldAt, newStart, newEnd: newAt });
    else [oldAt, newAt] = [oldAt + 1, newAt + 1];
  }
  return runs;
}
