// Which posting replaces which. Compares postings only; never changes one, and nothing here is certain: each link says why and how sure.
import { byteString } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { parseMessageId, patchText } from "#model/mail";
import type { Posting } from "./posting.ts";
import { titleWords, wordOverlap } from "./title-words.ts";

/** Why two postings are believed to be revisions of one series. */
export type LinkReason = "change-id" | "in-reply-to" | "archive-link" | "subject" | "shared-titles";

/** `newer` replaces `older`. */
export interface RevisionLink {
  readonly newer: Posting;
  readonly older: Posting;
  /** Strongest first. */
  readonly reasons: readonly LinkReason[];
  /** `certain` for a change-id, `likely` when the sender says so by thread or link or two other reasons agree, else `guess`. */
  readonly confidence: "certain" | "likely" | "guess";
}

/** All revisions of one series. */
export interface RevisionChain {
  /** Oldest first. */
  readonly postings: readonly Posting[];
  /** One for each posting but the first. */
  readonly links: readonly RevisionLink[];
}

/** Postings of one sender that a new one is compared with by subject. */
export const MAX_COMPARED = 300;
/** A series that was silent for longer than this, in milliseconds, is not found by subject alone: b4 stops there too. */
export const SUBJECT_WINDOW = 366 * 24 * 3600_000;
/** Share of common words from which two titles count as similar. */
const SIMILAR = 0.6;
/** Share of common patch titles above which two postings count as similar. */
const SHARED = 0.5;

/** Joins postings, given in any order, into chains; a posting without relatives is a chain of one. Oldest chain first. */
export function revisionChains(postings: readonly Posting[]): RevisionChain[] {
  const sorted = postings.toSorted((a, b) => timeOf(a) - timeOf(b) || 0);
  const seen = newIndex();
  const chainOf = new Map<Posting, { postings: Posting[]; links: RevisionLink[] }>();
  const chains: { postings: Posting[]; links: RevisionLink[] }[] = [];
  for (const posting of sorted) {
    const link = findOlder(posting, seen);
    const home = link === null ? undefined : chainOf.get(link.older);
    const chain = home ?? { postings: [], links: [] };
    if (home === undefined) chains.push(chain);
    if (link !== null && home !== undefined) chain.links.push(link);
    chain.postings.push(posting);
    chainOf.set(posting, chain);
    addTo(seen, posting);
  }
  return chains;
}

interface Index {
  readonly byChangeId: Map<string, Posting>;
  readonly byMessage: Map<MessageId, Posting>;
  readonly bySender: Map<string, Posting[]>;
}

function newIndex(): Index {
  return { byChangeId: new Map(), byMessage: new Map(), bySender: new Map() };
}

function addTo(index: Index, posting: Posting): void {
  if (posting.base.changeId !== null) index.byChangeId.set(posting.base.changeId, posting);
  for (const message of messagesOf(posting))
    if (message.messageId !== null) index.byMessage.set(message.messageId, posting);
  // An answer to a reply of the older revision is a sign too: "here is v2 as you asked".
  for (const { message } of posting.replies) {
    if (message.messageId !== null && !index.byMessage.has(message.messageId))
      index.byMessage.set(message.messageId, posting);
  }
  const sender = senderOf(posting);
  const known = index.bySender.get(sender) ?? [];
  known.push(posting);
  index.bySender.set(sender, known);
}

// The newest older posting that anything points to. Collects all reasons for that one.
function findOlder(posting: Posting, seen: Index): RevisionLink | null {
  const reasons = new Map<Posting, LinkReason[]>();
  const note = (older: Posting | undefined, reason: LinkReason): void => {
    if (older === undefined || older === posting) return;
    const known = reasons.get(older) ?? [];
    if (!known.includes(reason)) known.push(reason);
    reasons.set(older, known);
  };
  const noteTitles = (older: Posting): void => {
    if (similarTitles(posting, older)) note(older, "subject");
    if (sharedTitles(posting, older)) note(older, "shared-titles");
  };
  if (posting.base.changeId !== null) note(seen.byChangeId.get(posting.base.changeId), "change-id");
  for (const older of answered(posting, seen)) note(older, "in-reply-to");
  for (const id of linkedIds(posting)) {
    const older = seen.byMessage.get(id);
    if (older !== undefined && related(posting, older)) note(older, "archive-link");
  }
  for (const older of (seen.bySender.get(senderOf(posting)) ?? []).slice(-MAX_COMPARED)) {
    if (!mayFollow(posting, older) || timeOf(posting) - timeOf(older) > SUBJECT_WINDOW) continue;
    noteTitles(older);
  }
  for (const older of reasons.keys()) noteTitles(older);
  // The revision directly before this one is the newest candidate of the best grade; an older one is reached through it.
  let best: RevisionLink | null = null;
  for (const [older, list] of reasons) {
    const link: RevisionLink = { newer: posting, older, reasons: list, confidence: confidenceOf(list) };
    if (best === null || isBetter(link, best)) best = link;
  }
  return best;
}

