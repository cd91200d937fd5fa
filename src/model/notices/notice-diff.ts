// Writes a diff in the manner of quilt patch files of the -mm tree: `--- a/PATH~NAME`, `+++ a/PATH`, nothing of git.
// Not for changes that this manner cannot say; those keep git's own lines.
import type { Bytes, ByteString, Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, quotePath } from "#model/bytes";
import type { Diff, FileDiff, Hunk } from "#model/diff";
import { printFileDiff, printHunkHead, targetOf } from "#model/diff";
import { compareIgnoringPunctuation } from "./collation.ts";

/** GNU diff -p cuts the heading behind the second `@@` to this many bytes (diffutils 3.8). */
const HEADING_BYTES = 40;

/**
 * The diff as it stands in the patch file `name`; text around the file changes is left out.
 * Files come in dictionary order without regard to punctuation; hunks keep their numbers and lines, a heading is cut to 40 bytes.
 * Renames, copies, binary changes, changes of mode, new files that are not plain 100644 and empty files cannot be said so:
 * they follow the others in git's form, because a git header without hunks would claim the `---` line behind it.
 * Where such a change touches a path that another change touches too, all stay in git's form and order.
 */
export function noticeDiff(diff: Diff, name: string, strip = 1): Bytes {
  const plain: { readonly path: Path; readonly file: FileDiff }[] = [];
  const others: FileDiff[] = [];
  for (const file of diff.files) {
    const path = needsGit(file) ? null : (targetOf(file, strip, () => true)?.to ?? null);
    if (path === null) others.push(file);
    else plain.push({ path, file });
  }
  const touched = new Set(plain.map(({ path }) => path));
  if (others.some((file) => touchedBy(file, strip).some((path) => touched.has(path)))) {
    return concatBytes(diff.files.map(printFileDiff));
  }
  plain.sort((left, right) => compareIgnoringPunctuation(left.path, right.path));
  const stem = byteString(bytesOf(name.replace(/\.patch$/, "")));
  return concatBytes([...plain.flatMap(({ path, file }) => piecesOf(path, file, stem)), ...others.map(printFileDiff)]);
}

function needsGit(file: FileDiff): boolean {
  if (file.hunks.length === 0 || file.binary !== null) return true;
  if (file.change === "rename" || file.change === "copy") return true;
  if (file.change === "create") return file.newMode !== null && file.newMode !== "100644";
  if (file.change === "delete") return isSpecial(file.oldMode);
  return file.oldMode !== file.newMode || isSpecial(file.newMode);
}

/** A symbolic link or a submodule: its lines are not those of a file. */
function isSpecial(mode: FileDiff["oldMode"]): boolean {
  return mode === "120000" || mode === "160000";
}

function touchedBy(file: FileDiff, strip: number): Path[] {
  const target = targetOf(file, strip, () => true);
  return target === null ? [] : [target.from, target.to];
}

function piecesOf(path: Path, file: FileDiff, stem: ByteString): Bytes[] {
  // A deleted file has no new name that the suffix would have to be told from.
  const oldName =
    file.change === "create" ? "/dev/null" : fileName(file.change === "delete" ? path : `${path}~${stem}`);
  const newName = file.change === "delete" ? "/dev/null" : fileName(path);
  return [fromByteString(`--- ${oldName}\n+++ ${newName}\n`), ...file.hunks.flatMap(hunkPieces)];
}

/** GNU patch ends an unquoted name at the first blank unless a tab follows; names with control characters need quotes. */
function fileName(path: Path): ByteString {
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f"\\]/.test(path)) return quotePath(`a/${path}`);
  return path.includes(" ") ? `a/${path}\t` : `a/${path}`;
}

/** Printed from its lines, not from its bytes: so blank context that a mailer chopped off is there again. */
function hunkPieces(hunk: Hunk): Bytes[] {
  const { body, lines } = hunk;
  let size = 0;
  for (const line of lines) size += 1 + line.end - line.start + (endsLine(body, line) ? 0 : NO_LINE_END.length);
  // One piece, not one a line: a million views take more memory than what they show.
  const piece = new Uint8Array(size);
  let at = 0;
  for (const line of lines) {
    piece[at] = MARKS[line.kind];
    piece.set(body.subarray(line.start, line.end), at + 1);
    at += 1 + line.end - line.start;
    if (endsLine(body, line)) continue;
    piece.set(NO_LINE_END, at);
    at += NO_LINE_END.length;
  }
  return [printHunkHead(hunk, headingOf(hunk)), piece];
}

function endsLine(body: Bytes, { start, end }: Hunk["lines"][number]): boolean {
  return end > start && body[end - 1] === LF;
}

const LF = 10;
const MARKS = { context: 0x20, delete: 0x2d, insert: 0x2b };
const NO_LINE_END = bytesOf("\n\\ No newline at end of file\n");

function headingOf(hunk: Hunk): ByteString {
  const head = byteString(hunk.head);
  const text = head.slice(head.indexOf("@@", 2) + 2).replace(/^ /, "");
  const heading = text.slice(0, HEADING_BYTES);
  // Not trimEnd(): it takes the byte A0, which ends characters of UTF-8.
  let end = heading.length;
  while (end > 0 && " \t\r\n".includes(heading.charAt(end - 1))) end -= 1;
  return heading.slice(0, end);
}
