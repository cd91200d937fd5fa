// `upstream`: looks whether queued patches have turned up in watched branches of others, and whether any has left one again.
// What is found goes into the ledger; `--drop` takes the patches out of the queue. `rebase` does the same for a new base.
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { Upstream } from "#model/branches";
import type { EventBody } from "#model/ledger";
import type { BranchName, PatchName } from "#model/queue";
import { patchesOf, printSeries, removePatches, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree, TreeChange, WatchMemory } from "#io/store";
import { patchPath, readLedger, readQueue, SERIES_FILE, writeWatchMemory } from "#io/store";
import { announceAllRemoved } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { fetchWatched } from "./fetch-watched.ts";
import type { WatchedBranch } from "./look-upstream.ts";
import { lookUpstream } from "./look-upstream.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import { droppedEvent, REASON } from "./rebase.ts";
import { openSource } from "./source.ts";
import { withCoversDropped } from "./cover-patch.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface UpstreamRequest {
  /** Fetch the watched branches first. */
  readonly fetch: boolean;
  /** Take what has landed out of the queue. */
  readonly drop: boolean;
  /** Drop although a patch above would not apply any more. */
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

/** A queued patch that is in a watched branch, or may be. */
export interface LandedPatch {
  readonly name: PatchName;
  readonly branch: BranchName;
  /** The watched branch, and the commit that is the patch there; null when none is known. */
  readonly in: string;
  readonly commit: string | null;
  /** What speaks for it; null when the ledger knows it from an earlier look. */
  readonly upstream: Upstream | null;
}

/** A patch that is in a watched branch no more. */
export interface LeftPatch {
  readonly patch: string;
  readonly in: string;
  readonly commit: string;
  readonly revertedBy: string | null;
  /** Whether it is in the queue, as it is when nobody dropped it. */
  readonly queued: boolean;
}

export interface UpstreamPlan {
  readonly branches: readonly WatchedBranch[];
  /** In the order of the series: what can be dropped, by the first watched branch that has it. */
  readonly landed: readonly LandedPatch[];
  /** What a person has to look at. */
  readonly maybe: readonly LandedPatch[];
  readonly left: readonly LeftPatch[];
  /** What dropping does to the rest; null when nothing is dropped. */
  readonly consequences: Consequences | null;
  /** Null when there is nothing to write. */
  readonly change: TreeChange | null;
}

/** Looks, records and, when asked, drops. Throws UserError when the tree watches nothing, or when dropping would break a patch. */
export async function upstream(world: World, request: UpstreamRequest): Promise<Changed<UpstreamPlan>> {
  return withTree(world, async (tree) => {
    if (tree.config.watch.length === 0) {
      throw new UserError("this tree watches no branch", {
        hint: 'write [[watch]] with ref = "REMOTE/BRANCH" into longarm.toml',
      });
    }
    await using source = await openSource(tree);
    if (request.fetch && !request.dryRun) await fetchWatched(world, source, tree.config.watch);
    const head = await tree.git.find("HEAD");
    const { plan, memory } = await planUpstream(world, tree, source, request);
    if (request.dryRun) return { plan, done: null };
    const { change } = plan;
    let done: Changed<UpstreamPlan>["done"] = null;
    if (change !== null) {
      if (plan.consequences !== null) refuseBroken(plan.consequences, request.keepGoing, "drop what has landed");
      ({ done } = await changeTree(world, tree, "upstream", false, async () => {
        if ((await tree.git.find("HEAD")) === head) return { ...plan, change };
        throw new UserError("the tree was changed while the branches were looked at", {
          hint: "run the command again",
          exitCode: 3,
        });
      }));
    }
    // Behind the ledger: forgotten, it is looked at again.
    writeWatchMemory(tree.privateDir, memory);
    return { plan, done };
  });
}

async function planUpstream(
  world: World,
  tree: Tree,
  source: Git,
  { drop }: UpstreamRequest,
): Promise<{ readonly plan: UpstreamPlan; readonly memory: WatchMemory }> {
  const events = readLedger(tree);
  const { queue } = readQueue(tree);
  const looked = await lookUpstream(world, tree, source, patchesOf(queue), events);
  const first = new Map<PatchName, LandedPatch>();
  for (const one of looked.landed) if (!first.has(one.name)) first.set(one.name, one);
  const landed = patchesOf(queue).flatMap(({ name }) => first.get(name) ?? []);
  const body: EventBody[] = [
    ...looked.landed.flatMap(({ name, in: branch, commit, upstream: found }): EventBody[] =>
      found === null || commit === null ? [] : [{ kind: "landed", patch: showName(name), branch, commit }],
    ),
    ...looked.left.map(
      ({ patch, in: branch, commit, revertedBy }) => ({ kind: "left", patch, branch, commit, revertedBy }) as const,
    ),
  ];
  const dropped = drop ? landed : [];
  const after = removePatches(queue, new Set(dropped.map(({ name }) => name)));
  const consequences = dropped.length === 0 ? null : await consequencesOf(world, tree, after);
  const { branches, maybe, left, memory } = looked;
  const plan = { branches, landed, maybe, left, consequences };
  if (body.length === 0 && dropped.length === 0) return { plan: { ...plan, change: null }, memory };
  const files = new Map<Path, Bytes | null>(dropped.map(({ name }) => [patchPath(name), null]));
  if (dropped.length > 0) files.set(SERIES_FILE, printSeries(after));
  const isTold = Object.hasOwn(tree.config.notices?.reasons ?? {}, REASON);
  const removed = dropped.map(({ name, branch }) => ({ name, branch, kind: REASON, into: null }));
  const announced = announceAllRemoved(tree, world.now(), isTold ? removed : [], after);
  const change = withCoversDropped(tree, {
    summary: summaryOf(body, dropped.length),
    files,
    events: [...body, ...dropped.map(dropEvent), ...announced.events],
    notices: announced.notices,
  });
  return { plan: { ...plan, change }, memory };
}

function dropEvent({ name, branch, in: where, commit, upstream: found }: LandedPatch): EventBody {
  const event = droppedEvent(name, branch, found);
  return event.kind === "dropped" ? { ...event, note: `${(commit ?? "").slice(0, 12)} in ${where}` } : event;
}

function summaryOf(events: readonly EventBody[], dropped: number): string {
  const count = (kind: EventBody["kind"]): number => events.filter((event) => event.kind === kind).length;
  const parts = [
    [count("landed"), "landed"],
    [count("left"), "left"],
    [dropped, "dropped"],
  ] as const;
  return `upstream: ${parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(", ")}`;
}
