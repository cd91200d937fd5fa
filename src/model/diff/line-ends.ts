// Line ends of a patch that was turned to CRLF as a whole, on its way through a mailer or an editor.
// Not about CRLF files: a diff of one has CR in its hunk lines only, and they count.
import type { Bytes } from "#model/bytes";
import type { FileDiff, Hunk, HunkLine } from "./types.ts";

const LF = 10;
const CR = 13;

/**
 * The hunks as GNU patch 2.7.6 reads them: when the `+++` line ends with CR LF, the CR at the end of every hunk line is
 * no part of it. Only for applying; printed, the hunks would not be the bytes that were read.
 */
export function hunksToApply(file: FileDiff): readonly Hunk[] {
  const { header, hunks } = file;
  return endsWithCr(header, header.length) ? hunks.map(withoutCrs) : hunks;
}

/** Whether the line whose LF is the last byte before `end` has CR before it. */
function endsWithCr(bytes: Bytes, end: number): boolean {
  return end >= 2 && bytes[end - 1] === LF && bytes[end - 2] === CR;
}

function withoutCrs(hunk: Hunk): Hunk {
  const body = new Uint8Array(hunk.body.length);
  let length = 0;
  const lines = hunk.lines.map((line): HunkLine => {
    const { start, end } = line;
    const hasLf = end > start && hunk.body[end - 1] === LF;
    // A line that "\ No newline" follows has its LF behind `end`.
    const drops = end - Number(hasLf) > start && endsWithCr(hunk.body, hasLf ? end : end + 1);
    const from = length;
    body.set(hunk.body.subarray(start, end), from);
    length += end - start - Number(drops);
    if (drops && hasLf) body[length - 1] = LF;
    return { ...line, start: from, end: length };
  });
  return { ...hunk, body: body.subarray(0, length), lines };
}
