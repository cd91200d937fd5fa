// What is another one between two versions of a patch, as `git range-diff` shows it: a diff of their logs and diffs, in which
// line numbers do not count. It pairs nothing: match-revision.ts does.
import type { ByteString, Bytes, Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import { linesOf, makeHunks, patchId, printFileDiff, stripPath } from "#model/diff";
import type { PatchFile } from "./patch-file.ts";

/** What changed between two versions of a patch, and how: hunks in unified form without a file header, empty for no change. */
export interface PatchComparison {
  /** `rebased`: the same change on other lines; its log is the same too. */
  readonly kind: "same" | "rebased" | "log" | "diff" | "both";
  readonly hunks: Bytes;
}

/** Lines of context in the comparison. */
const CONTEXT = 3;

/** Compares title, author, log and diff. The trailers count as part of the log. */
export function comparePatches(old: PatchFile, next: PatchFile): PatchComparison {
  // A link to the mail is another one in every revision, and says nothing.
  const log = withoutLinks(logOf(old)) !== withoutLinks(logOf(next));
  const diff = patchId(old.diff) !== patchId(next.diff);
  const hunks = makeHunks(linesOf(textOf(old)), linesOf(textOf(next)), CONTEXT);
  const kind = log && diff ? "both" : log ? "log" : diff ? "diff" : isMoved(old, next) ? "rebased" : "same";
  return { kind, hunks: concatBytes(hunks.flatMap(({ head, body }) => [head, body])) };
}

function logOf({ title, author, description }: PatchFile): ByteString {
  return byteString(
    concatBytes([bytesOf(`${title ?? ""}\n${author?.name ?? ""} ${author?.address ?? ""}\n`), description]),
  );
}

function withoutLinks(log: ByteString): ByteString {
  return log.replace(/^Link:.*\n?/gim, "");
}

function isMoved(old: PatchFile, next: PatchFile): boolean {
  return diffText(old, (head) => head) !== diffText(next, (head) => head);
}

/** Log and diff with every hunk's numbers left out, as range-diff has them. */
function textOf(patch: PatchFile): Bytes {
  return fromByteString(`${logOf(patch)}\n${diffText(patch, withoutNumbers)}`);
}

function withoutNumbers(head: ByteString): ByteString {
  return head.replace(/^@@[^@]*@@/, "@@");
}

function diffText({ diff }: PatchFile, headOf: (head: ByteString) => ByteString): ByteString {
  return diff.files
    .map((file) => {
      const names = `${file.change} ${changedPath(file)}\n`;
      if (file.binary !== null) return names + byteString(printFileDiff(file));
      return names + file.hunks.map(({ head, body }) => headOf(byteString(head)) + byteString(body)).join("");
    })
    .join("");
}

/** The file that a change is about, without the first component, by which queues and mails differ. */
export function changedPath({ newPath, oldPath }: FileDiff): Path {
  const path = newPath ?? oldPath ?? "";
  return stripPath(path, 1) ?? path;
}
