// What one file change makes of a file's content: hunks placed, or binary data inflated. Names and modes are push.ts's task.
import type { FileDiff, HunkOutcome, HunkSettings, Lines } from "#model/diff";
import { applyBinary, applyHunks, blobId, linesOf } from "#model/diff";

/** The new content, or the reason why there is none; then `lines` are not to be used. */
export interface NewContent {
  readonly lines: Lines;
  readonly hunks: readonly HunkOutcome[];
  readonly reason: string | null;
}

/** Applies the change to `before`, all hunks or none. A binary change must find the very content it was made for. */
export function newContent(file: FileDiff, before: Lines, settings: HunkSettings): NewContent {
  if (file.binary !== null) return newBinary(file, before);
  const { file: lines, outcomes } = applyHunks(before, file.hunks, { fuzz: settings.fuzz, reverse: settings.reverse });
  const failed = outcomes.filter((outcome) => outcome.kind === "rejected").length;
  const reason =
    failed === 0 ? null : `has ${failed} of ${outcomes.length} ${outcomes.length === 1 ? "hunk" : "hunks"} rejected`;
  return { lines, hunks: outcomes, reason };
}

function newBinary(file: FileDiff, before: Lines): NewContent {
  const fail = (reason: string): NewContent => ({ lines: before, hunks: [], reason });
  const hunk = file.binary?.forward;
  if (!hunk) return fail("is binary and the patch carries no data for it");
  if (
    file.oldId !== null &&
    !/^0+$/.test(file.oldId) &&
    !blobId(before.bytes, file.oldId.length).startsWith(file.oldId)
  ) {
    return fail("is binary and has other content than the patch was made for");
  }
  const after = applyBinary(before.bytes, hunk);
  if ("message" in after) return fail(`cannot be made: ${after.message}`);
  if (file.newId !== null && !/^0+$/.test(file.newId) && !blobId(after, file.newId.length).startsWith(file.newId)) {
    return fail("is binary and would get other content than the patch says");
  }
  return { lines: linesOf(after), hunks: [], reason: null };
}
