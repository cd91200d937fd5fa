// The hunks of one file change, rewritten so that they fit where they were applied: other numbers, and where fuzz ignored
// context lines or a merge was needed, other lines. As little as possible changes.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes, equalBytes } from "#model/bytes";
import type { FileDiff, Hunk, HunkOutcome, Lines } from "#model/diff";
import { applyHunks, equalLines, hunksToApply } from "#model/diff";
import type { HunkRange, HunkStyle } from "./hunk-style.ts";
import { parseHunks, renumberedHead, styledHunks } from "./hunk-style.ts";

/** One context line that fuzz ignored: what the patch said, and what the file has; null where the file ends before. */
export interface TakenLine {
  readonly expected: Bytes;
  readonly found: Bytes | null;
}

/** What was written into one hunk. Lines are 1-based, of the file below the patch. */
export interface HunkRefresh {
  /** 1-based number in the file change. */
  readonly hunk: number;
  readonly from: number;
  readonly to: number;
  readonly fuzz: number;
  readonly taken: readonly TakenLine[];
}

export interface RefreshedHunks {
  readonly hunks: readonly Hunk[];
  /** The hunks that changed; none where all were made anew. */
  readonly changes: readonly HunkRefresh[];
  /** True where the hunks come from a comparison of the file before and after, and not from those that were there. */
  readonly anew: boolean;
}

/** One file change with what it met and made; `before` and `after` in the direction of the push. */
export interface PushedChange {
  readonly file: FileDiff;
  /** Null for a merge. */
  readonly outcomes: readonly HunkOutcome[] | null;
  readonly before: Lines;
  readonly after: Lines;
  readonly reverse: boolean;
}

/** Law: the hunks make `after` of `before`, each at offset 0 and fuzz 0. */
export function refreshHunks(change: PushedChange, style: HunkStyle): RefreshedHunks {
  const inPlace = change.outcomes === null ? null : hunksInPlace(change, change.outcomes, style);
  if (inPlace !== null && fitsExactly(change, inPlace.hunks)) return inPlace;
  const { before, after, reverse } = change;
  const hunks = reverse ? styledHunks(after, before, style) : styledHunks(before, after, style);
  if (!fitsExactly(change, hunks)) throw new Error("hunks made anew do not fit the file that they were made from");
  return { hunks, changes: [], anew: true };
}

/** Whether the hunks make `after` of `before` where they say, with all of their context. */
function fitsExactly({ file, before, after, reverse }: PushedChange, hunks: readonly Hunk[]): boolean {
  const made = applyHunks(before, hunksToApply({ ...file, hunks }), { fuzz: 0, reverse });
  return (
    made.outcomes.every((outcome) => outcome.kind === "applied" && outcome.offset === 0) && equalLines(made.file, after)
  );
}

/** The hunks with the numbers of their places and the context that is there; null where that is not all there is to do. */
function hunksInPlace(
  { file, before, reverse }: PushedChange,
  outcomes: readonly HunkOutcome[],
  style: HunkStyle,
): RefreshedHunks | null {
  const hunks: Hunk[] = [];
  const changes: HunkRefresh[] = [];
  let grown = 0;
  for (const [index, hunk] of file.hunks.entries()) {
    const outcome = outcomes[index];
    if (outcome?.kind !== "applied") return null;
    // Lines of the file would stand with their own line ends between those that were turned to CRLF.
    if (outcome.fuzz > 0 && style.crlf) return null;
    const line = outcome.line - grown;
    const fuzzy =
      outcome.fuzz === 0 ? { hunk, taken: [] } : withFoundContext(hunk, before, line, outcome.fuzz, reverse);
    if (fuzzy === null) return null;
    const range = rangeAt(fuzzy.hunk, reverse ? outcome.line : line, reverse ? line : outcome.line);
    const changed = fuzzy.taken.length > 0 || outcome.offset !== 0 || outcome.fuzz > 0;
    hunks.push(changed ? { ...fuzzy.hunk, head: renumberedHead(hunk, range), ...range } : hunk);
    if (changed) {
      const from = reverse ? hunk.newStart : hunk.oldStart;
      const to = reverse ? range.newStart : range.oldStart;
      changes.push({ hunk: index + 1, from, to, fuzz: outcome.fuzz, taken: fuzzy.taken });
    }
    grown += (hunk.newCount - hunk.oldCount) * (reverse ? -1 : 1);
  }
  return { hunks, changes, anew: false };
}

/** The numbers of a hunk whose first lines stand at these lines of either side. */
function rangeAt({ oldCount, newCount }: Hunk, oldLine: number, newLine: number): HunkRange {
  // A side without lines is named by the line before it.
  return {
    oldStart: oldLine - (oldCount === 0 ? 1 : 0),
    oldCount,
    newStart: newLine - (newCount === 0 ? 1 : 0),
    newCount,
  };
}

const LF = 10;
const SPACE = Uint8Array.of(0x20);
const NO_NEWLINE = bytesOf("\n\\ No newline at end of file\n");

/** The hunk with the context lines that fuzz ignored as the file has them; null where its text is not as it should be. */
function withFoundContext(
  hunk: Hunk,
  before: Lines,
  line: number,
  fuzz: number,
  reverse: boolean,
): { readonly hunk: Hunk; readonly taken: readonly TakenLine[] } | null {
  const { lines, body, leading, trailing, chopped } = hunk;
  if (chopped > 0) return null;
  const context = Math.max(leading, trailing);
  const top = Math.max(fuzz + leading - context, 0);
  const end = Math.max(fuzz + trailing - context, 0);
  const count = reverse ? hunk.newCount : hunk.oldCount;
  const pieces: Bytes[] = [];
  const taken: TakenLine[] = [];
  let gone = 0;
  for (const [index, { start, end: textEnd }] of lines.entries()) {
    const piece = body.subarray(lineStart(hunk, index), lineStart(hunk, index + 1));
    const fromEnd = lines.length - index;
    if (index >= top && fromEnd > end) {
      pieces.push(piece);
      continue;
    }
    const at = index < top ? line - 1 + index : line - 1 + count - fromEnd;
    const found = at < before.count ? before.bytes.subarray(before.starts[at], before.starts[at + 1]) : null;
    const expected = body.subarray(start, textEnd);
    if (found !== null && equalBytes(found, expected)) {
      pieces.push(piece);
      continue;
    }
    taken.push({ expected, found });
    if (found === null) gone += 1;
    else pieces.push(SPACE, found, ...(found[found.length - 1] === LF ? [] : [NO_NEWLINE]));
  }
  const range = { ...rangeAt(hunk, 1, 1), oldCount: hunk.oldCount - gone, newCount: hunk.newCount - gone };
  const [made, ...more] = parseHunks(concatBytes([renumberedHead(hunk, range), ...pieces]));
  return made === undefined || more.length > 0 ? null : { hunk: made, taken };
}

/** Where the text of a hunk's line begins in its body, mark included, if a mailer left it; behind the last line, the body's end. */
function lineStart({ lines, body }: Hunk, index: number): number {
  const start = lines[index]?.start;
  if (start === undefined) return body.length;
  return start === 0 || body[start - 1] === LF ? start : start - 1;
}
