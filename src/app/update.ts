// `update`: a queued posting becomes its next revision, as one operation: places, names and branches stay, what is new stands among
// the others, what is gone leaves; what changed in each patch and which tags were lost is told first.
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import { patchId } from "#model/diff";
import type { EventBody, Origin, PatchState } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { Posting } from "#model/postings";
import { printRevision, tagIdentity } from "#model/postings";
import type { BranchName, MatchReason, PatchComparison, PatchFile, PatchName } from "#model/queue";
import {
  comparePatches,
  fixesIn,
  markMerges,
  matchRevision,
  namesOf,
  parsePatchFile,
  patchesOf,
  placedPatches,
  printSeries,
  retagPatch,
  showName,
  updateSeries,
} from "#model/queue";
import { noticeName, uniqueName } from "#model/notices";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readLedger, readPatchBytes, readQueue, SERIES_FILE } from "#io/store";
import { announceUpdated } from "./announce.ts";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { coverPatch, coversOf } from "./cover-patch.ts";
import { findMail } from "./find-mail.ts";
import { guardPatches } from "./guard-patches.ts";
import { noticeBases } from "./notice-bases.ts";
import type { FoundPosting } from "./postings.ts";
import { postingOf } from "./postings.ts";
import type { NewPatch } from "./new-patch.ts";
import { freshName, newPatch } from "./new-patch.ts";
import type { SourceContext } from "./source-context.ts";
import { originsOf } from "./source-context.ts";
import type { Taking } from "./compose-found.ts";
import { composeFound } from "./compose-found.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import { tagText } from "./tag-records.ts";
import { updateNotice } from "./update-notice.ts";
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

