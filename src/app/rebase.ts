// `rebase`: puts the queue on another base. Says of every patch whether it applies there, is upstream already or conflicts,
// and changes the tree only when that can be accepted. Branches move with the next build.
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, UserError } from "#model/bytes";
import type { Diagnosis, Outcome, PatchResult, PlannedCommit, Upstream } from "#model/branches";
import { touchedPaths } from "#model/branches";
import { filesOf } from "#model/files";
import type { BranchName, PatchName, QueuedPatch } from "#model/queue";
import { printSeries, removePatches, showName } from "#model/queue";
import type { CommitId } from "#io/git";
import type { Tree, TreeChange } from "#io/store";
import { CONFIG_FILE, patchPath, readIfThere, readLedger, readQueue, SERIES_FILE, withBase } from "#io/store";
import { join } from "node:path";
import { announceAllRemoved } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { diagnose } from "./diagnose.ts";
import type { Searched } from "./find-upstream.ts";
import { findUpstream } from "./find-upstream.ts";
import { lastBuildOf } from "./last-build.ts";
import { makeMemory } from "./memory.ts";
import { baseOf, planQueue, queueOf } from "./plan-queue.ts";
import { makeBaseReader } from "./read-base.ts";
import { openSource } from "./source.ts";
import { withCoversDropped } from "./cover-patch.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface RebaseRequest {
  /** A revision of the source repository. */
  readonly revision: string;
  /** Accept that patches are rejected on the new base; they stay in the queue. */
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

/** One patch of the queue on the new base. */
export interface RebasedPatch extends Omit<PatchResult, "tip" | "outcome"> {
  /** What a build on the new base makes of it; `already upstream` leaves the queue, and the others are planned without it. */
  readonly outcome: Outcome | "already upstream";
  /** What a build on the old base makes of it. */
  readonly before: Outcome;
  /** What speaks for its being upstream; null when nothing does. */
  readonly upstream: Upstream | null;
}

export interface RebasePlan {
  readonly from: CommitId;
  readonly to: CommitId;
  readonly repository: string;
  /** Null when `from` is `to`: then nothing was looked at. */
  readonly searched: Searched | null;
  /** In the order of the series. */
  readonly patches: readonly RebasedPatch[];
  /** Why the rejected ones are. */
  readonly diagnoses: readonly Diagnosis[];
  /** Whether it can be carried out as asked. */
  readonly accepted: boolean;
  /** Null when there is nothing to do, or it cannot be accepted. */
  readonly change: TreeChange | null;
}

/** The reason in the ledger, and of the notice where the tree has one of that name. */
export const REASON = "merged";

/** Rebases the tree. Rejected patches are in the plan, not thrown; `done` is null unless the tree was changed. */
export async function rebase(world: World, request: RebaseRequest): Promise<Changed<RebasePlan>> {
  return withTree(world, async (tree) => {
    const head = await tree.git.find("HEAD");
    const plan = await planRebase(world, tree, request);
    const { change } = plan;
    if (request.dryRun || change === null) return { plan, done: null };
    return await changeTree(world, tree, "rebase", false, async () => {
      // It was planned without the lock, because that takes seconds and mostly ends in a plan to look at.
      if ((await tree.git.find("HEAD")) === head) return { ...plan, change };
      throw new UserError("the tree was changed while the rebase was planned", {
        hint: "run the command again",
        exitCode: 3,
      });
    });
  });
}

async function planRebase(world: World, tree: Tree, { revision, keepGoing }: RebaseRequest): Promise<RebasePlan> {
  await using source = await openSource(tree);
  const [from, to] = [await baseOf(tree, source), await source.resolve(revision)];
  const repository = source.workTree ?? source.gitDir;
  const nothing = { from, to, repository, searched: null, patches: [], diagnoses: [], accepted: true, change: null };
  if (from === to) return nothing;
  const memory = makeMemory();
  const common = { branch: null, onReject: "skip", resume: false, memory } as const;
  const old = await planQueue(world, tree, source, { ...common, base: from });
  const { patches } = old;
  const queue = queueOf(tree, old.branches);
  const reader = makeBaseReader(source, to);
  memory.bases.set(to, reader);
  reader.want(touchedPaths(queue, patches));
  const files = filesOf(await reader.entries());

  world.progress(`looking for ${queue.length} patches upstream`);
  const events = readLedger(tree);
  const applied = appliedOn(old.plan.commits, old.plan.results);
  const search = await findUpstream(source, { from, to, queue, patches, applied, files, events });
  const planned = await planQueue(world, tree, source, { ...common, base: to, omit: upstreamOf(search.found) });
  const vanished = vanishedOf(old.plan.results, planned.plan.results);
  const doubtful = planned.plan.results.filter(({ name, outcome }) => DOUBTFUL.has(outcome) || vanished.has(name));
  const unnamed = queue.filter(({ name }) => isWithoutCommit(search.found.get(name)));
  const asked = [...doubtful, ...unnamed].map(({ name }) => name);
  const build = await lastBuildOf(tree, source, events, queue, patches);
  const { answer, found } = await search.lookCloser(asked, vanished, build);
  const dropped = upstreamOf(found);
  const final =
    dropped.size === upstreamOf(search.found).size
      ? planned
      : await planQueue(world, tree, source, { ...common, base: to, omit: dropped });

  const rebased = rebasedPatches(queue, old.plan.results, final.plan.results, found);
  const accepted = keepGoing || !rebased.some(({ outcome }) => outcome === "rejected" || outcome === "not tried");
  return {
    from,
    to,
    repository,
    searched: { ...search.searched, rangeDiff: answer },
    patches: rebased,
    diagnoses: await diagnose(source, final, { oldBase: from }),
    accepted,
    change: accepted ? changeFor(world, tree, from, to, rebased) : null,
  };
}

