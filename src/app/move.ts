// `move`: gives patches another place in the queue, in their branch or another one, unless something would not apply any more.
import type { EventBody } from "#model/ledger";
import type { BranchName, PatchName, Place, Queue } from "#model/queue";
import { movePatches, placedPatches, printSeries, showName } from "#model/queue";
import { UserError } from "#model/bytes";
import type { Tree, TreeChange } from "#io/store";
import { readQueue, SERIES_FILE } from "#io/store";
import { announceMoved } from "./announce.ts";
import type { Changed } from "./change.ts";
import { branchNamed, changeTree, whatOf } from "./change.ts";
import { findPatch } from "./look.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface MoveRequest {
  readonly patches: readonly string[];
  /** To an end of a branch, or beside another patch, as typed. */
  readonly to: { readonly kind: "start" | "end" | "before" | "after"; readonly name: string };
  /** Move even if patches would not apply any more. */
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

/** A patch on its way; `from` and `to` are the same inside a branch. */
export interface MovedPatch {
  readonly name: PatchName;
  readonly from: BranchName;
  readonly to: BranchName;
}

export interface MovePlan extends Consequences {
  readonly moved: readonly MovedPatch[];
  readonly change: TreeChange;
}

/** Moves patches; they keep their order. Throws UserError where one is unknown, is there already, or something would break. */
export async function move(world: World, request: MoveRequest): Promise<Changed<MovePlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "move", request.dryRun, () => planMove(world, tree, request)),
  );
}

async function planMove(world: World, tree: Tree, request: MoveRequest): Promise<MovePlan> {
  const { queue } = readQueue(tree);
  const patches = placedPatches(queue);
  const names = new Set(request.patches.map((name) => findPatch(patches, name).name));
  const { kind, name } = request.to;
  const place: Place =
    kind === "before" || kind === "after"
      ? { kind, patch: findPatch(patches, name).name }
      : { kind, branch: branchNamed(tree, name) };
  const order = tree.config.branches.map((branch) => branch.name);
  const after = movePatches(queue, names, place, order);
  if (after === null) {
    throw new UserError(`cannot move "${name}" beside itself`, { hint: "name a patch that does not move" });
  }
  const moved = movesBetween(tree, queue, after, names);
  if (printSeries(queue).length === printSeries(after).length && sameOrder(queue, after)) {
    throw new UserError(`${names.size === 1 ? "the patch is" : "the patches are"} there already`, {
      hint: 'see the queue with "longarm list"',
    });
  }
  const consequences = await consequencesOf(world, tree, after);
  if (!request.dryRun) refuseBroken(consequences, request.keepGoing, "move");
  return { ...consequences, moved, change: moveChange(world, tree, "moved", moved, after) };
}

/** Where the named patches stood and stand. */
export function movesBetween(tree: Tree, before: Queue, after: Queue, names: ReadonlySet<PatchName>): MovedPatch[] {
  const first = tree.config.branches[0]?.name ?? ("" as BranchName);
  const old = new Map(placedPatches(before).map(({ name, branch }) => [name, branch ?? first]));
  return placedPatches(after)
    .filter(({ name }) => names.has(name))
    .map(({ name, branch }) => ({ name, from: old.get(name) ?? first, to: branch ?? first }));
}

function sameOrder(before: Queue, after: Queue): boolean {
  const [left, right] = [before, after].map((queue) => placedPatches(queue));
  return left?.every(({ name, branch }, at) => right?.[at]?.name === name && right[at].branch === branch) ?? false;
}

/** The series, the events and the notices of patches that moved by a person's wish, or were promoted. */
export function moveChange(
  world: World,
  tree: Tree,
  kind: "moved" | "promoted",
  moved: readonly MovedPatch[],
  after: Queue,
): TreeChange {
  const announced = announceMoved(tree, world.now(), moved, after);
  const targets = [...new Set(moved.map(({ to }) => to))].join(", ");
  const events = moved.map(({ name, from, to }): EventBody => ({ kind, patch: showName(name), from, to }));
  return {
    summary: `queue: ${kind === "moved" ? "move" : "promote"} ${whatOf(moved)} to ${targets}`,
    files: new Map([[SERIES_FILE, printSeries(after)]]),
    events: [...events, ...announced.events],
    notices: announced.notices,
  };
}
