// A rejected patch tried once more, with its conflicts as values: what a person may solve of it, and what nobody can.
import type { Path } from "#model/bytes";
import { quotedPath } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf, pathsOf } from "#model/diff";
import type { FileConflict, MergedWith, PushTrial } from "#model/files";
import { tryPush } from "#model/files";
import type { ConflictId } from "#model/merge";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { readPatchBytes, readResolutions } from "#io/store";
import { findPatch } from "./look.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { filesAt, tipBelow } from "./planned-files.ts";
import { postedFiles } from "./posted-files.ts";

/** A file of a rejected patch. */
export interface OpenConflict {
  readonly path: Path;
  readonly id: ConflictId;
  readonly with: MergedWith;
  readonly regions: number;
}

/** A rejected patch, and what a person may do about it. */
export interface RejectedPatch {
  readonly name: PatchName;
  readonly conflicts: readonly OpenConflict[];
  /** Why other files of it, or the patch as a whole, cannot be resolved; sentences. */
  readonly hopeless: readonly string[];
}

interface Tried {
  readonly queued: QueuedPatch;
  readonly patch: PatchFile;
  readonly trial: PushTrial;
}

/** What a rejected patch makes of the files below it as far as it goes, with the same contents to merge with as in a build. */
export async function tried(tree: Tree, source: Git, planned: QueuePlan, name: PatchName): Promise<Tried> {
  const queued = findPatch(planned.queue, showName(name));
  const { strip, reverse } = queued;
  const patch = planned.patches.get(name) ?? parsePatchFile(readPatchBytes(tree, name));
  const paths = patch.diff.files.flatMap((file) => pathsOf(file, strip));
  const below = await filesAt(source, planned, tipBelow(planned, name), paths);
  const blobs = new Map<string, Lines>();
  for (const { oldId, newId } of patch.diff.files) {
    const id = reverse ? newId : oldId;
    const bytes = id === null || /^0+$/.test(id) ? null : await source.findBlob(id);
    if (id !== null && bytes !== null) blobs.set(id, linesOf(bytes));
  }
  const posted = await postedFiles(tree, source, planned.queue, planned.patches, new Set([name]));
  const merging = {
    blobs,
    posted: posted.get(name) ?? new Map<Path, Lines>(),
    resolutions: readResolutions(tree),
    guess: true,
  };
  const settings = { strip, reverse, fuzz: tree.config.fuzz, merging };
  return { queued, patch, trial: tryPush(below, patch.diff, settings) };
}

/** What a person may do about the patch after a trial. */
export function judged({ outcome, conflicts }: PushTrial, name: PatchName): RejectedPatch {
  const hopeless = outcome.files.flatMap((file) =>
    file.kind === "rejected" && !conflicts.has(file.path) ? [`${quotedPath(file.path)} ${file.reason}`] : [],
  );
  if (outcome.kind === "rejected" && outcome.reason !== null) hopeless.unshift(`it ${outcome.reason}`);
  return { name, conflicts: [...conflicts].map(openConflict), hopeless };
}

/** A conflict as it is listed. */
export function openConflict([path, { id, with: kind, conflict }]: readonly [Path, FileConflict]): OpenConflict {
  return { path, id, with: kind, regions: conflict.regions.length };
}
