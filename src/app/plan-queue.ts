// Loads the queue and the base files that it touches, and plans a build of it. Nothing is written.
// Everything that must know what becomes of the patches begins here: build, rebase, refresh, edit, resolve.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, noBytes, UserError } from "#model/bytes";
import type { BranchSpec, BuildInput, BuildMerging, BuildPlan, Resumed, Start } from "#model/branches";
import { stretchesOf, touchedPaths } from "#model/branches";
import { filesOf } from "#model/files";
import { parseAddresses } from "#model/mail";
import type { BranchName, PatchFile, PatchName, QueuedPatch, Queue } from "#model/queue";
import { parsePatchFile, patchesOf } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import type { Tree } from "#io/store";
import { readQueue, readResolutions } from "#io/store";
import { branchNamed } from "./change.ts";
import type { Known } from "./known-patches.ts";
import { knownPatches, nothingKnown } from "./known-patches.ts";
import type { Memory } from "./memory.ts";
import { planMerging } from "./plan-merging.ts";
import { readPatchFiles } from "./memory.ts";
import type { BaseReader } from "./read-base.ts";
import { makeBaseReader } from "./read-base.ts";
import type { World } from "./world.ts";

export interface PlanRequest {
  /** Only this branch and those it starts from; null for all. */
  readonly branch: string | null;
  /** A commit to plan on; null for the tree's base. */
  readonly base: CommitId | null;
  /** Patches to plan without, as if they were not in the series. */
  readonly omit?: ReadonlySet<PatchName>;
  /** The series to plan with in place of that on the disk. */
  readonly series?: Queue;
  /** Bytes to plan with in place of those of patch files, as if they were on the disk. */
  readonly instead?: ReadonlyMap<PatchName, Bytes>;
  /** Resolutions to plan with in place of those of the tree. */
  readonly resolutions?: BuildMerging["resolutions"];
  /** At a rejected patch: end there, or leave it out and go on. */
  readonly onReject: "stop" | "skip";
  /** Take what the last build made of unchanged patches from its memory: their results come without being tried again. */
  readonly resume: boolean;
  /** What this process remembers of earlier plans; null where only one plan is made. */
  readonly memory: Memory | null;
}

/** A plan with what it was made of. */
export interface QueuePlan {
  readonly base: CommitId;
  readonly branches: readonly BranchSpec[];
  /** The patches of those branches in series order; `branch` is never null. */
  readonly queue: readonly QueuedPatch[];
  /** The patch files that were looked into: of a resumed build not those that were known. */
  readonly patches: ReadonlyMap<PatchName, PatchFile>;
  readonly plan: BuildPlan;
  /** Keys for the memory of builds, by patch; empty unless `resume`. */
  readonly known: Known;
}

/** Patches parsed between two looks at what git has answered. */
const PARSED_AT_ONCE = 64;

/** Plans the queue as it is on the disk. Throws UserError where series, patch files or base cannot be read. */
export async function planQueue(world: World, tree: Tree, source: Git, request: PlanRequest): Promise<QueuePlan> {
  const finding = request.base === null ? baseOf(tree, source) : Promise.resolve(request.base);
  // Awaited below, unless the queue cannot be read.
  finding.catch(() => undefined);
  world.progress("reading the queue");
  const branches = branchesFor(tree, request.branch);
  const queue = queueOf(tree, branches, request.series).filter(({ name }) => !request.omit?.has(name));
  const base = await finding;
  const known = request.resume
    ? await knownPatches(world, tree, source, base, branches, queue, request.instead)
    : nothingKnown(tree, request.instead);
  const planned = await planFrom(world, tree, source, request, { base, branches, queue, known });
  if (!tree.config.merge || !triesMerging(planned)) return planned;
  // What is merged is merged with files of the base, which a plan that goes on behind known patches has not read.
  return await planFrom(world, tree, source, request, {
    base,
    branches,
    queue,
    known: { ...known, resumable: new Map() },
  });
}

/** Whether a plan goes on behind known patches and came to one that does not fit. */
function triesMerging({ plan, known }: QueuePlan): boolean {
  const results = new Set([...known.resumable.values()].flatMap((resumed) => resumed.results));
  return (
    results.size > 0 &&
    plan.results.some(
      (result) => (result.outcome === "merged" || result.outcome === "rejected") && !results.has(result),
    )
  );
}

