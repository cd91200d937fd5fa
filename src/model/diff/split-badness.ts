// How badly a text is cut between two lines, judged by indentation and blank lines as git's indent heuristic does
// (git diff --indent-heuristic, the default since 2.14). It knows no language.
import type { FlatText } from "./intern-lines.ts";

/** Indentation is counted up to this many columns. */
const MAX_INDENT = 200;
/** Blank lines are counted up to this many on each side of the cut. */
const MAX_BLANK = 20;

// The weights are git's; their author found them by fitting diffs that people had judged.
const AT_START = 1;
const AT_END = 21;
const EACH_BLANK = -30;
const EACH_BLANK_BELOW = 6;
const DEEPER = { plain: -4, blank: 10 };
const BLOCK_OPENS = { plain: 24, blank: 17 };
const BLOCK_CLOSES = { plain: 23, blank: 17 };

/** Less is better; `indent` is in columns and is compared first. */
export interface Badness {
  readonly indent: number;
  readonly penalty: number;
}

/** The badness of a cut before line `at` (0-based), or at the text's end. */
export function splitBadness(text: FlatText, at: number): Badness {
  const count = text.starts.length - 1;
  const own = at >= count ? BLANK : indentOf(text, at);
  const above = nearestIndent(text, at, -1);
  const below = nearestIndent(text, at, 1);
  // The end of the text counts as one more blank line.
  const blanksBelow = own === BLANK ? 1 + below.blanks : 0;
  const blanks = above.blanks + blanksBelow;
  const indent = own === BLANK ? below.indent : own;
  let penalty = EACH_BLANK * blanks + EACH_BLANK_BELOW * blanksBelow;
  if (above.indent === BLANK && above.blanks === 0) penalty += AT_START;
  if (at >= count) penalty += AT_END;
  const kind = blanks > 0 ? "blank" : "plain";
  if (indent !== BLANK && above.indent !== BLANK) {
    if (indent > above.indent) penalty += DEEPER[kind];
    else if (indent < above.indent) penalty += (below.indent > indent ? BLOCK_OPENS : BLOCK_CLOSES)[kind];
  }
  return { indent, penalty };
}

/** Stands for the indent of a blank line, and for the lack of a line. */
const BLANK = -1;

/** The indent of the nearest line that is not blank in a direction, and the blank lines up to it; after many of them, 0. */
function nearestIndent(text: FlatText, at: number, step: 1 | -1): { readonly indent: number; readonly blanks: number } {
  const count = text.starts.length - 1;
  let blanks = 0;
  for (let line = at + step; line >= 0 && line < count; line += step) {
    const indent = indentOf(text, line);
    if (indent !== BLANK) return { indent, blanks };
    blanks += 1;
    if (blanks === MAX_BLANK) return { indent: 0, blanks };
  }
  return { indent: BLANK, blanks };
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB_WIDTH = 8;

/** White space looked at in a line; only lines of carriage returns have more without being indented far. */
const MAX_BYTES = 4 * MAX_INDENT;

/** Columns before the first byte that is no white space. */
function indentOf({ bytes, starts }: FlatText, line: number): number {
  const start = starts[line] ?? 0;
  const end = Math.min(starts[line + 1] ?? start, start + MAX_BYTES);
  let columns = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === SPACE) columns += 1;
    else if (byte === TAB) columns += TAB_WIDTH - (columns % TAB_WIDTH);
    else if (byte !== LF && byte !== CR) return columns;
    if (columns >= MAX_INDENT) return MAX_INDENT;
  }
  return BLANK;
}
