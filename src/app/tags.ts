// `tags`: what replies said about patches that are queued already, and taking the tags that came since.
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, byteString } from "#model/bytes";
import { isTaken } from "#model/answers";
import type { LedgerEvent, PatchState } from "#model/ledger";
import { patchStates, unknownPatch } from "#model/ledger";
import { makeTrailer } from "#model/mail";
import type { Trailer } from "#model/mail";
import type { CollectedTrailer, PatchTags, TagRules } from "#model/postings";
import { carryTags, printRevision, tagIdentity, tagRules } from "#model/postings";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, patchesOf, retagPatch, showName, standingTags } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readLedger, readPatchBytes, readQueue } from "#io/store";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { findPatch } from "./look.ts";
import { findMails } from "./find-mail.ts";
import type { FoundPosting, Postings } from "./postings.ts";
import { treeChanged } from "./refresh.ts";
import { tagRecord, tagText } from "./tag-records.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface TagsRequest {
  /** Empty for every patch that came by mail. */
  readonly patches: readonly string[];
  /** Archives that hold the postings and their replies. */
  readonly from: readonly string[];
  /** Write the new tags into the patch files. */
  readonly take: boolean;
  readonly dryRun: boolean;
}

/** A collected tag and what became of it in the patch file. */
export interface ReportedTag extends CollectedTrailer {
  /**
   * `there`: in the patch file; `new`: given and not yet taken; `removed`: it was taken, and a person took it out of the file since.
   */
  readonly state: "there" | "new" | "removed";
}

/** A tag that is not taken. One that is in the patch file all the same was taken back after it had been taken. */
export interface RefusedTag extends CollectedTrailer {
  readonly isThere: boolean;
}

/** The tags of one patch of the queue. */
export interface TagsReport {
  readonly name: PatchName;
  /** Where it came from: `v5`, `2/9` and its mail; null when it did not come by mail. */
  readonly origin: { readonly revision: string; readonly part: string; readonly messageId: string } | null;
  /** Null when the archives do not hold its mail. */
  readonly tags:
    | (Omit<PatchTags, "taken" | "refused"> & {
        readonly taken: readonly ReportedTag[];
        readonly refused: readonly RefusedTag[];
      })
    | null;
  /** The newest revision, when it is another one than that which is queued: `v6` and its Message-ID. */
  readonly newer: { readonly revision: string; readonly messageId: string } | null;
  /** What taking the new tags replaces. */
  readonly replaced: readonly Trailer[];
  /** Why the new tags cannot be written; null when they can. */
  readonly refused: string | null;
}

export interface TagsPlan {
  readonly patches: readonly TagsReport[];
  /** Null when there is nothing to take, or when that was not asked for. */
  readonly change: TreeChange | null;
}

/** Reports the tags of queued patches and takes the new ones if asked to, in one operation. */
export async function tags(world: World, request: TagsRequest): Promise<Changed<TagsPlan>> {
  return withTree(world, async (tree) => {
    const postings = await postingsFor(world, tree, request);
    const plan = planTags(tree, request, postings);
    if (request.dryRun || plan.change === null) return { plan, done: null };
    return await changeTree(world, tree, "tags", false, () => {
      const { patches, change } = planTags(tree, request, postings);
      if (change === null) throw treeChanged("tags");
      return { patches, change };
    });
  });
}

/**
 * Tags that replies gave to these patches of the queue and that are not in their files, by patch, as far as the tree's mail index
 * knows them; null when the tree has no archives to know them from.
 */
export async function untakenTags(
  world: World,
  tree: Tree,
  queued: readonly QueuedPatch[],
): Promise<ReadonlyMap<PatchName, readonly string[]> | null> {
  if (tree.config.mail.archives.length === 0) return null;
  if (queued.length === 0) return new Map();
  const request = { patches: queued.map(({ name }) => showName(name)), from: [], take: false, dryRun: true };
  const { patches } = planTags(tree, request, await postingsFor(world, tree, request));
  return new Map(
    patches.map(({ name, tags: known }) => [
      name,
      (known?.taken ?? []).filter(({ state }) => state === "new").map(({ trailer }) => tagText(trailer)),
    ]),
  );
}

async function postingsFor(world: World, tree: Tree, request: TagsRequest): Promise<Postings> {
  const states = patchStates(readLedger(tree));
  const ids = wantedPatches(tree, request.patches).flatMap(
    ({ name }) => originOf(states.get(showName(name)))?.messageId ?? [],
  );
  const found = await findMails(world, tree, request.from, ids);
  for (const problem of found.problems) world.tell(problem);
  return found;
}

/** The named patches, or all that came by mail. */
function wantedPatches(tree: Tree, typed: readonly string[]): readonly QueuedPatch[] {
  const patches = patchesOf(readQueue(tree).queue);
  const states = patchStates(readLedger(tree));
  const named = [...new Set(typed.map((name) => findPatch(patches, name)))];
  return named.length > 0 ? named : patches.filter(({ name }) => originOf(states.get(showName(name))) !== null);
}

