// What one file change makes of a file's content: hunks placed, or binary data inflated. Names and modes are push.ts's task.
import type { FileDiff, HunkOutcome, HunkSettings, Lines } from "#model/diff";
import { applyBinary, applyHunks, blobId, hunksToApply, linesOf } from "#model/diff";

/** The new content, or the reason why there is none; then `lines` are not to be used. */
export interface NewContent {
  readonly lines: Lines;
  readonly hunks: readonly HunkOutcome[];
  readonly reason: string | null;
}

/** Applies the change to `before`, all hunks or none. A binary change must find the very content it was made for. */
export function newContent(file: FileDiff, before: Lines, settings: HunkSettings): NewContent {
  if (file.binary !== null) return newBinary(file, before);
  const known = knownOf(before, file);
  let made = known.find(({ fuzz, reverse }) => fuzz === settings.fuzz && reverse === settings.reverse);
  if (made === undefined) {
    const { fuzz, reverse } = settings;
    made = { fuzz, reverse, content: withHunks(file, before, { fuzz, reverse }) };
    known.push(made);
  }
  return made.content;
}

interface Made extends HunkSettings {
  readonly content: NewContent;
}

/**
 * What hunks made of contents before, so that planning again after an edit applies only what the edit touches.
 * Values are told apart by identity, and forgotten with the content or the hunks they belong to.
 */
const KNOWN = new WeakMap<Lines, WeakMap<FileDiff["hunks"], Made[]>>();

function knownOf(before: Lines, { hunks }: FileDiff): Made[] {
  let byHunks = KNOWN.get(before);
  if (byHunks === undefined) KNOWN.set(before, (byHunks = new WeakMap()));
  let known = byHunks.get(hunks);
  if (known === undefined) byHunks.set(hunks, (known = []));
  return known;
}

function withHunks(file: FileDiff, before: Lines, settings: HunkSettings): NewContent {
  const { file: lines, outcomes, givenUp } = applyHunks(before, hunksToApply(file), settings);
  const failed = outcomes.filter((outcome) => outcome.kind === "rejected").length;
  const count = `${failed} of ${outcomes.length} ${outcomes.length === 1 ? "hunk" : "hunks"}`;
  const reason = givenUp
    ? `has ${count} rejected: they are too many to be looked for everywhere in a file of ${before.count} lines`
    : `has ${count} rejected`;
  return { lines, hunks: outcomes, reason: failed === 0 && !givenUp ? null : reason };
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
