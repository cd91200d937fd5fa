// Looks at watched branches: only at commits since the last look for patches that were looked for then, at all that the base does
// not have for the others; and whether what had landed is still there. Decides nothing; upstream.ts makes an operation of it.
import { byteString } from "#model/bytes";
import { cluesInLog, makeReverts, touchedPaths } from "#model/branches";
import { patchId } from "#model/diff";
import { filesOf } from "#model/files";
import type { Landing, LedgerEvent } from "#model/ledger";
import { landingsOf } from "#model/ledger";
import type { BranchName, PatchFile, QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { Tree, WatchedLook, WatchMemory } from "#io/store";
import { readPatches, readWatchMemory } from "#io/store";
import { findUpstream } from "./find-upstream.ts";
import { lastBuildOf } from "./last-build.ts";
import { notIn } from "./lint-commits.ts";
import { baseOf, planQueue } from "./plan-queue.ts";
import { makeBaseReader } from "./read-base.ts";
import { appliedOn } from "./rebase.ts";
import type { LandedPatch, LeftPatch } from "./upstream.ts";
import type { World } from "./world.ts";

/** A watched branch as it was looked at. */
export interface WatchedBranch {
  readonly ref: string;
  /** Null when the source repository has no such branch. */
  readonly tip: CommitId | null;
  /** Commits that were looked at now. */
  readonly commits: number;
  /** False when there were more than the limits allow. */
  readonly complete: boolean;
}

export interface Looked {
  readonly branches: readonly WatchedBranch[];
  readonly landed: readonly LandedPatch[];
  readonly maybe: readonly LandedPatch[];
  readonly left: readonly LeftPatch[];
  /** To be kept once the result is in the ledger. */
  readonly memory: WatchMemory;
}

/** Commits that are asked for by what they revert. */
const MAX_REVERTS = 1000;

export async function lookUpstream(
  world: World,
  tree: Tree,
  source: Git,
  queue: readonly QueuedPatch[],
  events: readonly LedgerEvent[],
): Promise<Looked> {
  const base = await baseOf(tree, source);
  const patches = readPatches(tree, queue);
  const landings = landingsOf(events);
  const memory: Record<string, WatchedLook> = { ...readWatchMemory(tree.privateDir) };
  const context = { world, tree, source, base, queue, patches, events };
  const branches: WatchedBranch[] = [];
  const landed: LandedPatch[] = [];
  const maybe: LandedPatch[] = [];
  const left: LeftPatch[] = [];
  for (const { ref } of tree.config.watch) {
    const tip = await source.find(ref);
    if (tip === null) {
      branches.push({ ref, tip, commits: 0, complete: false });
      world.tell(`the source repository has no branch "${ref}", so it was not looked at`);
      continue;
    }
    const here = landings.filter(({ branch }) => branch === ref);
    const before = memory[ref];
    const look = before?.base === base ? before : undefined;
    const gone = await goneFrom(source, here, tip, parseCommitId(look?.tip ?? ""), base);
    const found = await searchBranch(context, ref, tip, look, here, gone);
    branches.push({ ref, tip, commits: found.commits, complete: found.complete });
    landed.push(...found.landed);
    maybe.push(...found.maybe);
    const again = new Set(found.landed.map(({ name }) => showName(name)));
    const names = new Set(queue.map(({ name }) => showName(name)));
    for (const [{ patch, commit }, revertedBy] of gone) {
      if (!again.has(patch)) left.push({ patch, in: ref, commit, revertedBy, queued: names.has(patch) });
    }
    // What was found is looked for again until the ledger has it.
    const open = new Set(found.landed.map(({ name }) => name));
    const settled = queue.filter(({ name }) => !open.has(name));
    memory[ref] = {
      tip,
      base,
      patches: settled.map((queued) => wordOf(queued, patches)),
      maybe: found.maybe.flatMap(({ name, commit, upstream }) =>
        upstream === null ? [] : [{ patch: wordOf({ name }, patches), commit, upstream }],
      ),
    };
  }
  return { branches, landed, maybe, left, memory };
}

/** A patch as it was looked for: another diff is looked for anew. */
function wordOf({ name }: Pick<QueuedPatch, "name">, patches: ReadonlyMap<QueuedPatch["name"], PatchFile>): string {
  const diff = patches.get(name)?.diff;
  return `${diff === undefined || diff.files.length === 0 ? "" : patchId(diff)} ${showName(name)}`;
}

/** The landings that are no more: their commit is not in the branch, or another one took it back (its id is the value). */
async function goneFrom(
  source: Git,
  landings: readonly Landing[],
  tip: CommitId,
  lastTip: CommitId | null,
  base: CommitId,
): Promise<ReadonlyMap<Landing, string | null>> {
  const gone = new Map<Landing, string | null>();
  if (landings.length === 0) return gone;
  const there: CommitId[] = [];
  for (const { commit } of landings) {
    const found = await source.find(commit);
    if (found !== null) there.push(found);
  }
  const outside = new Set<string>(await notIn(source, there, tip));
  const inside = new Set<string>(there.filter((commit) => !outside.has(commit)));
  for (const landing of landings) if (!inside.has(landing.commit)) gone.set(landing, null);
  const standing = landings.filter((landing) => !gone.has(landing));
  const not = lastTip !== null && (await source.find(lastTip)) !== null ? lastTip : base;
  const reverting = await revertsOf(
    source,
    standing.map(({ commit }) => commit),
    tip,
    not,
  );
  const again = await revertsOf(
    source,
    reverting.map(({ id }) => id),
    tip,
    not,
  );
  const reverts = makeReverts();
  for (const { id, reverted } of [...again, ...reverting]) reverts.add(id, reverted);
  for (const landing of standing) {
    const by = reverts.revertedBy(landing.commit);
    if (by !== null) gone.set(landing, by);
  }
  return gone;
}

async function isIn(source: Git, commit: CommitId, tip: CommitId): Promise<boolean> {
  return (await source.find(commit)) !== null && (await source.mergeBase(commit, tip)) === commit;
}

/** Commits of the range that say they revert one of these, newest first. */
async function revertsOf(
  source: Git,
  commits: readonly string[],
  tip: CommitId,
  not: CommitId,
): Promise<{ readonly id: string; readonly reverted: readonly string[] }[]> {
  if (commits.length === 0) return [];
  const greps = commits.slice(0, MAX_REVERTS).map((id) => `--grep=This reverts commit ${id.slice(0, 12)}`);
  const args = ["log", "-F", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%H%n%B%x00"];
  const { stdout } = await source.run([...args, `--max-count=${MAX_REVERTS}`, ...greps, tip, `^${not}`, "--"]);
  return byteString(stdout)
    .split("\0")
    .map((entry) => entry.trimStart())
    .filter((entry) => entry !== "")
    .map((entry) => ({ id: entry.slice(0, entry.indexOf("\n")), reverted: cluesInLog(entry).reverts }));
}

interface Context {
  readonly world: World;
  readonly tree: Tree;
  readonly source: Git;
  readonly base: CommitId;
  readonly queue: readonly QueuedPatch[];
  readonly patches: ReadonlyMap<QueuedPatch["name"], PatchFile>;
  readonly events: readonly LedgerEvent[];
}

async function searchBranch(
  context: Context,
  ref: string,
  tip: CommitId,
  look: WatchedLook | undefined,
  landings: readonly Landing[],
  gone: ReadonlyMap<Landing, unknown>,
): Promise<Pick<Looked, "landed" | "maybe"> & Pick<WatchedBranch, "commits" | "complete">> {
  const { world, tree, source, base, queue, patches, events } = context;
  const first = tree.config.branches[0]?.name;
  const branchOf = ({ branch }: QueuedPatch): BranchName | undefined => branch ?? first;
  const standing = new Map(landings.filter((one) => !gone.has(one)).map((one) => [one.patch, one]));
  const landed: LandedPatch[] = [];
  const maybe: LandedPatch[] = [];
  const open = queue.filter((queued) => {
    const landing = standing.get(showName(queued.name));
    const branch = branchOf(queued);
    if (landing !== undefined && branch !== undefined)
      landed.push({ name: queued.name, branch, in: ref, commit: landing.commit, upstream: null });
    return landing === undefined;
  });
  const lastTip = parseCommitId(look?.tip ?? "");
  const known = new Set(lastTip !== null && (await source.find(lastTip)) !== null ? look?.patches : []);
  const sets = [
    { from: base, some: open.filter((queued) => !known.has(wordOf(queued, patches))) },
    { from: lastTip ?? base, some: open.filter((queued) => known.has(wordOf(queued, patches))) },
  ].filter(({ from, some }) => some.length > 0 && from !== tip);
  const before = new Map<string, WatchedLook["maybe"][number]>();
  for (const one of look?.maybe ?? []) {
    const commit = parseCommitId(one.commit ?? "");
    // In a branch that was made anew it may be there no more.
    if (commit === null || (await isIn(source, commit, tip))) before.set(one.patch, one);
  }
  const kept = (queued: QueuedPatch): LandedPatch[] => {
    const one = known.size > 0 ? before.get(wordOf(queued, patches)) : undefined;
    const branch = branchOf(queued);
    return one === undefined || branch === undefined
      ? []
      : [{ name: queued.name, branch, in: ref, commit: one.commit, upstream: one.upstream }];
  };
  if (sets.length === 0) return { landed, maybe: open.flatMap(kept), commits: 0, complete: true };

  world.progress(`looking for ${open.length} patches in ${ref}`);
  const reader = makeBaseReader(source, tip);
  reader.want(touchedPaths(open, patches));
  const common = { branch: null, base, onReject: "skip", resume: false, memory: null } as const;
  const { plan } = await planQueue(world, tree, source, common);
  const applied = appliedOn(plan.commits, plan.results);
  const files = filesOf(await reader.entries());
  let commits = 0;
  let complete = true;
  for (const { from, some } of sets) {
    const search = await findUpstream(source, { from, to: tip, queue: some, patches, applied, files, events });
    commits += search.searched.commits;
    complete &&= search.searched.complete;
    const doubtful = some.filter(({ name }) => {
      const verdict = search.found.get(name);
      if (verdict === undefined || verdict.verdict === "reverted upstream") return false;
      return verdict.verdict === "maybe upstream" || verdict.evidence.every(({ commit }) => commit === null);
    });
    const build = await lastBuildOf(tree, source, events, queue, patches);
    const { found } =
      doubtful.length === 0
        ? search
        : await search.lookCloser(
            doubtful.map(({ name }) => name),
            new Set(),
            build,
          );
    for (const queued of some) {
      const verdict = found.get(queued.name);
      const branch = branchOf(queued);
      if (verdict === undefined) maybe.push(...kept(queued));
      if (verdict === undefined || branch === undefined) continue;
      const commit = verdict.evidence.find((one) => one.commit !== null && one.revertedBy === null)?.commit ?? null;
      const one: LandedPatch = { name: queued.name, branch, in: ref, commit, upstream: verdict };
      if (verdict.verdict === "already upstream" && commit !== null) landed.push(one);
      else if (verdict.verdict !== "reverted upstream") maybe.push(one);
    }
  }
  return { landed, maybe, commits, complete };
}
