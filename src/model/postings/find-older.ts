// Looks for the posting that a newer one replaces, among those seen so far, and collects every reason that speaks for it.
import { byteString } from "#model/bytes";
import { parseDiff, patchId } from "#model/diff";
import type { Message, MessageId } from "#model/mail";
import { parseMessageId, patchText } from "#model/mail";
import { messageIdInPath } from "./base-info.ts";
import type { PatchMail } from "./patch-mail.ts";
import type { Posting } from "./posting.ts";
import type { RevisionLink } from "./revision-chains.ts";
import { titleWords, wordOverlap } from "./title-words.ts";

/**
 * Why two postings are believed to be revisions of one series: a person said so; one `change-id:`; a `Supersedes:` line; an answer to
 * the older one; its address or Message-ID in the text; a similar title; more than half of the patch titles, or of the patch-ids, in common.
 */
export type LinkReason =
  "manual" | "change-id" | "supersedes" | "in-reply-to" | "archive-link" | "subject" | "shared-titles" | "patch-ids";

/** Postings of one sender that a new one is compared with by subject. */
export const MAX_COMPARED = 300;
/** The newest of them that are compared by patch-id. */
export const MAX_COMPARED_BY_ID = 20;
/** A series that was silent for longer than this, in milliseconds, is not found by subject alone: b4 stops there too. */
export const SUBJECT_WINDOW = 366 * 24 * 3600_000;
/** Share of common words from which two titles count as similar. */
const SIMILAR = 0.6;
/** Share of common patch titles above which two postings count as similar. */
const SHARED = 0.5;

/** Postings that are older than those to come. */
export interface OlderPostings {
  readonly byChangeId: ReadonlyMap<string, Posting>;
  readonly byMessage: ReadonlyMap<MessageId, Posting>;
  readonly bySender: ReadonlyMap<string, readonly Posting[]>;
  add(posting: Posting): void;
}

/** An empty index. */
export function indexPostings(): OlderPostings {
  const byChangeId = new Map<string, Posting>();
  const byMessage = new Map<MessageId, Posting>();
  const bySender = new Map<string, Posting[]>();
  return {
    byChangeId,
    byMessage,
    bySender,
    add(posting) {
      if (posting.base.changeId !== null) byChangeId.set(posting.base.changeId, posting);
      for (const { messageId } of messagesOf(posting)) if (messageId !== null) byMessage.set(messageId, posting);
      // An answer to a reply of the older revision is a sign too: "here is v2 as you asked".
      for (const { message } of posting.replies) {
        if (message.messageId !== null && !byMessage.has(message.messageId)) byMessage.set(message.messageId, posting);
      }
      const sender = senderOf(posting);
      const known = bySender.get(sender);
      if (known === undefined) bySender.set(sender, [posting]);
      else known.push(posting);
    },
  };
}

/** The newest older posting that the best reasons point to, of those that `may` be it; null when nothing points anywhere. */
export function findOlder(
  posting: Posting,
  seen: OlderPostings,
  may: (older: Posting) => boolean,
): RevisionLink | null {
  const reasons = new Map<Posting, LinkReason[]>();
  const note = (older: Posting | undefined, reason: LinkReason): void => {
    if (older === undefined || older === posting || !may(older)) return;
    const known = reasons.get(older) ?? [];
    if (!known.includes(reason)) known.push(reason);
    reasons.set(older, known);
  };
  const noteTitles = (older: Posting): void => {
    if (similarTitles(posting, older)) note(older, "subject");
    if (sharedTitles(posting, older)) note(older, "shared-titles");
  };
  if (posting.base.changeId !== null) note(seen.byChangeId.get(posting.base.changeId), "change-id");
  const { linked, superseded } = idsInText(posting);
  for (const id of superseded) note(seen.byMessage.get(id), "supersedes");
  for (const older of answered(posting, seen)) note(older, "in-reply-to");
  for (const id of linked) {
    const older = seen.byMessage.get(id);
    if (older !== undefined && related(posting, older)) note(older, "archive-link");
  }
  const earlier = (seen.bySender.get(senderOf(posting)) ?? [])
    .slice(-MAX_COMPARED)
    .filter((older) => timeOf(posting) - timeOf(older) <= SUBJECT_WINDOW && mayFollow(posting, older));
  for (const older of earlier) noteTitles(older);
  for (const older of reasons.keys()) noteTitles(older);
  const best = bestOf(posting, reasons);
  if (best !== null && best.confidence !== "guess") return best;
  // Ids are costly, and only asked for where the rest leaves doubt.
  for (const older of earlier.slice(-MAX_COMPARED_BY_ID)) if (sharedPatchIds(posting, older)) note(older, "patch-ids");
  return bestOf(posting, reasons);
}

// The revision directly before this one is the newest candidate of the best grade; an older one is reached through it.
function bestOf(posting: Posting, reasons: ReadonlyMap<Posting, readonly LinkReason[]>): RevisionLink | null {
  let best: RevisionLink | null = null;
  for (const [older, list] of reasons) {
    const sorted = list.toSorted((a, b) => STRENGTH.indexOf(a) - STRENGTH.indexOf(b));
    const link: RevisionLink = { newer: posting, older, reasons: sorted, confidence: confidenceOf(sorted) };
    if (best === null || isBetter(link, best)) best = link;
  }
  return best;
}