/** One patch of either revision. */
export interface UpdatedPatch {
  readonly name: PatchName;
  readonly title: string;
  /** `new`: not in the queued revision; `gone`: not in the next one. */
  readonly change: PatchComparison["kind"] | "new" | "gone";
  /** How it was found to be the next version of the queued one; null for a new one and one that is gone. */
  readonly by: MatchReason | null;
  /** What changed, as hunks of log and diff; empty for nothing. */
  readonly hunks: Bytes;
  /** Tags that the queued patch has and its author did not repeat, which stay because the change is the same. */
  readonly carried: readonly string[];
  /** Tags that the queued patch has and the next one has not. */
  readonly lost: readonly string[];
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

/** The revision to take and the patches of the queue that it replaces, in queue order. */
async function whatToUpdate(
  world: World,
  tree: Tree,
  { target, to, from }: UpdateRequest,
  states: ReadonlyMap<string, PatchState>,
): Promise<{ readonly found: FoundPosting; readonly old: readonly Placed[] }> {
  const placed = placedPatches(readQueue(tree).queue);
  const named = placed.find(({ name }) => [target, `${target}.patch`].includes(showName(name)));
  const origin = named === undefined ? null : (states.get(showName(named.name))?.origin ?? null);
  if (named !== undefined && origin?.kind !== "mail") {
    throw new UserError(`"${showName(named.name)}" did not come by mail, so it has no revisions`, {
      hint: "change it with: longarm edit, or drop it and add another one",
    });
  }
  const start = origin?.kind === "mail" ? origin.messageId : target;
  const postings = await findMail(world, tree, from, start);
  for (const problem of postings.problems) world.tell(problem);
  const { posting: startPosting, chain } = postingOf(postings, start);
  const ids = new Set(chain.postings.map(({ id }) => id));
  const old = placed.filter(({ name }) => {
    const posted = postingIdOf(states.get(showName(name))?.origin);
    return posted !== null && [...ids].some((id) => id === posted);
  });
  if (old.length === 0) {
    throw new UserError(`no revision of "${startPosting.subject}" is queued`, {
      hint: `queue it with: longarm add ${startPosting.id ?? ""}`,
    });
  }
  const queued = new Set(old.map(({ name }) => postingIdOf(states.get(showName(name))?.origin)));
  const newest = chain.postings.at(-1) ?? startPosting;
  const chosen = to !== null ? postingOf(postings, to).posting : queued.has(startPosting.id) ? newest : startPosting;
  if (!chain.postings.includes(chosen)) {
    throw new UserError(`"${to ?? ""}" is no revision of "${startPosting.subject}"`, {
      hint: `if it is one, say so with: longarm mail link ${to ?? ""} ${startPosting.id ?? ""}`,
    });
  }
  if (queued.size === 1 && queued.has(chosen.id)) {
    throw new UserError(
      `${printRevision(chosen.revision)} of "${chosen.subject}" is what is queued, and the newest that is known`,
      {
        hint: "read what is new with: longarm mail sync",
      },
    );
  }
  return { found: { posting: chosen, chain }, old };
}

type Placed = ReturnType<typeof placedPatches>[number];

function postingIdOf(origin: Origin | null | undefined): string | null {
  return origin?.kind === "mail" ? origin.posting : null;
}

function revisionOf(state: PatchState | undefined): string {
  return state?.origin?.kind === "mail" ? state.origin.revision : "";
}

/** A patch of either revision with the file it becomes; `next` null for one that leaves. */
interface Version {
  readonly name: PatchName;
  readonly isNew: boolean;
  readonly next: NewPatch | null;
  readonly patch: UpdatedPatch;
}

/** The patches of both revisions, then the cover letter where the tree keeps it, or kept it. */
function versionsOf(tree: Tree, queued: readonly Placed[], taking: Taking, taken: Set<string>): Version[] {
  const isCover = ({ name }: Placed): boolean => parsePatchFile(readPatchBytes(tree, name)).mergeOf.length > 0;
  const covers = queued.filter(isCover);
  const patches = patchVersions(
    tree,
    queued.filter((one) => !covers.includes(one)),
    taking,
    taken,
  );
  const [cover] = covers;
  const next = coverPatch(
    tree.config.maintainer,
    taking,
    patches.flatMap(({ name, next: made }) => (made === null ? [] : [name])),
    (title) => (cover === undefined ? uniqueName(noticeName(title), taken) : showName(cover.name)),
  );
  const rest = covers.slice(next === null ? 0 : 1).map((one): Version => goneVersion(tree, one));
  return next === null ? [...patches, ...rest] : [...patches, coverVersion(tree, cover, next), ...rest];
}

const NOTHING = { by: null, hunks: new Uint8Array(), carried: [], lost: [] } as const;

function goneVersion(tree: Tree, { name }: Placed): Version {
  const { title } = parsePatchFile(readPatchBytes(tree, name));
  return { name, isNew: false, next: null, patch: { ...NOTHING, name, title: title ?? "", change: "gone" } };
}

function coverVersion(tree: Tree, queued: Placed | undefined, next: NewPatch): Version {
  const { name, title } = next;
  if (queued === undefined) return { name, isNew: true, next, patch: { ...NOTHING, name, title, change: "new" } };
  const { kind, hunks } = comparePatches(parsePatchFile(readPatchBytes(tree, name)), parsePatchFile(next.bytes));
  return { name, isNew: false, next, patch: { ...NOTHING, name, title, change: kind, by: "title", hunks } };
}

function patchVersions(tree: Tree, old: readonly Placed[], taking: Taking, taken: Set<string>): Version[] {
  const files = old.map(({ name }) => parsePatchFile(readPatchBytes(tree, name)));
  const next = taking.patches.map((patch) => {
    const fresh = newPatch(taking, patch, freshName(patch, new Set()));
    return { patch, diff: parsePatchFile(fresh.bytes).diff, stem: stemOf(fresh.name) };
  });
  const matches = matchRevision(
    old.map(({ name }, index) => ({
      title: files[index]?.title ?? "",
      stem: stemOf(name),
      diff: (files[index] as PatchFile).diff,
    })),
    next.map(({ patch, diff, stem }) => ({ title: patch.title, stem, diff })),
  );
  return matches.map(({ old: from, next: to, reason }): Version => {
    const before = from === null ? undefined : files[from];
    const queued = from === null ? undefined : old[from];
    const composed = to === null ? undefined : next[to];
    if (composed === undefined) {
      const name = queued?.name ?? ("" as PatchName);
      const lost = before === undefined ? [] : tagsOf(before).map(tagText);
      const patch = {
        name,
        title: before?.title ?? "",
        change: "gone",
        by: null,
        hunks: NO_HUNKS,
        carried: [],
        lost,
      } as const;
      return { name, isNew: false, next: null, patch };
    }
    const name = queued?.name ?? freshName(composed.patch, taken);
    const isSame = before !== undefined && patchId(before.diff) === patchId(composed.diff);
    // Where the change is the same, the queue's own form of it stays: it may have been refreshed.
    const made = newPatch(taking, composed.patch, name, isSame ? before.diff : undefined);
    if (before === undefined) {
      const patch = {
        name,
        title: made.title,
        change: "new",
        by: null,
        hunks: NO_HUNKS,
        carried: [],
        lost: [],
      } as const;
      return { name, isNew: true, next: made, patch };
    }
    const { bytes, carried, lost } = withTags(tree, before, made, isSame);
    const { kind, hunks } = comparePatches(before, parsePatchFile(bytes));
    const patch = { name, title: made.title, change: kind, by: reason, hunks, carried, lost };
    return { name, isNew: false, next: { ...made, bytes }, patch };
  });
}

const NO_HUNKS: Bytes = new Uint8Array();

function stemOf(name: PatchName): string {
  return showName(name).replace(/\.(?:patch|diff)$/, "");
}

/** Tags of persons, but for sign-offs: what somebody else gave and must not be lost unseen. */
function tagsOf(file: PatchFile): PatchFile["trailers"] {
  return file.trailers.filter(({ key }) => /-by$/i.test(key) && !/^(?:signed-off|co-developed)-by$/i.test(key));
}

/** The tags of the queued patch that the next one lacks go with it when the change is the same, and are lost otherwise. */
function withTags(
  tree: Tree,
  before: PatchFile,
  made: NewPatch,
  isSame: boolean,
): { readonly bytes: Bytes; readonly carried: readonly string[]; readonly lost: readonly string[] } {
  const file = parsePatchFile(made.bytes);
  const has = new Set(file.trailers.map(tagIdentity));
  const missing = tagsOf(before).filter((tag) => !has.has(tagIdentity(tag)));
  if (missing.length === 0 || !isSame) return { bytes: made.bytes, carried: [], lost: missing.map(tagText) };
  const { trailers, link, signOff } = tree.config.patches;
  const written = retagPatch(file, missing, { trailers, link, signOff: signOff ? tree.config.maintainer : null });
  if (written.kind !== "retagged") return { bytes: made.bytes, carried: [], lost: missing.map(tagText) };
  return { bytes: written.bytes, carried: written.added.map(tagText), lost: [] };
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
