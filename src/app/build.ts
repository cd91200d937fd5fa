// `build`: applies the queue on its base in memory and, unless only checking, writes the commits and moves the refs.
import { showName } from "#model/queue";
import { readablePath } from "#model/bytes";
import type { BuildPlan, Diagnosis, PatchResult } from "#model/branches";
import { everBuiltOf } from "#model/ledger";
import type { CommitId, Git } from "#io/git";
import type { BuiltPatch, Tree } from "#io/store";
import { hasBuildMemory, readLedger, SERIES_FILE, takeLock, writeBuildMemory } from "#io/store";
import { belowUpdates } from "./below.ts";
import type { MovedCommit } from "./commit-map.ts";
import { commitMapOf } from "./commit-map.ts";
import { personOf } from "./change.ts";
import { diagnose, lastOtherBase } from "./diagnose.ts";
import type { MergedBranch } from "./merge-branches.ts";
import { mergeBranches } from "./merge-branches.ts";
import { moveBranches } from "./move-branches.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import { withMerges } from "./try-merges.ts";
import { refuseRewriting } from "./rewriting.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";
import type { BuiltBranch } from "./write-commits.ts";
import { commitAt, refuseMoves, writeCommits } from "./write-commits.ts";

export interface BuildRequest {
  /** Only look whether the patches apply; nothing is written anywhere. */
  readonly check: boolean;
  /** Skip rejected patches and go on; checking always does. */
  readonly keepGoing: boolean;
  /** Plan and show, but write nothing. */
  readonly dryRun: boolean;
  /** Build only this branch and those it starts from; null for all. */
  readonly branch: string | null;
  /** Move a branch of the source repository even if it points to what this tree did not build. */
  readonly takeOver: boolean;
}

/** One patch of a build with its commit; null when it made none, or nothing was written. */
export type BuiltPatchResult = Omit<PatchResult, "tip"> & { readonly commit: CommitId | null };

export interface BuildReport {
  readonly base: CommitId;
  readonly repository: string;
  readonly results: readonly BuiltPatchResult[];
  /** Why the rejected ones were. */
  readonly diagnoses: readonly Diagnosis[];
  /** Patches whose commits have other ids than after the last build. */
  readonly moved: readonly MovedCommit[];
  /** Files of the tree that keep this, after a change of the base. */
  readonly maps: readonly string[];
  readonly branches: readonly BuiltBranch[];
  /** Branches that are merges; none when only one branch without them was asked for. */
  readonly merges: readonly BuiltMerge[];
  readonly commits: number;
  /** False after a check or a dry run. */
  readonly written: boolean;
}

/** A merged branch, and where its ref was before; null when it is new, or nothing was written. */
export type BuiltMerge = MergedBranch & { readonly before: CommitId | null };

/** Builds the tree. Rejected patches are in the report, not thrown. */
export async function build(world: World, request: BuildRequest): Promise<BuildReport> {
  return withTree(world, async (tree) => {
    if (request.check || request.dryRun) return buildTree(world, tree, request);
    // One build at a time, and none while the queue is being changed.
    using _lock = takeLock(tree.privateDir, "build");
    world.unchanged?.();
    return await buildTree(world, tree, request);
  });
}

/** As {@link build}, on an open tree; unless it only looks, the caller holds the tree's lock. */
export async function buildTree(world: World, tree: Tree, request: BuildRequest): Promise<BuildReport> {
  const { check, keepGoing, dryRun, takeOver } = request;
  const merging = request.branch === null || tree.config.merges.some(({ name }) => name === request.branch);
  const branch = merging ? null : request.branch;
  // It takes git a moment to look; meanwhile the queue is read.
  const looking = handEdits(tree);
  looking.catch(() => undefined);
  if (!check && !dryRun) personOf(world, tree).catch(() => undefined);
  await using source = await openSource(tree);
  let planned: QueuePlan;
  try {
    planned = await planQueue(world, tree, source, {
      branch,
      base: null,
      onReject: check || keepGoing ? "skip" : "stop",
      resume: !check || hasBuildMemory(tree.privateDir),
      memory: null,
    });
  } finally {
    // Told also when the plan fails: a hand edit may be why.
    tellOfHandEdits(world, await looking);
  }
  if (check || dryRun) {
    const report = await reportPlan(world, tree, source, planned);
    if (!merging) return report;
    return await withMerges(tree, source, planned, undefined, (merges) =>
      Promise.resolve({ ...report, merges: merges.map((one) => ({ ...one, before: null })) }),
    );
  }
  const { base, plan } = planned;
  const diagnoses = await diagnosed(world, tree, source, planned);
  world.progress(`writing ${plan.commits.length} commits`);
  const events = readLedger(tree);
  const known = takeOver ? null : everBuiltOf(events);
  const { commits, branches } = await writeCommits(source, plan, known);
  await refuseRewriting(tree, source, events, branches);
  const merges = merging ? await mergedBranches(tree, source, base, branches) : [];
  const moving = merges.flatMap(({ name, before, commit }) => (commit === null ? [] : [{ name, before, commit }]));
  await refuseMoves(source, moving, known);
  const results = reported(plan, commits, diagnoses);
  const { moved, maps } = await commitMapOf(tree, source, events, planned, results);
  await moveBranches(world, tree, source, events, {
    base,
    maps,
    branches: [...branches.map(({ name, before, commit }) => ({ name, before, commit: commit ?? base })), ...moving],
    refs: await belowUpdates(tree, source, events, planned, commits),
    rejected: plan.results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => showName(name)),
  });
  remember(tree, planned, commits);
  return {
    base,
    repository: source.workTree ?? source.gitDir,
    diagnoses,
    results,
    moved,
    maps: maps.map(({ path }) => path),
    branches,
    merges,
    commits: plan.commits.length,
    written: true,
  };
}

