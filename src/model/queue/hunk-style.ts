// How a patch writes its hunks: context, headings, counts, line ends; and new hunks written the same way.
// Labels and other header lines are in file-header.ts.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString } from "#model/bytes";
import type { FileDiff, Hunk, Lines } from "#model/diff";
import { makeHunks, parseDiff } from "#model/diff";

export interface HunkStyle {
  /** Unchanged lines around a change. */
  readonly context: number;
  /** Whether heads name a function behind the second `@@`. */
  readonly headings: boolean;
  /** Whether a count of 1 is written, which diff and git leave out. */
  readonly ones: boolean;
  /** Whether the whole text was turned to CRLF, see `hunksToApply`. */
  readonly crlf: boolean;
}

/** What diff and git do when they are told nothing. */
const DEFAULT_CONTEXT = 3;

/** The style of a patch; `own` is the file change to be like where the patch mixes styles. */
export function hunkStyleOf(files: readonly FileDiff[], own: FileDiff | null): HunkStyle {
  const all = files.flatMap(({ hunks }) => hunks);
  const mine = own !== null && own.hunks.length > 0 ? own.hunks : all;
  const heads = mine.map(({ head }) => byteString(head));
  return {
    context: contextOf(all),
    headings: heads.length === 0 || heads.some((head) => /^@@[^@]*@@ ./.test(head)),
    ones: heads.some((head) => /^@@ -\d+(?:,1 | \+\d+,1 |,\d+ \+\d+,1 )/.test(head)),
    crlf: endsWithCrLf((own ?? files[0])?.header ?? bytesOf("")),
  };
}

/** Less context than usual is a choice only where a hunk begins below the first line: above, there may be no more lines. */
function contextOf(hunks: readonly Hunk[]): number {
  const most = hunks.reduce((sum, { leading, trailing }) => Math.max(sum, leading, trailing), 0);
  const chosen = hunks.some(({ oldStart, oldCount }) => oldStart > 1 && oldCount > 0);
  return chosen ? most : Math.max(most, DEFAULT_CONTEXT);
}

function endsWithCrLf(bytes: Bytes): boolean {
  return bytes.length > 1 && bytes[bytes.length - 2] === 13 && bytes[bytes.length - 1] === 10;
}

/** The hunks from `before` to `after`, written in the style; see `makeHunks`. */
export function styledHunks(before: Lines, after: Lines, style: HunkStyle): Hunk[] {
  const made = makeHunks(before, after, style.context);
  const heads = made.map(({ head }) => {
    const text = style.headings ? byteString(head) : byteString(head).replace(/^(@@[^@]*@@) .*$/s, "$1\n");
    return style.ones ? text.replace(/^@@ -(\d+)( |,\d+ )\+(\d+)( |,\d+ )@@/, withOnes) : text;
  });
  if (!style.crlf) return made.map((hunk, index) => ({ ...hunk, head: fromByteString(heads[index] ?? "") }));
  const text = made.map(({ body }, index) => (heads[index] ?? "") + byteString(body)).join("");
  return parseHunks(fromByteString(text.replaceAll("\n", "\r\n")));
}

function withOnes(_all: string, oldStart: string, oldCount: string, newStart: string, newCount: string): string {
  return `@@ -${oldStart}${oldCount === " " ? ",1 " : oldCount}+${newStart}${newCount === " " ? ",1 " : newCount}@@`;
}

/** Hunks of a plain diff without its header lines. */
export function parseHunks(bytes: Bytes): Hunk[] {
  const diff = parseDiff(concatBytes([bytesOf("--- a/x\n+++ b/x\n"), bytes]));
  return [...(diff.files[0]?.hunks ?? [])];
}

/** The numbers of a hunk head. */
export type HunkRange = Pick<Hunk, "oldStart" | "oldCount" | "newStart" | "newCount">;

/** A head with other numbers and every other byte as it was; a count that stays is written as it was. */
export function renumberedHead(hunk: Hunk, range: HunkRange): Bytes {
  const head = byteString(hunk.head).replace(
    /^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/,
    (_all, oldCount: string | undefined, newCount: string | undefined) =>
      `@@ -${range.oldStart}${countText(oldCount, hunk.oldCount, range.oldCount)} +${range.newStart}${countText(newCount, hunk.newCount, range.newCount)} @@`,
  );
  return fromByteString(head);
}

function countText(written: string | undefined, before: number, after: number): string {
  if (before === after) return written ?? "";
  return after === 1 ? "" : `,${after}`;
}
