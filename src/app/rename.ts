// `rename`: gives a patch another file name. Its place, its bytes and its story stay; the ledger joins both names.
import type { Bytes, Path } from "#model/bytes";
import { byteString, bytesOf, UserError } from "#model/bytes";
import type { PatchName } from "#model/queue";
import {
  coverLetters,
  namesOf,
  parsePatchName,
  placedPatches,
  printSeries,
  renamePatch,
  showName,
  renameInCover,
} from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readIfThere, readPatchBytes, readQueue, SERIES_FILE } from "#io/store";
import { resolve } from "node:path";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { findPatch } from "./look.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface RenameRequest {
  readonly patch: string;
  /** The new file name; `.patch` is added to a name without an ending. */
  readonly to: string;
  readonly dryRun: boolean;
}

export interface RenamePlan {
  readonly from: PatchName;
  readonly to: PatchName;
  readonly change: TreeChange;
}

/** Renames a patch. Throws UserError when the new name cannot be one or is taken. */
export async function rename(world: World, request: RenameRequest): Promise<Changed<RenamePlan>> {
  return withTree(world, (tree) => changeTree(world, tree, "rename", request.dryRun, () => planRename(tree, request)));
}

function planRename(tree: Tree, request: RenameRequest): RenamePlan {
  const { queue } = readQueue(tree);
  const { name: from } = findPatch(placedPatches(queue), request.patch);
  const to = freeName(tree, request.to);
  const files = new Map<Path, Bytes | null>([
    [SERIES_FILE, printSeries(renamePatch(queue, from, to))],
    [patchPath(from), null],
    [patchPath(to), readPatchBytes(tree, from)],
  ]);
  for (const { name } of coverLetters(queue)) {
    const bytes = renameInCover(readPatchBytes(tree, name), from, to);
    if (bytes !== null && name !== from) files.set(patchPath(name), bytes);
  }
  const change: TreeChange = {
    summary: `queue: rename ${showName(from)} to ${showName(to)}`,
    files,
    events: [{ kind: "renamed", patch: showName(to), from: showName(from) }],
    notices: [],
  };
  return { from, to, change };
}

/** A patch name as typed that nothing in the tree has; UserError otherwise. */
export function freeName(tree: Tree, typed: string): PatchName {
  const text = /\.[a-z]+$/.test(typed) ? typed : `${typed}.patch`;
  const name = parsePatchName(byteString(bytesOf(text)));
  if (name === null) {
    throw new UserError(`"${text}" cannot be a patch name`, { hint: 'use one word without blanks, inside "patches"' });
  }
  if (namesOf(readQueue(tree).queue).has(name)) {
    throw new UserError(`"${showName(name)}" is in the queue already`, { hint: "choose another name" });
  }
  if (readIfThere(resolve(tree.dir, "patches", showName(name))) !== null) {
    throw new UserError(`a file "patches/${showName(name)}" is there, although the series does not name it`, {
      hint: "remove the file or choose another name",
    });
  }
  return name;
}
