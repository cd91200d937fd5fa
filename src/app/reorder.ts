// `reorder` and `graph`: which patches of the queue stand on which, and orders that this allows.
import { dependenciesOf, orderByDependency, orderByGroup } from "#model/branches";
import type { Dependency } from "#model/branches";
import { UserError } from "#model/bytes";
import { patchStates } from "#model/ledger";
import type { EventBody } from "#model/ledger";
import type { PatchName, QueuedPatch } from "#model/queue";
import { fixesIn, patchesOf, printSeries, reorderPatches, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { readLedger, readQueue, SERIES_FILE } from "#io/store";
import type { Changed } from "./change.ts";
import { branchNamed, changeTree } from "./change.ts";
import { planQueue } from "./plan-queue.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import { openSource } from "./source.ts";
import { togetherOf } from "./together.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface QueueGraph {
  /** In the order of the queue; `branch` is never null. */
  readonly patches: readonly QueuedPatch[];
  readonly dependencies: readonly Dependency[];
}

/** The dependencies of the queue, or of one branch with what it starts from. */
export async function graph(world: World, branch: string | null): Promise<QueueGraph> {
  return withTree(world, (tree) => graphOf(world, tree, branch));
}

async function graphOf(world: World, tree: Tree, branch: string | null): Promise<QueueGraph> {
  await using source = await openSource(tree);
  const planned = await planQueue(world, tree, source, {
    branch,
    base: null,
    onReject: "skip",
    resume: false,
    memory: null,
  });
  world.progress(`comparing ${planned.plan.commits.length} patches`);
  return { patches: planned.queue, dependencies: dependenciesOf(planned.plan) };
}

export interface ReorderRequest {
  /**
   * `series`: patches of one posting together; `dependency`: the same, as far as no patch passes one it stands on; else the names of a
   * branch's patches in the order that a person gave them.
   */
  readonly by: "series" | "dependency" | readonly string[];
  /** Only this branch; null for all, which an order by hand cannot be of. */
  readonly branch: string | null;
  readonly dryRun: boolean;
}

export interface ReorderPlan extends Consequences {
  /** Each branch that changes, with its patches in their new order. */
  readonly branches: readonly { readonly name: string; readonly patches: readonly PatchName[] }[];
  readonly change: TreeChange;
}

/** Puts the patches of each branch in another order. Throws UserError when they are in it, or something would break. */
export async function reorder(world: World, request: ReorderRequest): Promise<Changed<ReorderPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "reorder", request.dryRun, () => planReorder(world, tree, request)),
  );
}

async function planReorder(world: World, tree: Tree, request: ReorderRequest): Promise<ReorderPlan> {
  const { queue } = readQueue(tree);
  if (typeof request.by !== "string" && request.branch === null) throw new Error("an order by hand is of one branch");
  const only = request.branch === null ? null : branchNamed(tree, request.branch);
  const first = tree.config.branches[0]?.name ?? null;
  const placed = patchesOf(queue).map((patch) => ({ ...patch, branch: patch.branch ?? first }));
  const together = togetherOf(placed, patchStates(readLedger(tree)), fixesIn(placed.map(({ name }) => name)));
  const groupOf = (name: PatchName): string => together.get(name) ?? name;
  const dependencies = request.by === "dependency" ? (await graphOf(world, tree, request.branch)).dependencies : [];
  const order = typeof request.by === "string" ? request.by : "hand";
  const byBranch = [...Map.groupBy(placed, ({ branch }) => branch ?? "")].map(([name, patches]) => {
    const keeps = only !== null && name !== only;
    const ordered = keeps
      ? patches.map((patch) => patch.name)
      : typeof request.by !== "string"
        ? orderByHand(patches, request.by, name)
        : request.by === "series"
          ? orderByGroup(patches, groupOf)
          : orderByDependency(patches, dependencies, groupOf);
    return { name, patches: ordered, changes: ordered.some((one, at) => one !== patches[at]?.name) };
  });
  const branches = byBranch.filter(({ changes }) => changes).map(({ name, patches }) => ({ name, patches }));
  if (branches.length === 0) {
    throw new UserError(`the patches are in ${order === "hand" ? "that order" : `the order of ${order}`} already`, {
      hint: 'see the queue with "longarm list"',
    });
  }
  const after = reorderPatches(
    queue,
    byBranch.flatMap(({ patches }) => patches),
  );
  const consequences = await consequencesOf(world, tree, after);
  if (!request.dryRun) refuseBroken(consequences, false, "reorder");
  const events = branches.map(({ name }): EventBody => ({ kind: "reordered", branch: name, order }));
  const change: TreeChange = {
    summary: `queue: put ${branches.map(({ name }) => name).join(", ")} in order by ${order}`,
    files: new Map([[SERIES_FILE, printSeries(after)]]),
    events,
    notices: [],
  };
  return { ...consequences, branches, change };
}

/** The order that a person gave. Throws UserError (exit code 3) unless it names each patch of the branch once. */
function orderByHand(patches: readonly QueuedPatch[], typed: readonly string[], branch: string): PatchName[] {
  const byName = new Map(patches.map(({ name }) => [showName(name), name]));
  const ordered = [...new Set(typed)].flatMap((name) => byName.get(name) ?? []);
  if (ordered.length === patches.length && typed.length === patches.length) return ordered;
  throw new UserError(`that is no order of the ${patches.length} patches of "${branch}"`, {
    hint: "name each of them once; perhaps the queue has changed since",
    exitCode: 3,
  });
}