async function planFrom(
  world: World,
  tree: Tree,
  source: Git,
  request: PlanRequest,
  { base, branches, queue, known }: Omit<QueuePlan, "patches" | "plan">,
): Promise<QueuePlan> {
  const readers = readersOf(source, base, branches, known, request.memory);
  const patches = new Map<PatchName, PatchFile>();
  world.progress(`reading ${queue.length} patches and the files they touch`);
  const stretches = stretchesOf(queue, branches);
  for (const { name: branch } of branches) {
    const rest = (stretches.get(branch) ?? []).slice(known.resumable.get(branch)?.results.length ?? 0);
    for (let at = 0; at < rest.length; at += PARSED_AT_ONCE) {
      const chunk = rest.slice(at, at + PARSED_AT_ONCE);
      for (const [name, file] of filesFor(tree, chunk, known, request)) patches.set(name, file);
      readers.get(branch)?.want(touchedPaths(chunk, patches));
      await turn();
    }
  }
  const starts = new Map<BaseReader, Start>();
  for (const reader of new Set(readers.values())) starts.set(reader, await startOf(source, reader, request.memory));
  const startAt = async (reader: BaseReader | undefined): Promise<Start> =>
    (reader && starts.get(reader)) ?? (await startOf(source, makeBaseReader(source, base), request.memory));
  const resumed = new Map<BranchName, Resumed>();
  for (const [branch, { results }] of known.resumable) {
    resumed.set(branch, { results, start: await startAt(readers.get(branch)) });
  }
  world.progress(`applying ${queue.length} patches`);
  const input: BuildInput = {
    branches,
    queue,
    patches,
    base: await startAt([...readers.values()].find(({ commit }) => commit === base)),
    resumed,
    committer: committerOf(tree),
    fuzz: tree.config.fuzz,
    merging: tree.config.merge
      ? { blobs: new Map(), posted: new Map(), resolutions: request.resolutions ?? readResolutions(tree) }
      : null,
    onReject: request.onReject,
  };
  const plan = await planMerging(tree, source, input);
  return { base, branches, queue, patches, plan, known };
}

/** Lets what git has answered meanwhile be taken. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function* filesFor(
  tree: Tree,
  chunk: readonly QueuedPatch[],
  known: Known,
  { instead, memory }: PlanRequest,
): Generator<readonly [PatchName, PatchFile]> {
  const given = chunk.filter(({ name }) => instead?.has(name) === true);
  for (const { name } of given) yield [name, parsePatchFile(instead?.get(name) ?? noBytes)];
  const others = given.length === 0 ? chunk : chunk.filter((queued) => !given.includes(queued));
  if (memory !== null) yield* readPatchFiles(memory, tree, others);
  else for (const { name } of others) yield [name, parsePatchFile(known.read(name))];
}

/** The commit whose files each branch's patches are tried on first: where it was resumed, or where its start's are. */
function readersOf(
  source: Git,
  base: CommitId,
  branches: readonly BranchSpec[],
  known: Known,
  memory: Memory | null,
): ReadonlyMap<BranchName, BaseReader> {
  const byCommit = memory?.bases ?? new Map<CommitId, BaseReader>();
  const readerAt = (commit: CommitId): BaseReader => {
    const reader = byCommit.get(commit) ?? makeBaseReader(source, commit);
    byCommit.set(commit, reader);
    return reader;
  };
  const readers = new Map<BranchName, BaseReader>();
  for (const { name, start } of branches) {
    const resumed = known.resumable.get(name);
    const below = start === null ? undefined : readers.get(start);
    readers.set(name, resumed ? readerAt(resumed.commit) : (below ?? readerAt(base)));
  }
  return readers;
}

async function startOf(source: Git, reader: BaseReader, memory: Memory | null): Promise<Start> {
  const { commit } = reader;
  const date = memory?.dates.get(commit) ?? (await source.committerDate(commit));
  memory?.dates.set(commit, date);
  return { commit, date, files: filesOf(await reader.entries()) };
}

/** The patches of the branches in series order; one before any branch marker is of the tree's first branch. */
export function queueOf(tree: Tree, branches: readonly BranchSpec[], series?: Queue): QueuedPatch[] {
  const first = tree.config.branches[0]?.name ?? null;
  const names = new Set(branches.map(({ name }) => name));
  const patches = series === undefined ? readQueue(tree).patches : patchesOf(series);
  return patches
    .map((patch) => ({ ...patch, branch: patch.branch ?? first }))
    .filter(({ branch }) => branch !== null && names.has(branch));
}

/** The branches to build, in order: the named one with everything it starts from, or all. */
function branchesFor(tree: Tree, name: string | null): readonly BranchSpec[] {
  const { branches } = tree.config;
  if (name === null) return branches;
  const starts = new Map(branches.map((branch) => [branch.name, branch.start]));
  const wanted = new Set<BranchName>();
  for (let at: BranchName | null = branchNamed(tree, name); at !== null; at = starts.get(at) ?? null) wanted.add(at);
  return branches.filter((one) => wanted.has(one.name));
}

/** The tree's base as a commit of its source repository. */
export async function baseOf(tree: Tree, source: Git): Promise<CommitId> {
  const { base } = tree.config.source;
  const found = await source.find(base);
  if (found !== null) return found;
  throw new UserError(`base "${base}" is no commit of the source repository "${tree.config.source.repository}"`, {
    hint: 'fetch it there, or mend "source.base" in longarm.toml',
  });
}

/** Committer of everything that a build writes. */
export function committerOf(tree: Tree): { readonly name: string; readonly email: string } {
  const [address] = parseAddresses(tree.config.maintainer);
  return { name: byteString(bytesOf(address?.name ?? "")), email: address?.address ?? "" };
}
