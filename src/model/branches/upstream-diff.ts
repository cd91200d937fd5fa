// A patch as it applied: the diff of what a build made of the files, so with the context that is really there.
// It is for comparing, not for writing into a patch file.
import { bytesOf, concatBytes, fromByteString, noBytes } from "#model/bytes";
import type { Diff, FileDiff } from "#model/diff";
import { linesOf, makeHunks } from "#model/diff";
import type { FileChange } from "#model/files";

/** Lines of context, as git and quilt write them. */
const CONTEXT = 3;

/** The diff of the changes at strip level 1, in the order given; a rename is a deletion and a creation. */
export function diffOfChanges(changes: readonly FileChange[]): Diff {
  return { files: changes.map(fileDiffOf), trail: noBytes, problems: [] };
}

function fileDiffOf({ path, before, after }: FileChange): FileDiff {
  const nothing = linesOf(noBytes);
  const oldPath = before === null ? null : `a/${path}`;
  const newPath = after === null ? null : `b/${path}`;
  return {
    lead: noBytes,
    header: concatBytes([
      bytesOf("--- "),
      fromByteString(oldPath ?? "/dev/null"),
      bytesOf("\n+++ "),
      fromByteString(newPath ?? "/dev/null"),
      bytesOf("\n"),
    ]),
    oldPath,
    newPath,
    change: before === null ? "create" : after === null ? "delete" : "modify",
    oldMode: before?.mode ?? null,
    newMode: after?.mode ?? null,
    oldId: null,
    newId: null,
    git: false,
    hunks: makeHunks(before?.lines ?? nothing, after?.lines ?? nothing, CONTEXT),
    binary: null,
  };
}