function confidenceOf(reasons: readonly LinkReason[]): RevisionLink["confidence"] {
  if (reasons.includes("change-id")) return "certain";
  const stated = reasons.includes("in-reply-to") || reasons.includes("archive-link");
  return stated || reasons.length > 1 ? "likely" : "guess";
}

function isBetter(link: RevisionLink, best: RevisionLink): boolean {
  const [a, b] = [GRADES.indexOf(link.confidence), GRADES.indexOf(best.confidence)];
  return a === b ? timeOf(link.older) >= timeOf(best.older) : a > b;
}

const GRADES = ["guess", "likely", "certain"];

// Postings that the root or a patch answers.
function answered(posting: Posting, seen: Index): Posting[] {
  const found: Posting[] = [];
  for (const message of messagesOf(posting)) {
    for (const id of [message.inReplyTo, ...message.references.toReversed()]) {
      const older = id === null ? undefined : seen.byMessage.get(id);
      if (older !== undefined && related(posting, older) && mayFollow(posting, older)) found.push(older);
    }
  }
  return found;
}

// A link or an answer joins two postings only when they have a person or a subject in common: people link to other series as well.
function related(posting: Posting, older: Posting): boolean {
  return (
    similarTitles(posting, older) ||
    sharedTitles(posting, older) ||
    (senderOf(posting) === senderOf(older) && newerThan(posting, older))
  );
}

// Whether the numbers allow that `posting` replaces `older`: a higher revision, an RFC that became a patch, a resend or a repeat.
function mayFollow(posting: Posting, older: Posting): boolean {
  if (newerThan(posting, older) || (older.rfc && !posting.rfc)) return true;
  return sameRevision(posting, older) && older.rfc === posting.rfc && (posting.resend || isRepeat(posting, older));
}

// The same patches for the same project sent again, without a word about it.
function isRepeat(posting: Posting, older: Posting): boolean {
  return (
    posting.subject === older.subject &&
    posting.prefixes.join(" ").toLowerCase() === older.prefixes.join(" ").toLowerCase() &&
    patchTitles(posting).join("\n") === patchTitles(older).join("\n")
  );
}

function newerThan({ revision: a }: Posting, { revision: b }: Posting): boolean {
  return a.major > b.major || (a.major === b.major && (a.minor ?? 0) > (b.minor ?? 0));
}

function sameRevision({ revision: a }: Posting, { revision: b }: Posting): boolean {
  return a.major === b.major && a.minor === b.minor;
}

function similarTitles(a: Posting, b: Posting): boolean {
  return wordOverlap(titleWords(a.subject), titleWords(b.subject)) >= SIMILAR;
}

// Measured on the longer one: a patch split off from a series is a series of its own.
function sharedTitles(a: Posting, b: Posting): boolean {
  const titles = new Set(patchTitles(a));
  const others = patchTitles(b);
  const common = others.filter((title) => titles.has(title)).length;
  return common > SHARED * Math.max(titles.size, others.length);
}

function patchTitles(posting: Posting): string[] {
  return posting.slots.filter((slot) => slot !== null).map((slot) => slot.title.toLowerCase());
}

/** Links of one text that are followed. */
export const MAX_LINKS = 500;

// Message-IDs in archive addresses, "https://HOST/LIST/ID/" and the like, of the cover and the first patch's changelog.
function linkedIds(posting: Posting): MessageId[] {
  const first = posting.slots.find((slot) => slot !== null);
  const texts = [posting.cover?.message, first?.message].filter((message) => message !== undefined);
  const found: MessageId[] = [];
  for (const message of texts) {
    const text = byteString(patchText(message).bytes.subarray(0, MAX_TEXT));
    for (const [, path] of text.matchAll(/\bhttps?:\/\/([^\s<>")\]]{1,500})/g)) {
      if (found.length >= MAX_LINKS) break;
      for (const piece of (path ?? "").split(/[/#?]/).slice(1)) {
        const id = piece.includes("@") || /%40/i.test(piece) ? parseMessageId(unescapeUrl(piece)) : null;
        if (id !== null) found.push(id);
      }
    }
  }
  return found;
}

// Changelogs stand at the top; a diff below that is longer than this holds no links to older revisions.
const MAX_TEXT = 200_000;

function unescapeUrl(text: string): string {
  return text
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[.,;:]+$/, "");
}

function messagesOf(posting: Posting): Message[] {
  const patches = [...posting.slots.filter((slot) => slot !== null), ...posting.extras.map(({ patch }) => patch)];
  const cover = posting.cover === null ? [] : [posting.cover.message];
  return [...cover, ...patches.map(({ message }) => message)];
}

function senderOf(posting: Posting): string {
  return (posting.sender?.address ?? "").toLowerCase();
}

function timeOf(posting: Posting): number {
  return posting.date?.time ?? Number.MAX_SAFE_INTEGER;
}