/** Outcomes of patches that do not quite fit, of which a version may be upstream. */
const DOUBTFUL: ReadonlySet<Outcome> = new Set(["fuzz", "merged", "rejected"]);

/** What the patches changed on the old base, by name. */
export function appliedOn(
  commits: readonly PlannedCommit[],
  results: readonly PatchResult[],
): Parameters<typeof findUpstream>[1]["applied"] {
  const fuzzy = new Set(results.filter(({ outcome }) => DOUBTFUL.has(outcome)).map(({ name }) => name));
  return new Map(commits.map(({ patch, changes }) => [patch, { changes, fuzzy: fuzzy.has(patch) }]));
}

/** Patches that changed something on the old base and nothing on the new one. */
function vanishedOf(before: readonly PatchResult[], after: readonly PatchResult[]): ReadonlySet<PatchName> {
  const empty = new Set(before.filter(({ outcome }) => outcome === "empty").map(({ name }) => name));
  return new Set(after.filter(({ name, outcome }) => outcome === "empty" && !empty.has(name)).map(({ name }) => name));
}

function upstreamOf(found: ReadonlyMap<PatchName, Upstream>): ReadonlySet<PatchName> {
  return new Set([...found].filter(([, { verdict }]) => verdict === "already upstream").map(([name]) => name));
}

/** Upstream by content alone: range-diff may still name the commit. */
function isWithoutCommit(upstream: Upstream | undefined): boolean {
  return upstream?.verdict === "already upstream" && upstream.evidence.every(({ commit }) => commit === null);
}

function rebasedPatches(
  queue: readonly QueuedPatch[],
  before: readonly PatchResult[],
  after: readonly PatchResult[],
  found: ReadonlyMap<PatchName, Upstream>,
): RebasedPatch[] {
  const [old, made] = [before, after].map((results) => new Map(results.map((result) => [result.name, result])));
  return queue.flatMap(({ name }) => {
    const was = old?.get(name);
    if (was === undefined) return [];
    const upstream = found.get(name) ?? null;
    const now = made?.get(name);
    const { tip: _tip, outcome: _outcome, ...rest } = now ?? { ...was, files: [], reason: null, because: [] };
    return [{ ...rest, outcome: now?.outcome ?? "already upstream", before: was.outcome, upstream }];
  });
}

function changeFor(
  world: World,
  tree: Tree,
  from: CommitId,
  to: CommitId,
  rebased: readonly RebasedPatch[],
): TreeChange {
  const gone = rebased.filter(({ outcome }) => outcome === "already upstream");
  const config = readIfThere(join(tree.dir, CONFIG_FILE)) ?? bytesOf("");
  const files = new Map<Path, Bytes | null>([[CONFIG_FILE, withBase(config, CONFIG_FILE, to)]]);
  const queue = removePatches(readQueue(tree).queue, new Set(gone.map(({ name }) => name)));
  if (gone.length > 0) files.set(SERIES_FILE, printSeries(queue));
  for (const { name } of gone) files.set(patchPath(name), null);
  const isTold = Object.hasOwn(tree.config.notices?.reasons ?? {}, REASON);
  const removed = gone.map(({ name, branch }) => ({ name, branch, kind: REASON, into: null }));
  const announced = announceAllRemoved(tree, world.now(), isTold ? removed : [], queue);
  return withCoversDropped(tree, {
    summary: `rebase: onto ${to.slice(0, 12)}${gone.length === 0 ? "" : `, ${gone.length} upstream already`}`,
    files,
    events: [
      { kind: "rebased", from, to, dropped: gone.map(({ name }) => showName(name)) },
      ...gone.map(({ name, branch, upstream }) => droppedEvent(name, branch, upstream)),
      ...announced.events,
    ],
    notices: announced.notices,
  });
}

/** That a patch left the queue because it is upstream, with the commit. */
export function droppedEvent(
  name: PatchName,
  branch: BranchName,
  upstream: Upstream | null,
): TreeChange["events"][number] {
  const evidence = upstream?.evidence ?? [];
  const commit = evidence.find((one) => one.commit !== null)?.commit ?? null;
  const kinds = [...new Set(evidence.map(({ kind }) => kind))].join(", ");
  const note = commit === null ? `in the new base by ${kinds}` : `${commit.slice(0, 12)} by ${kinds}`;
  return { kind: "dropped", patch: showName(name), branch, reason: REASON, into: null, note };
}
