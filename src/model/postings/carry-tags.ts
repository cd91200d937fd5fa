// Tags given to earlier revisions: those of a patch whose change is the same go with it, all others are listed with the reason.
// Which posting is a revision of which is decided by revision-chains.ts.
import { parseDiff, patchId } from "#model/diff";
import type { Trailer } from "#model/mail";
import { parseAddresses, sameAddress } from "#model/mail";
import { changedLines, share } from "./changed-lines.ts";
import type { CollectedTrailer, SlotTrailers } from "./collect-trailers.ts";
import { collectTrailers } from "./collect-trailers.ts";
import { printRevision } from "./parse-subject.ts";
import type { PatchMail } from "./patch-mail.ts";
import type { Posting } from "./posting.ts";
import { tagIdentity, withoutNotes } from "./same-tag.ts";
import { flagTags } from "./tag-flags.ts";
import { DEFAULT_RULES, type TagRules } from "./tag-rules.ts";
import { titleWords, wordOverlap } from "./title-words.ts";

/** A tag that an earlier revision had and this one lacks. */
export interface LostTag {
  readonly trailer: Trailer;
  /** `v5`. */
  readonly revision: string;
  /** The patch it was given to, by title. */
  readonly title: string;
  /** The mail that gave it; null when it stood in the patch itself. */
  readonly messageId: string | null;
  /**
   * `changed`: the change is another one now; `split`: several patches have it now; `gone`: no patch has it; `left-out`: the change
   * is the same, and the author's own block had the tag and has it no more.
   */
  readonly reason: "changed" | "split" | "gone" | "left-out";
}

/** All that is known of the tags of one patch. */
export interface PatchTags extends SlotTrailers {
  /** Tags of the patches that this one replaces; those of patches that are gone are in {@link ChainTags}. */
  readonly lost: readonly LostTag[];
}

/** The tags of a posting, those of its earlier revisions among them. */
export interface ChainTags {
  /** One entry for each slot, in order. */
  readonly slots: readonly PatchTags[];
  /** Tags of patches that no patch of this posting replaces. */
  readonly gone: readonly LostTag[];
}

/**
 * Tags for `posting`, one of `postings` (revisions of a series, oldest first): its own, and those that replies gave to the same change,
 * by `git patch-id --stable`, in an earlier revision, whenever they came. Law: the taken tags do not depend on the order of mails.
 */
export function carryTags(
  postings: readonly Posting[],
  posting: Posting = newest(postings),
  rules: TagRules = DEFAULT_RULES,
): ChainTags {
  const slots: PatchTags[] = collectedFor(posting, rules).map((slot) => ({ ...slot, lost: [] }));
  const gone: LostTag[] = [];
  const targets = posting.slots.map((slot) => (slot === null ? null : targetOf(slot)));
  for (const earlier of postings.slice(0, postings.indexOf(posting))) {
    const collected = collectedFor(earlier, rules);
    for (const [index, mail] of earlier.slots.entries()) {
      const tags = collected[index];
      if (mail === null || tags === undefined) continue;
      const source = { mail, revision: printRevision(earlier.revision), tags };
      const own = tagsInside(mail);
      if (tags.taken.length + own.length + tags.objections.length === 0) continue;
      const id = idOf(mail);
      const same = targets.flatMap((target, slot) =>
        target !== null && target.id === id && id !== null ? [slot] : [],
      );
      for (const slot of same) carryInto(slots, slot, posting.slots[slot] ?? null, source, own, rules);
      if (same.length > 0) continue;
      const { reason, places } = whereTo(mail, targets);
      for (const lost of lostTags(source, own, reason)) {
        const kept = places.some((slot) => has(posting.slots[slot] ?? null, slots[slot], lost.trailer));
        if (kept) continue;
        const [first] = places;
        if (first === undefined) addLost(gone, lost);
        else slots[first] = withLost(slots[first], lost);
      }
    }
  }
  return { slots: slots.map((slot, index) => withoutKnown(posting.slots[index] ?? null, slot)), gone };
}

const COLLECTED = new WeakMap<TagRules, WeakMap<Posting, readonly SlotTrailers[]>>();

/** Each revision is asked for again by all that follow it. */
function collectedFor(posting: Posting, rules: TagRules): readonly SlotTrailers[] {
  const known = COLLECTED.get(rules) ?? new WeakMap<Posting, readonly SlotTrailers[]>();
  COLLECTED.set(rules, known);
  const before = known.get(posting) ?? collectTrailers(posting, rules);
  known.set(posting, before);
  return before;
}

function newest(postings: readonly Posting[]): Posting {
  const last = postings.at(-1);
  if (last === undefined) throw new Error("a chain has no posting");
  return last;
}

interface Source {
  readonly mail: PatchMail;
  readonly revision: string;
  readonly tags: SlotTrailers;
}

interface Target {
  readonly id: string | null;
  readonly mail: PatchMail;
}

function targetOf(mail: PatchMail): Target {
  return { mail, id: idOf(mail) };
}

const IDS = new WeakMap<PatchMail, string | null>();

/** Null for a mail whose diff cannot be read: it is like no other. */
function idOf(mail: PatchMail): string | null {
  const known = IDS.get(mail);
  if (known !== undefined) return known;
  const diff = parseDiff(mail.diff);
  const id = diff.files.length === 0 ? null : patchId(diff);
  IDS.set(mail, id);
  return id;
}

