// `update`: a queued posting becomes its next revision, as one operation: places, names and branches stay, what is new stands among
// the others, what is gone leaves; what changed in each patch and which tags were lost is told first.
import type { Bytes, Path } from "#model/bytes";
import type { EventBody, PatchState } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { BranchName, PatchName } from "#model/queue";
import {
  fixesIn,
  markMerges,
  namesOf,
  patchesOf,
  placedPatches,
  printSeries,
  showName,
  updateSeries,
} from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readLedger, readQueue, SERIES_FILE } from "#io/store";
import { announceUpdated } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { composeFound } from "./compose-found.ts";
import { coversOf } from "./cover-patch.ts";
import { guardPatches } from "./guard-patches.ts";
import { noticeBases } from "./notice-bases.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import type { SourceContext } from "./source-context.ts";
import { originsOf } from "./source-context.ts";
import { updateNotice } from "./update-notice.ts";
import type { UpdatedPatch, Version } from "./update-versions.ts";
import { versionsOf } from "./update-versions.ts";
import { whatToUpdate } from "./what-to-update.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface UpdateRequest {
  /** A queued patch, or the Message-ID of a mail of any revision of its series. */
  readonly target: string;
  /** The Message-ID of the revision to update to; null for the newest, or for that of `target` when it is not the queued one. */
  readonly to: string | null;
  readonly from: readonly string[];
  readonly compose: boolean;
  readonly allowControl: boolean;
  /** Update even if patches would not apply any more. */
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

export interface UpdatePlan extends Consequences {
  readonly from: string;
  readonly to: string;
  readonly posting: Posting;
  /** In the order of the next revision, then what is gone. */
  readonly patches: readonly UpdatedPatch[];
  /** Queued fixes of patches that change: the next revision may have them already. */
  readonly fixes: readonly PatchName[];
  readonly change: TreeChange;
}

/** Updates a queued posting. Throws UserError where nothing of it is queued, there is no other revision, or something would break. */
export async function update(world: World, request: UpdateRequest): Promise<Changed<UpdatePlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "update", request.dryRun, () => planUpdate(world, tree, request)),
  );
}

async function planUpdate(world: World, tree: Tree, request: UpdateRequest): Promise<UpdatePlan> {
  const { queue } = readQueue(tree);
  const states = patchStates(readLedger(tree));
  const { found, old } = await whatToUpdate(world, tree, request, states);
  const context: SourceContext = {
    world,
    tree,
    from: request.from,
    compose: request.compose ? "all" : tree.config.mail.compose,
    origins: originsOf(tree, namesOf(queue)),
  };
  const taking = composeFound(context, found, request.target);
  const versions = versionsOf(tree, old, taking, new Set(namesOf(queue)));
  const fresh = versions.flatMap(({ next }) => next ?? []);
  guardPatches(world, tree, fresh, request.allowControl);
  const gone = new Set(versions.flatMap(({ next, name }) => (next === null ? [name] : [])));
  const branch = old[0]?.branch ?? tree.config.branches[0]?.name ?? ("" as BranchName);
  const order = tree.config.branches.map(({ name }) => name);
  const after = markMerges(
    updateSeries(queue, { ordered: fresh.map(({ name }) => name), gone, branch }, order),
    coversOf(fresh),
  );
  const instead = new Map(fresh.map(({ name, bytes }) => [name, bytes]));
  const consequences = await consequencesOf(world, tree, after, instead);
  if (!request.dryRun) refuseBroken(consequences, request.keepGoing, "update");
  const files = new Map<Path, Bytes | null>([[SERIES_FILE, printSeries(after)]]);
  for (const { name, bytes } of fresh) files.set(patchPath(name), bytes);
  for (const name of gone) files.set(patchPath(name), null);
  const [from, to] = [
    revisionOf(states.get(showName(old[0]?.name ?? ("" as PatchName)))),
    printRevision(taking.posting.revision),
  ];
  const placed = new Map(placedPatches(after).map(({ name, branch: at }) => [name, at ?? branch]));
  const changed = versions.filter(({ patch }) => ["diff", "both"].includes(patch.change)).map(({ name }) => name);
  const fixes = fixesIn(patchesOf(queue).map(({ name }) => name));
  const bases = await noticeBases(world, tree, "updated", fresh, after);
  const announced = announceUpdated(
    tree,
    world.now(),
    updateNotice(
      versions.map(({ patch }) => patch),
      taking.posting.subject,
      branch,
      from,
      to,
    ),
    after,
    instead,
    bases,
  );
  return {
    ...consequences,
    from,
    to,
    posting: taking.posting,
    patches: versions.map(({ patch }) => patch),
    fixes: changed.flatMap((name) => fixes.get(name) ?? []).filter((name) => !instead.has(name)),
    change: {
      summary: `queue: update "${taking.posting.subject}" from ${from} to ${to}`,
      files,
      events: [...versions.map((version) => eventOf(version, states, placed, branch, to)), ...announced.events],
      notices: announced.notices,
    },
  };
}

function revisionOf(state: PatchState | undefined): string {
  return state?.origin?.kind === "mail" ? state.origin.revision : "";
}

function eventOf(
  { name, isNew, next, patch: { change, lost } }: Version,
  states: ReadonlyMap<string, PatchState>,
  placed: ReadonlyMap<PatchName, BranchName>,
  branch: BranchName,
  to: string,
): EventBody {
  const shown = showName(name);
  if (next === null) {
    return {
      kind: "dropped",
      patch: shown,
      branch: placed.get(name) ?? branch,
      reason: "obsolete",
      into: null,
      note: `not in ${to}`,
    };
  }
  const { title, author, origin, tags } = next;
  const from = states.get(shown)?.origin ?? null;
  if (isNew || from === null) {
    return { kind: "queued", patch: shown, branch: placed.get(name) ?? branch, title, author, origin, tags };
  }
  const what = change === "log" ? "log" : change === "diff" || change === "both" ? "diff" : "same";
  return { kind: "updated", patch: shown, change: what, title, author, origin, from, tags, lost };
}
