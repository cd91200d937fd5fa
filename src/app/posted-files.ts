// The files that a patch was made for, where its posting names the commit it was made on: that commit's files with the
// posting's earlier patches. They are what a patch is merged with when it fits nowhere.
import type { BuildMerging } from "#model/branches";
import { touchedPaths } from "#model/branches";
import type { Path } from "#model/bytes";
import type { Lines } from "#model/diff";
import { pathsOf } from "#model/diff";
import { fileAt, filesOf, pushAll } from "#model/files";
import type { Origin } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger } from "#io/store";
import { makeBaseReader } from "./read-base.ts";

type Posted = Extract<Origin, { kind: "mail" }>;

/** The files of those of `names` whose posting names a commit that the source repository has. */
export async function postedFiles(
  tree: Tree,
  source: Git,
  queue: readonly QueuedPatch[],
  patches: ReadonlyMap<PatchName, PatchFile>,
  names: ReadonlySet<PatchName>,
): Promise<BuildMerging["posted"]> {
  const states = patchStates(readLedger(tree));
  const origins = new Map<PatchName, Posted>();
  for (const { name } of queue) {
    const origin = states.get(showName(name))?.origin;
    if (origin?.kind === "mail") origins.set(name, origin);
  }
  const found = new Map<PatchName, ReadonlyMap<Path, Lines>>();
  for (const name of names) {
    const origin = origins.get(name);
    const queued = queue.find((one) => one.name === name);
    const patch = patches.get(name);
    const base = origin?.base === undefined ? null : await source.find(origin.base);
    if (origin === undefined || queued === undefined || patch === undefined || base === null) continue;
    const earlier = queue
      .filter(({ name: other }) => isBefore(origins.get(other), origin))
      .sort((left, right) => partOf(origins.get(left.name)) - partOf(origins.get(right.name)));
    const reader = makeBaseReader(source, base);
    reader.want(touchedPaths([...earlier, queued], patches));
    const steps = earlier.flatMap(({ name: other, strip, reverse }) => {
      const diff = patches.get(other)?.diff;
      return diff === undefined ? [] : [{ diff, settings: { strip, reverse, fuzz: tree.config.fuzz } }];
    });
    const { files } = pushAll(filesOf(await reader.entries()), steps);
    const contents = new Map<Path, Lines>();
    for (const path of patch.diff.files.flatMap((file) => pathsOf(file, queued.strip))) {
      const entry = fileAt(files, path);
      if (entry !== null) contents.set(path, entry.lines);
    }
    found.set(name, contents);
  }
  return found;
}

/** Whether a patch comes from the same posting and stands before the other in it. */
function isBefore(one: Posted | undefined, other: Posted): boolean {
  return one?.posting === other.posting && partOf(one) < partOf(other);
}

/** The number of a patch in its posting, `3` of `3/4`. */
function partOf(origin: Posted | undefined): number {
  return Number.parseInt(origin?.part ?? "0", 10);
}