function carryInto(
  slots: PatchTags[],
  index: number,
  mail: PatchMail | null,
  { mail: from, revision, tags }: Source,
  own: readonly Trailer[],
  rules: TagRules,
): void {
  const slot = slots[index];
  if (slot === undefined) return;
  const missing = (list: readonly CollectedTrailer[]): CollectedTrailer[] =>
    list.filter(({ trailer }) => !has(mail, slot, trailer)).map((tag) => carried(tag, revision));
  const objections = [...tags.objections, ...slot.objections];
  // What was taken back later, in this revision's thread, was taken back for all of them.
  const withdrawals = slot.objections.filter(({ kind }) => kind === "withdrawal");
  const judged = flagTags({ ...slot, taken: missing(tags.taken), refused: [], objections: withdrawals }, rules);
  const taken = judged.taken.map((tag) => withFlagsOf(tag, tags.taken));
  const refused = tags.refused.filter(({ flags }) => flags.length > 0).map((tag) => carried(tag, revision));
  const next = {
    ...slot,
    taken: [...taken, ...slot.taken],
    refused: [...refused, ...judged.refused, ...slot.refused],
    objections: objections.filter((one, at) => objections.indexOf(one) === at),
  };
  slots[index] = own
    .filter((trailer) => !has(mail, next, trailer))
    .reduce<PatchTags>(
      (all, trailer) => withLost(all, { trailer, revision, title: from.title, messageId: null, reason: "left-out" }),
      next,
    );
}

function carried(tag: CollectedTrailer, revision: string): CollectedTrailer {
  return {
    ...tag,
    evidence: tag.evidence.map((each) => ({ ...each, rule: "carried", revision: each.revision ?? revision })),
  };
}

function withFlagsOf(tag: CollectedTrailer, before: readonly CollectedTrailer[]): CollectedTrailer {
  const known = before.find(({ trailer }) => trailer === tag.trailer)?.flags ?? [];
  return {
    ...tag,
    flags: [...known, ...tag.flags.filter((flag) => !known.some((one) => one.messageId === flag.messageId))],
  };
}

function has(mail: PatchMail | null, slot: SlotTrailers | undefined, trailer: Trailer): boolean {
  const identity = tagIdentity(trailer);
  const taken = (slot?.taken ?? []).map((tag) => tag.trailer);
  return [...(mail?.trailers ?? []), ...taken].some((other) => tagIdentity(other) === identity);
}

/** Tags that persons other than the author gave, as the author's block tells them. */
function tagsInside(mail: PatchMail): Trailer[] {
  return mail.trailers.filter(({ key, value }) => {
    if (!/^(?:reviewed|acked|tested)-by$|-and-.*-by$/i.test(key)) return false;
    const person = parseAddresses(withoutNotes(value))[0];
    return person !== undefined && !(mail.author !== null && sameAddress(person.address, mail.author.address));
  });
}

function lostTags({ mail, revision, tags }: Source, own: readonly Trailer[], reason: LostTag["reason"]): LostTag[] {
  const common = { revision, title: mail.title, reason };
  return [
    ...own.map((trailer) => ({ trailer, messageId: null, ...common })),
    ...tags.taken.map(({ trailer, evidence }) => ({ trailer, messageId: evidence[0]?.messageId ?? null, ...common })),
  ];
}

/** A tag that was lost in several revisions is told once, by the last. */
function addLost(list: LostTag[], lost: LostTag): void {
  const at = list.findIndex(
    ({ trailer, title }) => title === lost.title && tagIdentity(trailer) === tagIdentity(lost.trailer),
  );
  if (at >= 0) list.splice(at, 1);
  list.push(lost);
}

function withLost(slot: PatchTags | undefined, lost: LostTag): PatchTags {
  const list = [...(slot?.lost ?? [])];
  addLost(list, lost);
  return { taken: [], suggestions: [], refused: [], objections: [], ...slot, lost: list };
}

/** What a later revision brought back is not lost. */
function withoutKnown(mail: PatchMail | null, slot: PatchTags): PatchTags {
  return { ...slot, lost: slot.lost.filter(({ trailer }) => !has(mail, slot, trailer)) };
}

/** Share of an old patch's lines that must be found again for it to be split, and that one of the new patches must hold of them. */
const SPLIT_TOTAL = 0.7;
const SPLIT_PART = 0.15;
/** Share of common words from which two titles are one. */
const SIMILAR = 0.6;

function whereTo(
  mail: PatchMail,
  targets: readonly (Target | null)[],
): { readonly reason: LostTag["reason"]; readonly places: readonly number[] } {
  const lines = changedLines(mail);
  const shares = targets.map((target) => (target === null ? 0 : share(lines, changedLines(target.mail))));
  const parts = shares.flatMap((part, index) => (part >= SPLIT_PART ? [index] : []));
  const total = parts.reduce((sum, index) => sum + (shares[index] ?? 0), 0);
  if (parts.length > 1 && total >= SPLIT_TOTAL && Math.max(...shares) < SPLIT_TOTAL)
    return { reason: "split", places: parts };
  const title = mail.title.toLowerCase();
  const named = targets.findIndex((target) => target?.mail.title.toLowerCase() === title);
  if (named >= 0) return { reason: "changed", places: [named] };
  const best = shares.indexOf(Math.max(0, ...shares));
  if ((shares[best] ?? 0) >= SPLIT_TOTAL) return { reason: "changed", places: [best] };
  const words = titleWords(mail.title);
  const overlaps = targets.map((target) => (target === null ? 0 : wordOverlap(words, titleWords(target.mail.title))));
  const nearest = overlaps.indexOf(Math.max(0, ...overlaps));
  if ((overlaps[nearest] ?? 0) >= SIMILAR) return { reason: "changed", places: [nearest] };
  return { reason: "gone", places: [] };
}