function planTags(tree: Tree, request: TagsRequest, postings: Postings): TagsPlan {
  const states = patchStates(readLedger(tree));
  const wanted = wantedPatches(tree, request.patches);
  const rules = tagRules(tree.config.mail.tags);
  const files = new Map<Path, Bytes>();
  const tagged: (LedgerEvent & { kind: "tagged" })["tags"][] = [];
  const changes: Pick<LedgerEvent & { kind: "tagged" }, "kind" | "patch" | "tags" | "replaced">[] = [];
  const reports = wanted.map((queued) => {
    const file = parsePatchFile(readPatchBytes(tree, queued.name));
    const report = reportOf(tree, queued, file, states.get(showName(queued.name)) ?? unknownPatch, postings, rules);
    const fresh = (report.tags?.taken ?? []).filter(({ state }) => state === "new");
    if (fresh.length === 0) return report;
    const given = fresh.map(({ trailer }) => trailer);
    const { trailers, link, signOff } = tree.config.patches;
    const written = retagPatch(file, given, { trailers, link, signOff: signOff ? tree.config.maintainer : null });
    if (written.kind === "refused") return { ...report, refused: written.reason };
    if (written.kind === "unchanged") return report;
    files.set(patchPath(queued.name), written.bytes);
    const records = fresh.map(tagRecord);
    tagged.push(records);
    const replaced = written.replaced.map(tagText);
    changes.push({ kind: "tagged", patch: showName(queued.name), tags: records, replaced });
    return { ...report, replaced: written.replaced };
  });
  if (!request.take || changes.length === 0) return { patches: reports, change: null };
  const count = tagged.flat().length;
  const what = changes.length === 1 ? (changes[0]?.patch ?? "") : `${changes.length} patches`;
  const summary = `queue: take ${count === 1 ? "1 tag" : `${count} tags`} into ${what}`;
  return { patches: reports, change: { summary, files, events: changes, notices: [] } };
}

function reportOf(
  tree: Tree,
  { name }: QueuedPatch,
  file: PatchFile,
  state: PatchState,
  postings: Postings,
  rules: TagRules,
): TagsReport {
  const origin = originOf(state);
  const nothing = { name, origin, tags: null, newer: null, replaced: [], refused: null };
  if (origin === null) return nothing;
  const found = postingWith(postings, origin.messageId);
  if (found === null) return nothing;
  const { posting, chain, slot } = found;
  const newest = chain.postings.at(-1) ?? posting;
  const newer = newest === posting ? null : { revision: printRevision(newest.revision), messageId: newest.id ?? "" };
  const collected = carryTags(chain.postings, posting, rules).slots[slot];
  if (collected === undefined) return { ...nothing, newer };
  const there = new Set(file.trailers.map(tagIdentity));
  const standing = new Set(
    standingTags(
      tree.config.patches.trailers,
      collected.taken.map(({ trailer }) => trailer),
    ),
  );
  const once = takenBefore(state);
  const taken = collected.taken.flatMap((tag): ReportedTag[] => {
    const identity = tagIdentity(tag.trailer);
    if (there.has(identity)) return [{ ...tag, state: "there" }];
    if (!standing.has(tag.trailer)) return [];
    const before = once.get(identity);
    // Given again after it was taken out, it is offered again.
    const isAgain =
      before !== undefined &&
      tag.evidence.some(({ time, messageId }) => messageId !== before.messageId && time !== null && time > before.at);
    return [{ ...tag, state: before === undefined || isAgain ? "new" : "removed" }];
  });
  const isThere = ({ trailer }: CollectedTrailer): boolean => there.has(tagIdentity(trailer));
  // What a person has written into the file needs no telling, but that it was taken back does.
  const refused = collected.refused
    .map((tag): RefusedTag => ({ ...tag, isThere: isThere(tag) }))
    .filter((tag) => !tag.isThere || tag.flags.some(({ kind }) => kind === "withdrawn"));
  const suggestions = collected.suggestions.filter((tag) => !isThere(tag));
  return { ...nothing, newer, tags: { ...collected, taken, refused, suggestions } };
}

/** The posting that has this mail as a patch, and the index of its slot. */
function postingWith(postings: Postings, messageId: string): (FoundPosting & { readonly slot: number }) | null {
  for (const chain of postings.chains) {
    for (const posting of chain.postings) {
      const slot = posting.slots.findIndex((one) => one?.message.messageId === messageId);
      if (slot >= 0) return { posting, chain, slot };
    }
  }
  return null;
}

function originOf(state: PatchState | undefined): TagsReport["origin"] {
  if (state?.origin?.kind !== "mail") return null;
  const { revision, part, messageId } = state.origin;
  // Tags of a cover letter are for its patches.
  if (part.startsWith("0/")) return null;
  return { revision, part, messageId };
}

/** Tags that were written into the patch file since it was queued, by identity: because of which mail, and when, in milliseconds since 1970. */
function takenBefore({ tags: known }: PatchState): Map<string, { readonly messageId: string; readonly at: number }> {
  const taken = known.filter(isTaken);
  return new Map(
    taken.map(({ tag, messageId, at }) => [tagIdentity(trailerOf(tag)), { messageId, at: Date.parse(at) }]),
  );
}

function trailerOf(text: string): Trailer {
  const colon = text.indexOf(": ");
  return makeTrailer(byteString(bytesOf(text.slice(0, colon))), byteString(bytesOf(text.slice(colon + 2))));
}
