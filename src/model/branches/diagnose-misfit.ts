// Why one hunk was not placed: the lines it expects beside those the file has where it was probably meant to go.
// Who is to blame for the difference is told in diagnose-blame.ts.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { ComparedLine, Hunk, HunkLine, HunkOutcome, Lines } from "#model/diff";
import { nearestPlace, patternOf, sideBySide } from "#model/diff";

/** How a rejected hunk and a file differ. Lines are byte strings with their line end. */
export interface Misfit {
  /** Aligned lines, from the first to the last one that the hunk expects; none when it is already applied or nowhere near. */
  readonly rows: readonly ComparedLine[];
  /** Line number, 1-based, that the hunk's header gives to its first expected line. */
  readonly first: number;
  /** Expected lines that the file does not have there. */
  readonly missing: readonly ByteString[];
  /** Lines of the file that the hunk does not expect there. */
  readonly extra: readonly ExtraLine[];
  /** The part of the file that was compared, 0-based, half-open. */
  readonly from: number;
  readonly to: number;
}

export interface ExtraLine {
  /** 0-based. */
  readonly line: number;
  readonly text: ByteString;
  /** True between lines that fit; others may only be neighbours of the place where expected lines are missing. */
  readonly firm: boolean;
}

/** Hunks with more lines are not compared: nobody reads so long a table, and the time it takes would be felt. */
const MAX_LINES = 5000;

/** Compares a hunk that was rejected with the file that it was rejected by. */
export function misfitOf(
  file: Lines,
  hunk: Hunk,
  reverse: boolean,
  outcome: HunkOutcome & { readonly kind: "rejected" },
): Misfit {
  const pattern = patternOf(hunk, reverse);
  if (outcome.alreadyAt !== null) return alreadyApplied(hunk, reverse, pattern.first, outcome.alreadyAt);
  const expected = pattern.lines.map((line) => textAt(hunk, line));
  const nowhere: Misfit = { rows: [], first: pattern.first, missing: expected, extra: [], from: 0, to: 0 };
  if (pattern.lines.length > MAX_LINES) return nowhere;
  const place = nearestPlace(file, pattern, outcome.line);
  if (place === null) return nowhere;
  const rows = inPlace(sideBySide(file, pattern, place.line));
  const found = rows.flatMap((row) => (row.found === null ? [] : [row.found.line - 1]));
  const differing = rows.filter(({ same }) => !same);
  const [firstSame, lastSame] = [rows.findIndex(({ same }) => same), rows.findLastIndex(({ same }) => same)];
  return {
    rows,
    first: pattern.first,
    missing: differing.flatMap((row) => (row.expected === null ? [] : [byteString(row.expected)])),
    extra: rows.flatMap(({ found: line, same }, index) => {
      const firm = index > firstSame && index < lastSame;
      return line === null || same ? [] : [{ line: line.line - 1, text: byteString(line.text), firm }];
    }),
    from: found[0] ?? Math.max(place.line - 1, 0),
    to: (found.at(-1) ?? place.line - 2) + 1,
  };
}

/** Differing lines above the first common one stand next to it; what the file has above and below all of them is none of ours. */
function inPlace(rows: readonly ComparedLine[]): ComparedLine[] {
  const firstSame = rows.findIndex(({ same }) => same);
  const head = firstSame < 0 ? [] : rows.slice(0, firstSame);
  const expected = head.flatMap((row) => (row.expected === null ? [] : [row.expected]));
  const found = head.flatMap((row) => (row.found === null ? [] : [row.found])).slice(-expected.length || head.length);
  const lack = expected.length - found.length;
  const paired = expected.map((line, index): ComparedLine => {
    return { expected: line, found: found[index - lack] ?? null, same: false };
  });
  const rest = firstSame < 0 ? rows : rows.slice(firstSame);
  const last = rest.findLastIndex((row) => row.expected !== null);
  return [...paired, ...rest.slice(0, last + 1)];
}

/** The lines that the hunk would make are the ones to explain: somebody has put them there before. */
function alreadyApplied(hunk: Hunk, reverse: boolean, first: number, line: number): Misfit {
  const made = patternOf(hunk, !reverse).lines;
  const kinds = reverse ? (["insert", "delete"] as const) : (["delete", "insert"] as const);
  return {
    rows: [],
    first,
    missing: hunk.lines.filter(({ kind }) => kind === kinds[0]).map((one) => textAt(hunk, one)),
    extra: made.flatMap((one, index) =>
      one.kind === kinds[1] ? [{ line: line - 1 + index, text: textAt(hunk, one), firm: true }] : [],
    ),
    from: line - 1,
    to: line - 1 + made.length,
  };
}

/** The text of a hunk's line with its line end. */
export function textAt({ body }: { readonly body: Bytes }, { start, end }: HunkLine): ByteString {
  return byteString(body, start, end);
}

/** Whether a line says anything: blank lines, braces and comment marks are everywhere and prove nothing. */
export function isTelling(text: ByteString): boolean {
  return /[0-9A-Za-z_\u0080-\u00ff]/.test(text);
}
