// Turns a file change around, for `patch -R` and series lines with `-R`. The bytes of its hunks stay as written.
import type { FileDiff } from "./types.ts";

const BACK: Record<FileDiff["change"], FileDiff["change"]> = {
  modify: "modify",
  create: "delete",
  delete: "create",
  rename: "rename",
  // Undoing a copy deletes what the copy made.
  copy: "delete",
};

/** The change that undoes `file` when its hunks are applied with `reverse`. Names, modes and ids change sides, hunks do not. */
export function reverseFileDiff(file: FileDiff): FileDiff {
  return {
    ...file,
    change: BACK[file.change],
    oldPath: file.newPath,
    newPath: file.change === "copy" ? null : file.oldPath,
    oldMode: file.newMode,
    newMode: file.oldMode,
    oldId: file.newId,
    newId: file.oldId,
    binary: file.binary && { ...file.binary, forward: file.binary.reverse, reverse: file.binary.forward },
  };
}
