// `build --folded`: the branches once more with every fix in the patch that it fixes, so that each commit can be bisected to.
// The view has refs of its own; the branches, the queue and the ledger stay as they are.
import type { PatchName } from "#model/queue";
import { UserError } from "#model/bytes";
import { differingEnd, FOLDED } from "#model/branches";
import { fixesIn, placedPatches, removePatches, showName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger, readQueue, takeLock } from "#io/store";
import type { BuildReport, BuiltMerge, BuildRequest } from "./build.ts";
import { reportPlan } from "./build.ts";
import type { Folded } from "./fold-files.ts";
import { behindEachOther, foldFiles } from "./fold-files.ts";
import type { Memory } from "./memory.ts";
import { makeMemory } from "./memory.ts";
import { mergeBranches } from "./merge-branches.ts";
import { moveBranches } from "./move-branches.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import { withMerges } from "./try-merges.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";
import { commitAt, commitPlan } from "./write-commits.ts";

export type FoldedRequest = Omit<BuildRequest, "takeOver">;

/** A fix that stays a commit of its own in the view. */
export interface LeftFix {
  readonly fix: PatchName;
  readonly patch: PatchName;
  readonly reason: string;
}

export interface FoldedBranch {
  readonly name: string;
  readonly ref: string;
  /** Null after a check or a dry run. */
  readonly commit: CommitId | null;
  /** Where its ref was before; null when it is new. */
  readonly before: CommitId | null;
  /** Patches of its stretch that are in it, and as how many. */
  readonly patches: number;
  readonly folded: number;
}

export interface FoldedReport {
  readonly base: CommitId;
  readonly folded: readonly Pick<Folded, "name" | "fixes">[];
  readonly left: readonly LeftFix[];
  readonly branches: readonly FoldedBranch[];
  readonly merges: readonly BuiltMerge[];
  /** The unfolded queue, when a patch of it is rejected: without `keepGoing` nothing is written then. */
  readonly rejected: BuildReport | null;
  readonly written: boolean;
}

/** Builds the folded view: at the end of each branch the same files as {@link build} gives, with fewer commits. */
export async function buildFolded(world: World, request: FoldedRequest): Promise<FoldedReport> {
  return withTree(world, async (tree) => {
    if (request.check || request.dryRun) return foldedTree(world, tree, request);
    using _lock = takeLock(tree.privateDir, "build");
    return await foldedTree(world, tree, request);
  });
}

async function foldedTree(world: World, tree: Tree, request: FoldedRequest): Promise<FoldedReport> {
  const merging = request.branch === null || tree.config.merges.some(({ name }) => name === request.branch);
  await using source = await openSource(tree);
  const trial: Trial = { world, tree, source, branch: merging ? null : request.branch, memory: makeMemory() };
  const unfolded = await planned(trial, {});
  const report = unfolded.plan.results.some(({ outcome }) => outcome === "rejected")
    ? await reportPlan(world, tree, source, unfolded)
    : null;
  if (report !== null && !request.keepGoing)
    return { base: unfolded.base, folded: [], left: [], branches: [], merges: [], rejected: report, written: false };
  const { view, left } = await foldMost(trial, unfolded);
  const common = { base: unfolded.base, folded: view.folded, left, rejected: report };
  const { plan } = view.planned;
  if (request.check || request.dryRun) {
    const branches = await branchesOf(source, unfolded, view, null);
    if (!merging) return { ...common, branches, merges: [], written: false };
    return await withMerges(tree, source, view.planned, undefined, (merges) =>
      Promise.resolve({ ...common, branches, merges: merges.map((one) => ({ ...one, before: null })), written: false }),
    );
  }
  world.progress(`writing ${plan.commits.length} commits`);
  const commits = plan.commits.length === 0 ? [] : await source.writeCommits(plan.commits.map(commitPlan));
  const branches = await branchesOf(source, unfolded, view, commits);
  const ends = new Map(branches.flatMap(({ name, commit }) => (commit === null ? [] : [[name, commit] as const])));
  const made = merging ? await mergeBranches(tree, source, { base: unfolded.base, branches: ends }) : [];
  const merges = await Promise.all(
    made.map(async (one) => ({ ...one, before: await source.find(`${FOLDED}${one.name}`) })),
  );
  const refs = [...branches, ...merges].flatMap(({ name, before, commit }) =>
    commit === null ? [] : [{ ref: `${FOLDED}${name}`, before, commit }],
  );
  await moveBranches(world, tree, source, readLedger(tree), { base: unfolded.base, branches: [], refs, rejected: [] });
  return { ...common, branches, merges, written: true };
}

