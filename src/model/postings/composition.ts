// What should be taken of a posting that did not come in one piece: for each slot which mail, and why in a sentence. A proposal only:
// a person or a setting accepts it (`composedPosting`), and nothing here changes a posting.
import { parseDiff, patchId } from "#model/diff";
import type { MessageId } from "#model/mail";
import { messagesOf } from "./find-older.ts";
import { fixletsOf, type Fixlet } from "./fixlets.ts";
import { printRevision } from "./parse-subject.ts";
import type { PatchMail } from "./patch-mail.ts";
import type { Posting, Reply } from "./posting.ts";
import type { RevisionChain } from "./revision-chains.ts";

/** A proposal for all slots of a posting. */
export interface Composition {
  /** One for each patch of the series; more than the posting has slots where it is a single patch of an older series. */
  readonly slots: readonly SlotChoice[];
  /** Diffs in replies and fixups that belong to slots; they are not part of the slots' patches. */
  readonly fixlets: readonly Fixlet[];
  /**
   * `posted`: every slot has the mail that was posted for it. `certain`: other mails fill slots, and their senders say so.
   * `ask`: a person must decide. `incomplete`: nothing is known for a slot.
   */
  readonly verdict: "posted" | "certain" | "ask" | "incomplete";
}

/** The mail proposed for one slot. */
export interface SlotChoice {
  readonly patch: PatchMail | null;
  /** The posting that the mail came with. */
  readonly from: Posting;
  /**
   * `posted`: as it came. `replacement`: a mail whose subject says so. `second-try`: a later mail with its number.
   * `older-revision`: this revision leaves it out. `renumbered`: a mail with another number. `missing`: none.
   */
  readonly how: "posted" | "replacement" | "second-try" | "older-revision" | "renumbered" | "missing";
  /** A sentence without full stop, for people. */
  readonly reason: string;
  /** False when a person must look. */
  readonly certain: boolean;
  /** Other mails for the slot that are not taken, oldest first. */
  readonly others: readonly PatchMail[];
}

/** Proposes what to take. `chain` is the posting's own, from revisionChains. */
export function composition(posting: Posting, chain: RevisionChain): Composition {
  const slots = slotsOf(posting, chain, chain.postings.indexOf(posting));
  const isPosted = slots.every(({ how }) => how === "posted");
  const verdict = slots.some(({ patch }) => patch === null)
    ? "incomplete"
    : slots.some(({ certain }) => !certain)
      ? "ask"
      : isPosted
        ? "posted"
        : "certain";
  return { slots, fixlets: fixletsOf(posting, slots), verdict };
}

/**
 * The posting as if it had been sent in that composition: same identity, other slots, no extras; replies to the mails that are taken from
 * an older revision come with them. The law: composing it again gives `posted`.
 */
export function composedPosting(posting: Posting, { slots }: Composition): Posting {
  const replies: Reply[] = [];
  const places = new Map(slots.map(({ patch }, index) => [patch?.message, index]));
  for (const reply of posting.replies) {
    const place = places.get(reply.target);
    // A reply to a mail that was not taken counts for what was taken in its place, as evidence rule "extra" or "patch".
    if (place !== undefined || reply.to === "cover" || slots.length === posting.slots.length)
      replies.push({ ...reply, to: place ?? reply.to });
  }
  for (const [index, { patch, from }] of slots.entries()) {
    if (from === posting || patch === null) continue;
    replies.push(
      ...from.replies.filter(({ target }) => target === patch.message).map((one) => ({ ...one, to: index })),
    );
  }
  const seen = slots.filter(({ patch }) => patch !== null).length;
  return {
    ...posting,
    total: slots.length,
    slots: slots.map(({ patch }) => patch),
    extras: [],
    replies,
    seen,
    complete: seen === slots.length,
  };
}

// `place` is the posting's place in its chain. What it leaves out is looked for in what the chain's earlier ones add up to.
function slotsOf(posting: Posting, chain: RevisionChain, place: number): SlotChoice[] {
  const own = renumbered(
    posting,
    posting.slots.map((_, index) => ownChoice(posting, index)),
  );
  const isBare = posting.total === 1 && posting.cover === null && posting.slots[0]?.subject.counter === null;
  if (!isBare && (posting.cover !== null || own.every(({ patch }) => patch !== null))) return own;
  const olderPlace = chain.postings
    .slice(0, Math.max(place, 0))
    .findLastIndex((one) => one.total > 1 && (isBare || one.total === posting.total));
  const older = chain.postings[olderPlace];
  if (older === undefined) return own;
  const filled = slotsOf(older, chain, olderPlace);
  if (isBare) {
    const single = singleOf(posting, older, filled);
    if (single === null) return own;
    return filled.map((old, index) => (index === single.index ? single.choice : leftOut(old, posting, false)));
  }
  const fit = rerollFit(older, own, filled);
  if (fit === "none") return own;
  return own.map((choice, index) => {
    const old = filled[index];
    return choice.patch !== null || old === undefined || old.patch === null
      ? choice
      : leftOut(old, posting, fit === "certain");
  });
}