const STRENGTH: readonly LinkReason[] = [
  "manual",
  "change-id",
  "supersedes",
  "in-reply-to",
  "archive-link",
  "subject",
  "shared-titles",
  "patch-ids",
];

function confidenceOf(reasons: readonly LinkReason[]): RevisionLink["confidence"] {
  if (reasons.includes("change-id") || reasons.includes("supersedes")) return "certain";
  const shown = reasons.includes("in-reply-to") || reasons.includes("archive-link");
  return shown || reasons.length > 1 ? "likely" : "guess";
}

const GRADES: readonly RevisionLink["confidence"][] = ["guess", "likely", "certain"];

function isBetter(link: RevisionLink, best: RevisionLink): boolean {
  const [a, b] = [GRADES.indexOf(link.confidence), GRADES.indexOf(best.confidence)];
  return a === b ? timeOf(link.older) >= timeOf(best.older) : a > b;
}

// Postings that the root or a patch answers.
function answered(posting: Posting, seen: OlderPostings): Posting[] {
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
  return wordOverlap(wordsOf(a), wordsOf(b)) >= SIMILAR;
}

// A posting is compared with hundreds of others.
const WORDS = new WeakMap<Posting, ReadonlySet<string>>();
const TITLES = new WeakMap<Posting, readonly string[]>();

function wordsOf(posting: Posting): ReadonlySet<string> {
  const words = WORDS.get(posting) ?? titleWords(posting.subject);
  WORDS.set(posting, words);
  return words;
}

// Measured on the longer one: a patch split off from a series is a series of its own.
function sharedTitles(a: Posting, b: Posting): boolean {
  return share(patchTitles(a), patchTitles(b)) > SHARED;
}

function sharedPatchIds(a: Posting, b: Posting): boolean {
  return share(patchIds(a), patchIds(b)) > SHARED;
}

function share(some: readonly string[], others: readonly string[]): number {
  const known = new Set(some);
  const common = others.filter((one) => known.has(one)).length;
  return common / Math.max(known.size, others.length, 1);
}

function patchTitles(posting: Posting): readonly string[] {
  const titles = TITLES.get(posting) ?? patchesOf(posting).map((patch) => patch.title.toLowerCase());
  TITLES.set(posting, titles);
  return titles;
}

const IDS = new WeakMap<PatchMail, string>();

function patchIds(posting: Posting): string[] {
  return patchesOf(posting).map((patch) => {
    const known = IDS.get(patch) ?? patchId(parseDiff(patch.diff));
    IDS.set(patch, known);
    return known;
  });
}

/** Links of one text that are followed. */
export const MAX_LINKS = 500;
/** Changelogs stand at the top; a diff below that is longer than this, in bytes, holds no links to older revisions. */
const MAX_TEXT = 200_000;

// Message-IDs in the cover and the first patch's changelog: in archive addresses ("https://HOST/LIST/ID/", "https://HOST/r/ID"), in `<>`,
// and in a `Supersedes:` line. What looks like an id and is the address of a person finds no posting.
function idsInText(posting: Posting): {
  readonly linked: readonly MessageId[];
  readonly superseded: readonly MessageId[];
} {
  const [first] = patchesOf(posting);
  const texts = [posting.cover?.message, first?.message].filter((message) => message !== undefined);
  const linked: MessageId[] = [];
  const superseded: MessageId[] = [];
  for (const message of texts) {
    const text = byteString(patchText(message).bytes.subarray(0, MAX_TEXT));
    const lists = text.matchAll(
      /^(supersedes|obsoletes)[ \t]*:|\bhttps?:\/\/([^\s<>")\]]{1,500})|<([^<>\s]{1,500}@[^<>\s]{1,500})>/gim,
    );
    let supersedesAt = -1;
    for (const { 1: word, 2: path, 3: bracketed, index } of lists) {
      if (linked.length >= MAX_LINKS) break;
      if (word !== undefined) {
        supersedesAt = index;
        const bare = /^[^:]*:[ \t]*([^\s<>:]+@[^\s<>]+)[ \t]*$/m.exec(
          text.slice(index, index + 600).split("\n", 1)[0] ?? "",
        )?.[1];
        const id = bare === undefined ? null : parseMessageId(bare);
        if (id !== null) superseded.push(id);
        continue;
      }
      const id = path === undefined ? parseMessageId(`<${bracketed ?? ""}>`) : messageIdInPath(path);
      if (id === null) continue;
      const isSuperseded = supersedesAt >= 0 && !text.slice(supersedesAt, index).includes("\n");
      (isSuperseded ? superseded : linked).push(id);
    }
  }
  return { linked, superseded };
}

/** Cover, patches and extras. */
export function messagesOf(posting: Posting): Message[] {
  const patches = [...patchesOf(posting), ...posting.extras.map(({ patch }) => patch)];
  const cover = posting.cover === null ? [] : [posting.cover.message];
  return [...cover, ...patches.map(({ message }) => message)];
}

function patchesOf(posting: Posting): PatchMail[] {
  return posting.slots.filter((slot) => slot !== null);
}

function senderOf(posting: Posting): string {
  return (posting.sender?.address ?? "").toLowerCase();
}

/** When its root was sent, milliseconds; the largest number when it has no date. */
export function timeOf(posting: Posting): number {
  return posting.date?.time ?? Number.MAX_SAFE_INTEGER;
}