async function mergedBranches(
  tree: Tree,
  source: Git,
  base: CommitId,
  branches: readonly BuiltBranch[],
): Promise<BuiltMerge[]> {
  const ends = new Map(branches.flatMap(({ name, commit }) => (commit === null ? [] : [[name, commit] as const])));
  const merges = await mergeBranches(tree, source, { base, branches: ends });
  return await Promise.all(
    merges.map(async (one) => ({ ...one, before: await source.find(`refs/heads/${one.name}`) })),
  );
}

/** What a build would do, as a report of one that wrote nothing. */
export async function reportPlan(world: World, tree: Tree, source: Git, planned: QueuePlan): Promise<BuildReport> {
  const { base, plan } = planned;
  const diagnoses = await diagnosed(world, tree, source, planned);
  return {
    base,
    repository: source.workTree ?? source.gitDir,
    diagnoses,
    results: reported(plan, null, diagnoses),
    moved: [],
    maps: [],
    branches: plan.branches.map(({ name, patches, applied, complete }) => ({
      name,
      patches,
      applied,
      complete,
      commit: null,
      before: null,
    })),
    merges: [],
    commits: plan.commits.length,
    written: false,
  };
}

/** Why patches were rejected; of the plan alone unless the tree was built on another base before. */
async function diagnosed(world: World, tree: Tree, source: Git, planned: QueuePlan): Promise<readonly Diagnosis[]> {
  if (!planned.plan.results.some(({ outcome }) => outcome === "rejected")) return [];
  world.progress("finding out why patches were rejected");
  return await diagnose(source, planned, { oldBase: lastOtherBase(tree, planned.base) });
}

/**
 * The results with the patches' commits and with what the diagnoses know of causes better than the plan; `commits` are the ids
 * of those that the plan made, null when none was written.
 */
function reported(
  plan: BuildPlan,
  commits: readonly CommitId[] | null,
  diagnoses: readonly Diagnosis[],
): BuiltPatchResult[] {
  const causes = new Map(diagnoses.map(({ patch, because }) => [patch, new Set(because)]));
  return plan.results.map(({ tip, ...result }) => {
    const hasCommit = commits !== null && isIn(result) && result.outcome !== "empty";
    const because = result.because.filter((name) => causes.get(showName(result.name))?.has(showName(name)));
    return { ...result, because, commit: hasCommit ? commitAt(tip, commits) : null };
  });
}

function isIn({ outcome }: Pick<PatchResult, "outcome">): boolean {
  return outcome !== "rejected" && outcome !== "not tried";
}

/** Keeps what became of each patch for the next build. A branch that was not built is forgotten, it would be out of date. */
function remember(tree: Tree, { plan, known }: QueuePlan, commits: readonly CommitId[]): void {
  const memory: Record<string, BuiltPatch[]> = {};
  for (const result of plan.results) {
    const patch = known.patches.get(result.name);
    if (patch === undefined || result.outcome === "not tried") continue;
    (memory[result.branch] ??= []).push({ ...patch, result: { ...result, tip: commitAt(result.tip, commits) } });
  }
  writeBuildMemory(tree.privateDir, memory);
}

/** A build takes the files as they are on the disk; what is not committed nobody else can build again. */
async function handEdits(tree: Tree): Promise<readonly string[]> {
  const changed = await tree.git.status([SERIES_FILE, "patches"]);
  return changed.map(({ path }) => readablePath(path));
}

function tellOfHandEdits(world: World, names: readonly string[]): void {
  if (names.length === 0) return;
  const more = names.length > 5 ? " …" : "";
  world.tell(`building with changes that are not committed: ${names.slice(0, 5).join(", ")}${more}`);
}
