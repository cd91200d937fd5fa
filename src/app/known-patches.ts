// Which patches the last build has made already, so that the next one can begin behind them.
import type { BranchSpec, PatchResult } from "#model/branches";
import { stretchesOf } from "#model/branches";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { BranchName, PatchName, QueuedPatch } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { BuildMemory, BuiltPatch, Tree } from "#io/store";
import {
  contentHash,
  firstKey,
  nextKey,
  patchStamp,
  readBuildMemory,
  readPatchBytes,
  readResolutions,
} from "#io/store";
import type { World } from "./world.ts";

/** What is known of a queue before it is planned. */
export interface Known {
  /** Branches whose first patches are known, with where they end: a commit that exists. */
  readonly resumable: ReadonlyMap<BranchName, { readonly results: readonly PatchResult[]; readonly commit: CommitId }>;
  /** Of every patch: the key by which the next build knows it, and by which its file is known. */
  readonly patches: ReadonlyMap<PatchName, Omit<BuiltPatch, "result">>;
  /** The last build, as it is remembered; null when nothing of it was asked for. */
  readonly memory: BuildMemory | null;
  /** The bytes of a patch file. */
  readonly read: (name: PatchName) => Bytes;
}

/**
 * Compares all patches with the memory of the last build; files that are as they were then are not read. Bytes in `instead`
 * stand for those of the files.
 */
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
  const built = new Map(Object.values(memory).flatMap((all) => all.map((one) => [one.result.name, one] as const)));
  const bytes = new Map(instead);
  const read = (name: PatchName): Bytes => {
    const found = bytes.get(name) ?? readPatchBytes(tree, name);
    bytes.set(name, found);
    return found;
  };
  const contentOf = (name: PatchName): Pick<BuiltPatch, "content" | "stamp"> => {
    if (instead.has(name)) return { content: contentHash(read(name)), stamp: null };
    const stamp = patchStamp(tree, name);
    const text = stamp?.sure === true ? stamp.text : null;
    const before = text === null ? undefined : built.get(name);
    return { content: before?.stamp === text && before ? before.content : contentHash(read(name)), stamp: text };
  };
  const patches = new Map<PatchName, Omit<BuiltPatch, "result">>();
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
      const content = contentOf(patch.name);
      key = nextKey(key, patch, content.content);
      patches.set(patch.name, { key, ...content });
    }
    ends.set(branch, key);
    const same = firstClean(stretch, patches, memory[branch] ?? []);
    const commit = parseCommitId(String(same.at(-1)?.result.tip));
    if (commit === null || (await source.find(commit)) === null) continue;
    resumable.set(branch, { results: same.map(({ result }) => result), commit });
  }
  return { resumable, patches, memory, read };
}

/** The first patches that are as they were built, up to one that was rejected: what follows that is explained with it. */
function firstClean(
  stretch: readonly QueuedPatch[],
  patches: Known["patches"],
  built: readonly BuiltPatch[],
): readonly BuiltPatch[] {
  const end = stretch.findIndex(({ name }, index) => {
    const step = built[index];
    return step === undefined || step.key !== patches.get(name)?.key || !isClean(step.result);
  });
  return end < 0 ? built.slice(0, stretch.length) : built.slice(0, end);
}

/** A merge depends on blobs and commits of the source repository, which no key knows of: it is always made again. */
function isClean({ outcome }: PatchResult): boolean {
  return outcome !== "rejected" && outcome !== "not tried" && outcome !== "merged";
}

/** Nothing of the last build is used. */
export function nothingKnown(tree: Tree, instead: ReadonlyMap<PatchName, Bytes> = new Map()): Known {
  const read = (name: PatchName): Bytes => instead.get(name) ?? readPatchBytes(tree, name);
  return { resumable: new Map(), patches: new Map(), memory: null, read };
}
