// Which patches the last build has made already, so that the next one can begin behind them.
import type { BranchSpec, PatchResult } from "#model/branches";
import { stretchesOf } from "#model/branches";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { BranchName, PatchName, QueuedPatch } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { BuiltPatch, Tree } from "#io/store";
import { firstKey, nextKey, readBuildMemory, readPatchBytes, readResolutions } from "#io/store";
import type { World } from "./world.ts";

/** What is known of a queue before it is planned. */
export interface Known {
  /** Branches whose first patches are known, with where they end: a commit that exists. */
  readonly resumable: ReadonlyMap<BranchName, { readonly results: readonly PatchResult[]; readonly commit: CommitId }>;
  /** The key of every patch, by which the next build knows it. */
  readonly keys: ReadonlyMap<PatchName, string>;
  /** The bytes of every patch file. */
  readonly bytes: ReadonlyMap<PatchName, Bytes>;
}

/** Reads all patches, but those whose bytes are in `instead`, and compares them with the memory of the last build. */
export async function knownPatches(
  world: World,
  tree: Tree,
  source: Git,
  base: CommitId,
  branches: readonly BranchSpec[],
  queue: readonly QueuedPatch[],
  instead: ReadonlyMap<PatchName, Bytes> = new Map(),
): Promise<Known> {
  const memory = readBuildMemory(tree.privateDir) ?? {};
  const bytes = new Map(queue.map(({ name }) => [name, instead.get(name) ?? readPatchBytes(tree, name)]));
  const keys = new Map<PatchName, string>();
  const ends = new Map<BranchName, string>();
  const resumable = new Map<BranchName, { results: readonly PatchResult[]; commit: CommitId }>();
  const stretches = stretchesOf(queue, branches);
  const settings = [world.engine, base, tree.config.maintainer, String(tree.config.fuzz), String(tree.config.merge)];
  for (const [id, { preimage, postimage }] of readResolutions(tree)) {
    settings.push(id, byteString(preimage), byteString(postimage));
  }
  for (const { name: branch, start } of branches) {
    const stretch = stretches.get(branch) ?? [];
    let key = (start === null ? undefined : ends.get(start)) ?? firstKey(settings);
    for (const patch of stretch) {
      key = nextKey(key, patch, bytes.get(patch.name) ?? new Uint8Array());
      keys.set(patch.name, key);
    }
    ends.set(branch, key);
    const same = firstClean(stretch, keys, memory[branch] ?? []);
    const commit = parseCommitId(String(same.at(-1)?.result.tip));
    if (commit === null || (await source.find(commit)) === null) continue;
    resumable.set(branch, { results: same.map(({ result }) => result), commit });
  }
  return { resumable, keys, bytes };
}

/** The first patches that are as they were built, up to one that was rejected: what follows that is explained with it. */
function firstClean(
  stretch: readonly QueuedPatch[],
  keys: ReadonlyMap<PatchName, string>,
  built: readonly BuiltPatch[],
): readonly BuiltPatch[] {
  const end = stretch.findIndex(({ name }, index) => {
    const step = built[index];
    return step === undefined || step.key !== keys.get(name) || !isClean(step.result);
  });
  return end < 0 ? built.slice(0, stretch.length) : built.slice(0, end);
}

/** A merge depends on blobs and commits of the source repository, which no key knows of: it is always made again. */
function isClean({ outcome }: PatchResult): boolean {
  return outcome !== "rejected" && outcome !== "not tried" && outcome !== "merged";
}
