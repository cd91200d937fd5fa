// `fold`: joins fixes with the patch they fix: the change, the tags, the links and a note of who fixed what. Nothing else changes
// in what is built; the fixes leave the queue.
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import type { PatchName, Queue, QueuedPatch } from "#model/queue";
import { fixesIn, printSeries, removePatches, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readQueue, SERIES_FILE } from "#io/store";
import { announceAllRemoved } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree, whatOf } from "./change.ts";
import type { Folded, WantedFolds } from "./fold-files.ts";
import { behindEachOther, foldFiles } from "./fold-files.ts";
import { findPatch } from "./look.ts";
import { planQueue } from "./plan-queue.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface FoldRequest {
  /** Patches whose fixes are folded, or fixes that are; empty for every fix of the queue. */
  readonly patches: readonly string[];
  /** The patch to fold into, where names do not say it; `patches` are then what is folded. */
  readonly into: string | null;
  readonly dryRun: boolean;
}

export interface FoldPlan extends Consequences {
  readonly folded: readonly Folded[];
  readonly change: TreeChange;
}

/** Folds fixes. Throws UserError where there is none, or one cannot stand directly behind what it fixes. */
export async function fold(world: World, request: FoldRequest): Promise<Changed<FoldPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "fold", request.dryRun, () => planFold(world, tree, request)),
  );
}

async function planFold(world: World, tree: Tree, request: FoldRequest): Promise<FoldPlan> {
  const { queue, patches } = readQueue(tree);
  const wanted = wantedFolds(patches, request);
  const moved = behindEachOther(tree, queue, wanted);
  const names = new Set([...wanted.values()].flat());
  const folded = await foldAll(world, tree, moved, wanted);
  const after = removePatches(moved, names);
  const instead = new Map(folded.map(({ name, bytes }) => [name, bytes]));
  const consequences = await consequencesOf(world, tree, after, instead);
  if (!request.dryRun) refuseBroken(consequences, false, "fold");
  const first = tree.config.branches[0]?.name ?? "";
  const removed = folded.flatMap(({ name, fixes }) =>
    fixes.map((fix) => ({
      name: fix,
      branch: patches.find((patch) => patch.name === fix)?.branch ?? first,
      kind: "folded",
      into: showName(name),
    })),
  );
  // A tree may have no notice for it.
  const isTold = Object.hasOwn(tree.config.notices?.reasons ?? {}, "folded");
  const announced = announceAllRemoved(tree, world.now(), isTold ? removed : [], after);
  const files = new Map<Path, Bytes | null>([[SERIES_FILE, printSeries(after)]]);
  for (const { name, bytes } of folded) files.set(patchPath(name), bytes);
  for (const name of names) files.set(patchPath(name), null);
  const events = folded.map(({ name, fixes }): EventBody => ({
    kind: "folded",
    patch: showName(name),
    fixes: fixes.map(showName),
  }));
  const drops = removed.map(({ name, branch, into }): EventBody => ({
    kind: "dropped",
    patch: showName(name),
    branch,
    reason: "folded",
    into,
    note: null,
  }));
  const change: TreeChange = {
    summary: `queue: fold ${whatOf(removed)} into ${whatOf(folded)}`,
    files,
    events: [...events, ...drops, ...announced.events],
    notices: announced.notices,
  };
  return { ...consequences, folded, change };
}

/** Which fixes go into which patch, by what was typed. */
function wantedFolds(
  queue: readonly QueuedPatch[],
  { patches, into }: FoldRequest,
): Map<PatchName, readonly PatchName[]> {
  const typed = patches.map((name) => findPatch(queue, name).name);
  if (into !== null) {
    const target = findPatch(queue, into).name;
    const fixes = typed.filter((name) => name !== target);
    if (fixes.length > 0) return new Map([[target, fixes]]);
    throw new UserError(`nothing to fold into "${showName(target)}" is named`, { hint: "name the fixes" });
  }
  const known = fixesIn(queue.map(({ name }) => name));
  const wanted = new Map(
    [...known].flatMap(([root, fixes]) => {
      const own = typed.length === 0 || typed.includes(root) ? fixes : fixes.filter((name) => typed.includes(name));
      return own.length === 0 ? [] : [[root, own] as const];
    }),
  );
  const found = new Set([...wanted].flat(2));
  const lone = typed.find((name) => !found.has(name));
  if (lone !== undefined) {
    throw new UserError(`"${showName(lone)}" has no fix in the queue and is none`, {
      hint: "a fix is named after its patch, foo-fix.patch behind foo.patch; say it with: longarm fold FIX --into PATCH",
    });
  }
  if (wanted.size > 0) return wanted;
  throw new UserError("there is no fix in the queue", { hint: "say what to fold with: longarm fold FIX --into PATCH" });
}

async function foldAll(world: World, tree: Tree, series: Queue, wanted: WantedFolds): Promise<Folded[]> {
  await using source = await openSource(tree);
  const planned = await planQueue(world, tree, source, {
    branch: null,
    base: null,
    series,
    onReject: "skip",
    resume: false,
    memory: null,
  });
  return await foldFiles(tree, source, planned, wanted);
}