function ownChoice(posting: Posting, index: number): SlotChoice {
  const first = posting.slots[index] ?? null;
  const extras = posting.extras.filter((extra) => extra.index === index && extra.kind !== "fixup");
  const all = [...(first === null ? [] : [first]), ...extras.map(({ patch }) => patch)];
  const choose = (patch: PatchMail | null, how: SlotChoice["how"], reason: string, certain: boolean): SlotChoice => ({
    patch,
    from: posting,
    how,
    reason,
    certain,
    others: all.filter((other) => other !== patch),
  });
  const revision = printRevision(posting.revision);
  const number = `patch ${index + 1} of ${revision}`;
  const replacement = newest(extras.filter(({ kind }) => kind === "replacement").map(({ patch }) => patch));
  if (replacement !== null && !isSame(replacement, first)) {
    const { subject } = replacement;
    const words =
      subject.revision.minor !== null
        ? printRevision(subject.revision)
        : subject.resend
          ? "sent again"
          : "a replacement";
    return choose(replacement, "replacement", `${number} was replaced by its sender: the subject says ${words}`, true);
  }
  const changed = newest(extras.filter(({ patch }) => !isSame(patch, first)).map(({ patch }) => patch));
  if (changed !== null && first !== null) {
    return choose(
      changed,
      "second-try",
      `${number} was sent ${all.length} times with different content, without a word about it: the last one`,
      false,
    );
  }
  if (first === null) return choose(null, "missing", `${number} was not seen on this list`, false);
  return choose(first, "posted", `${number} as it was posted`, true);
}

// As many different patches bear a number twice as slots are empty: numbers were mistyped.
function renumbered(posting: Posting, slots: SlotChoice[]): SlotChoice[] {
  const empty = slots.flatMap(({ patch }, index) => (patch === null ? [index] : []));
  const spare = posting.extras
    .filter(({ kind, patch, index }) => kind === "duplicate" && !sameTitle(patch, posting.slots[index] ?? null))
    .map(({ patch }) => patch);
  if (empty.length === 0 || empty.length !== spare.length) return slots;
  return slots.map((choice, index) => {
    const patch = spare[empty.indexOf(index)];
    if (choice.patch === null && patch !== undefined) {
      const number = patch.subject.counter ?? 1;
      const reason = `no mail has the number ${index + 1}, and two different ones have ${number}: the later one`;
      return { ...choice, patch, how: "renumbered", reason, certain: false, others: [] };
    }
    const isSpare = choice.others.concat(choice.patch ?? []).some((other) => spare.includes(other));
    const first = posting.slots[index] ?? null;
    if (!isSpare || first === null) return choice;
    const reason = `patch ${index + 1} of ${printRevision(posting.revision)} as it was posted first`;
    return { ...choice, patch: first, how: "posted", reason, certain: false, others: [] };
  });
}

// Whether the patches of an incomplete revision are a selection of the older one: `certain` when each answers its own old patch,
// `likely` when each answers some mail of it and has the title of its old patch. Anything else lost a mail on its way.
function rerollFit(
  older: Posting,
  own: readonly SlotChoice[],
  filled: readonly SlotChoice[],
): "certain" | "likely" | "none" {
  const present = own.flatMap(({ patch }, index) =>
    patch === null ? [] : [{ patch, old: filled[index]?.patch ?? null }],
  );
  if (present.length === 0) return "none";
  if (present.every(({ patch, old }) => old !== null && answers(patch, old))) return "certain";
  const ids = new Set(messagesOf(older).map(({ messageId }) => messageId));
  const isBelow = ({ message }: PatchMail): boolean => message.inReplyTo !== null && ids.has(message.inReplyTo);
  return present.every(({ patch, old }) => sameTitle(patch, old) && isBelow(patch)) ? "likely" : "none";
}

function leftOut(old: SlotChoice, posting: Posting, certain: boolean): SlotChoice {
  if (old.patch === null) return old;
  const [revision, before] = [printRevision(posting.revision), printRevision(old.from.revision)];
  const how = certain
    ? `each patch of ${revision} answers the one that it replaces`
    : `${revision} looks like a selection`;
  const reason = `${revision} leaves it out, ${before} stands: ${how}`;
  return { ...old, how: "older-revision", reason, certain: certain && old.certain };
}

// A bare `[PATCH v2]` in answer to a patch of a longer series, with its title: that patch alone was sent anew.
function singleOf(
  posting: Posting,
  older: Posting,
  filled: readonly SlotChoice[],
): { readonly index: number; readonly choice: SlotChoice } | null {
  const [patch = null] = posting.slots;
  if (patch === null) return null;
  const index = filled.findIndex(
    (old) => old.patch !== null && answers(patch, old.patch) && sameTitle(patch, old.patch),
  );
  const old = filled[index];
  if (old === undefined) return null;
  const reason = `${printRevision(posting.revision)} is a single patch in answer to patch ${index + 1} of ${printRevision(older.revision)}, with its title`;
  return { index, choice: { ...old, patch, from: posting, how: "replacement", reason, certain: false, others: [] } };
}

function answers({ message }: PatchMail, old: PatchMail): boolean {
  const wanted: MessageId | null = old.message.messageId;
  return wanted !== null && (message.inReplyTo === wanted || message.references.includes(wanted));
}

function sameTitle(one: PatchMail, other: PatchMail | null): boolean {
  return other !== null && one.title.toLowerCase() === other.title.toLowerCase();
}

function isSame(one: PatchMail, other: PatchMail | null): boolean {
  return other !== null && patchId(parseDiff(one.diff)) === patchId(parseDiff(other.diff));
}

// Of several decimal revisions the highest, else the latest mail; extras come oldest first.
function newest(patches: readonly PatchMail[]): PatchMail | null {
  return patches.reduce<PatchMail | null>(
    (best, patch) => (best === null || minorOf(patch) >= minorOf(best) ? patch : best),
    null,
  );
}

function minorOf(patch: PatchMail): number {
  return patch.subject.revision.minor ?? -1;
}