async function branchesOf(
  source: Git,
  unfolded: QueuePlan,
  { planned: { plan } }: View,
  commits: readonly CommitId[] | null,
): Promise<FoldedBranch[]> {
  const before = new Map(unfolded.plan.branches.map(({ name, applied }) => [name, applied]));
  return await Promise.all(
    plan.branches.map(async ({ name, tip, applied }) => ({
      name,
      ref: `${FOLDED}${name}`,
      commit: commits === null ? null : commitAt(tip, commits),
      before: await source.find(`${FOLDED}${name}`),
      patches: before.get(name) ?? 0,
      folded: applied,
    })),
  );
}

/** What all tries have in common. */
interface Trial {
  readonly world: World;
  readonly tree: Tree;
  readonly source: Git;
  readonly branch: string | null;
  readonly memory: Memory;
}

function planned(
  { world, tree, source, branch, memory }: Trial,
  changed: Partial<Parameters<typeof planQueue>[3]>,
): Promise<QueuePlan> {
  return planQueue(world, tree, source, { branch, base: null, onReject: "skip", resume: false, memory, ...changed });
}

/** The queue with some fixes folded. */
interface View {
  readonly planned: QueuePlan;
  readonly folded: readonly Folded[];
}

interface Pair {
  readonly fix: PatchName;
  readonly patch: PatchName;
}

/**
 * Folds all fixes that can be, with as few tries as it takes to find those that cannot: a group that fails is halved, and the
 * first half is in when the second is tried.
 */
async function foldMost(
  trial: Trial,
  unfolded: QueuePlan,
): Promise<{ readonly view: View; readonly left: readonly LeftFix[] }> {
  const { pairs, left } = pairsOf(unfolded);
  let view: View = { planned: unfolded, folded: [] };
  let taken: readonly Pair[] = [];
  const open: (readonly Pair[])[] = pairs.length === 0 ? [] : [pairs];
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    const tried = await tryFolding(trial, unfolded, [...taken, ...group]);
    const [first] = group;
    if (typeof tried !== "string") {
      view = tried;
      taken = [...taken, ...group];
    } else if (group.length === 1 && first !== undefined) {
      left.push({ ...first, reason: tried });
    } else {
      const middle = Math.ceil(group.length / 2);
      open.push(group.slice(middle), group.slice(0, middle));
    }
  }
  return { view, left };
}

/** The fixes of the plan with what they fix, in its order. One in another branch than its patch cannot be in that patch's branch. */
function pairsOf({ plan }: QueuePlan): { readonly pairs: readonly Pair[]; readonly left: LeftFix[] } {
  const results = plan.results.filter(({ outcome }) => outcome !== "rejected");
  const branches = new Map(results.map(({ name, branch }) => [name, branch]));
  const left: LeftFix[] = [];
  const pairs: Pair[] = [];
  for (const [patch, fixes] of fixesIn(results.map(({ name }) => name))) {
    for (const fix of fixes) {
      const branch = branches.get(patch) ?? "";
      if (branches.get(fix) === branch) pairs.push({ fix, patch });
      else left.push({ fix, patch, reason: `${showName(patch)} is in ${branch}` });
    }
  }
  return { pairs, left };
}

/** The view with these fixes folded, or why it cannot be. */
async function tryFolding(trial: Trial, unfolded: QueuePlan, pairs: readonly Pair[]): Promise<View | string> {
  const { tree, source } = trial;
  const { queue } = readQueue(tree);
  const order = new Map(placedPatches(queue).map(({ name }, index) => [name, index]));
  const wanted = new Map<PatchName, PatchName[]>();
  for (const { fix, patch } of pairs.toSorted((a, b) => (order.get(a.fix) ?? 0) - (order.get(b.fix) ?? 0)))
    wanted.set(patch, [...(wanted.get(patch) ?? []), fix]);
  const series = behindEachOther(tree, queue, wanted);
  const last = pairs.at(-1);
  try {
    const folded = await foldFiles(tree, source, await planned(trial, { series }), wanted);
    const without = removePatches(series, new Set(pairs.map(({ fix }) => fix)));
    const instead = new Map(folded.map(({ name, bytes }) => [name, bytes]));
    const view = { planned: await planned(trial, { series: without, instead }), folded };
    const below = last === undefined ? "" : showName(last.patch);
    const broken = rejectedIn(view.planned).find((name) => !rejectedIn(unfolded).includes(name));
    if (broken !== undefined) return `${showName(broken)} does not apply with it in ${below}`;
    const differs = differingEnd(unfolded.plan, view.planned.plan);
    return differs === null ? view : `in ${below} it would change what ${differs} ends with`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function rejectedIn({ plan }: QueuePlan): PatchName[] {
  return plan.results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => name);
}
