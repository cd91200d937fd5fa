// `drop`: takes a patch out of the queue for a reason, and tells people.
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import { STANDARD_REASONS } from "#model/answers";
import type { BranchName, PatchName } from "#model/queue";
import { placedPatches, printSeries, removePatches, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readPatchBytes, readQueue, SERIES_FILE } from "#io/store";
import { announceAllRemoved } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree, whatOf } from "./change.ts";
import { findPatch } from "./look.ts";
import { withCoversDropped } from "./cover-patch.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface DropRequest {
  readonly patches: readonly string[];
  /** One that every tree knows, or one of the tree's own (a key of `[notices.reasons]`); any words for a tree without notices. */
  readonly reason: string;
  /** Branch or patch that a reason such as `merged-branch` or `folded` names. */
  readonly into: string | null;
  /** Said in the ledger only. */
  readonly note: string | null;
  readonly dryRun: boolean;
}

export interface DropPlan {
  readonly dropped: readonly { readonly name: PatchName; readonly branch: BranchName | null }[];
  readonly reason: string;
  readonly change: TreeChange;
}

/** Drops patches. Throws UserError when one is not queued or the reason is unknown. */
export async function drop(world: World, request: DropRequest): Promise<Changed<DropPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "drop", request.dryRun, () => planDrop(world, tree, request)),
  );
}

/** What dropping them would change; as {@link drop}, which runs it under the lock. */
export function planDrop(world: World, tree: Tree, request: DropRequest): DropPlan {
  const { reason, into, note } = request;
  checkReason(tree, reason);
  const { queue } = readQueue(tree);
  const patches = placedPatches(queue);
  const dropped = [...new Set(request.patches.map((name) => findPatch(patches, name)))];
  const names = new Set(dropped.map(({ name }) => name));
  const after = removePatches(queue, names);
  const files = new Map<Path, Bytes | null>([[SERIES_FILE, printSeries(after)]]);
  for (const name of names) files.set(patchPath(name), null);
  const first = tree.config.branches[0]?.name ?? "";
  // A patch whose file is gone is a damaged tree, which says so better than anything that comes later.
  for (const name of names) readPatchBytes(tree, name);
  const removed = dropped.map(({ name, branch }) => ({ name, branch: branch ?? first, kind: reason, into }));
  const isTold = tree.config.notices === null || Object.hasOwn(tree.config.notices.reasons, reason);
  if (!isTold) world.tell(`this tree has no words for "${reason}" in [notices.reasons], nobody is told by mail`);
  const announced = announceAllRemoved(tree, world.now(), isTold ? removed : [], after);
  const change = withCoversDropped(tree, {
    summary: `queue: drop ${whatOf(dropped)} (${reason})`,
    files,
    events: [
      ...dropped.map(
        ({ name, branch }) =>
          ({ kind: "dropped", patch: showName(name), branch: branch ?? first, reason, into, note }) as const,
      ),
      ...announced.events,
    ],
    notices: announced.notices,
  });
  const along = patches.filter(({ name }) => change.files.get(patchPath(name)) === null && !names.has(name));
  return { dropped: [...dropped, ...along], reason, change };
}

function checkReason(tree: Tree, reason: string): void {
  if (reason.trim() === "") {
    const hint = `reasons: ${[...STANDARD_REASONS.keys()].join(", ")}`;
    throw new UserError("the reason is empty", { hint });
  }
  const reasons = tree.config.notices?.reasons;
  if (reasons === undefined || Object.hasOwn(reasons, reason) || STANDARD_REASONS.has(reason)) return;
  throw new UserError(`unknown reason "${reason}"`, {
    hint: `reasons of this tree: ${[...new Set([...Object.keys(reasons), ...STANDARD_REASONS.keys()])].join(", ")}`,
  });
}
