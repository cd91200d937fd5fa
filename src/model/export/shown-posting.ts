// A posting with everything that was said about it: for each tag where it stands, which rule found it, and what was thought of it.
// Extends the record of posting-record.ts; docs/formats/postings.md promises the fields.
import { readableBytes, textOf } from "#model/bytes";
import type { ChainTags, CollectedTrailer, LostTag, Objection, Posting, RevisionChain } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";
import type { PatchRecord, PostingRecord } from "./posting-record.ts";
import { postingRecord, trailerTexts } from "./posting-record.ts";

/** Where a tag stands, and what was thought of it. */
export interface EvidenceRecord {
  readonly message: string | null;
  /** Address of the sender of that mail. */
  readonly from: string;
  /** 1-based line in the decoded text of that mail. */
  readonly line: number;
  readonly rule: string;
  /** The earlier revision that it was given to; null for the posting's own. */
  readonly revision: string | null;
  readonly verdict: string;
  readonly reason: string | null;
  /** What transport or typing did to it, a sentence part behind "it". */
  readonly damage: string | null;
}

/** A tag as written, with all that speaks for it, oldest first. */
export interface TagRecord {
  readonly tag: string;
  readonly evidence: readonly EvidenceRecord[];
  /** What was said against it later. */
  readonly flags: readonly { readonly kind: string; readonly message: string | null; readonly line: number }[];
}

/** One slot of a posting, filled or not: replies to a mail that is not here are known all the same. */
export interface ShownPatch extends Omit<PatchRecord, "id" | "subject" | "author" | "state"> {
  readonly id: string | null;
  readonly subject: string | null;
  readonly author: string | null;
  readonly state: PatchRecord["state"] | "missing";
  /** Mails that answer this patch, directly or through others. */
  readonly replies: number;
  readonly taken: readonly TagRecord[];
  readonly suggestions: readonly TagRecord[];
  readonly refused: readonly TagRecord[];
  /** Mails that object to the patch, or take a tag back, oldest first. */
  readonly objections: readonly ObjectionRecord[];
  /** Tags of earlier revisions that it does not have any more. */
  readonly lost: readonly LostRecord[];
}

/** A line that says no. */
export interface ObjectionRecord {
  readonly kind: string;
  readonly message: string | null;
  readonly from: string | null;
  readonly line: number;
  readonly text: string;
}

/** A tag of an earlier revision that this one lacks, and why. */
export interface LostRecord {
  readonly tag: string;
  readonly revision: string;
  readonly subject: string;
  readonly message: string | null;
  readonly reason: string;
}

/** A posting, all of it. */
export interface ShownPosting extends Omit<PostingRecord, "patches"> {
  /** The cover letter in UTF-8; null when there is none. */
  readonly coverText: string | null;
  /** Mails that answer the posting; `coverReplies` of them answer the cover. */
  readonly replies: number;
  readonly coverReplies: number;
  /** As long as `total`. */
  readonly patches: readonly ShownPatch[];
  /** Tags of patches of earlier revisions that no patch of this one replaces. */
  readonly lost: readonly LostRecord[];
  /** All revisions of the series, oldest first, this one among them. */
  readonly revisions: readonly ShownRevision[];
}

interface ShownRevision extends Pick<
  PostingRecord,
  "id" | "thread" | "subject" | "author" | "date" | "time" | "revision" | "rfc" | "total" | "seen"
> {
  /** Why it follows the one before it; null for the first. */
  readonly link: Pick<RevisionChain["links"][number], "reasons" | "confidence"> | null;
}

/** What each slot was given; `composed` has the patches that are here. */
export function shownPosting(
  posting: Posting,
  chain: RevisionChain,
  composed: readonly ComposedPatch[],
  tags: ChainTags,
): ShownPosting {
  const record = postingRecord(posting, chain, composed);
  const answers = (to: number | "cover"): number => posting.replies.filter((reply) => reply.to === to).length;
  return {
    ...record,
    coverText: posting.cover === null ? null : textOf(posting.cover.text),
    replies: posting.replies.length,
    coverReplies: answers("cover"),
    patches: record.patches.map((patch, index) => ({
      ...(patch ?? missing(index + 1)),
      replies: answers(index),
      taken: (tags.slots[index]?.taken ?? []).map(tagRecord),
      suggestions: (tags.slots[index]?.suggestions ?? []).map(tagRecord),
      refused: (tags.slots[index]?.refused ?? []).map(tagRecord),
      objections: (tags.slots[index]?.objections ?? []).map(objectionRecord),
      lost: (tags.slots[index]?.lost ?? []).map(lostRecord),
    })),
    lost: tags.gone.map(lostRecord),
    revisions: chain.postings.map((one) => shownRevision(one, chain)),
  };
}

function missing(
  part: number,
): Omit<ShownPatch, "replies" | "taken" | "suggestions" | "refused" | "objections" | "lost"> {
  return {
    part,
    id: null,
    subject: null,
    author: null,
    date: null,
    time: null,
    description: "",
    trailers: [],
    carried: [],
    state: "missing",
    others: [],
  };
}

function shownRevision(posting: Posting, chain: RevisionChain): ShownRevision {
  const { id, thread, subject, author, date, time, rfc, total, seen } = postingRecord(posting, chain, []);
  const link = chain.links.find(({ newer }) => newer === posting);
  const why = link === undefined ? null : { reasons: link.reasons, confidence: link.confidence };
  return {
    id,
    thread,
    subject,
    author,
    date,
    time,
    revision: printRevision(posting.revision),
    rfc,
    total,
    seen,
    link: why,
  };
}

function tagRecord({ trailer, evidence, flags }: CollectedTrailer): TagRecord {
  return {
    tag: trailerTexts([trailer]).join(""),
    evidence: evidence.map(({ messageId, from, line, rule, revision, verdict, reason, damage }) => ({
      message: messageId,
      from: readableBytes(from),
      line,
      rule,
      revision,
      verdict,
      reason,
      damage,
    })),
    flags: flags.map(({ kind, messageId, line }) => ({ kind, message: messageId, line })),
  };
}

function objectionRecord({ kind, messageId, sender, line, text }: Objection): ObjectionRecord {
  return { kind, message: messageId, from: sender?.address ?? null, line, text: readableBytes(text) };
}

function lostRecord({ trailer, revision, title, messageId, reason }: LostTag): LostRecord {
  return { tag: trailerTexts([trailer]).join(""), revision, subject: title, message: messageId, reason };
}
