// A posting with everything that was said about it: for each tag where it stands, which rule found it, and what was thought of it.
// Extends the record of posting-record.ts; docs/formats/postings.md promises the fields.
import { readableBytes, textOf } from "#model/bytes";
import type { CollectedTrailer, Posting, RevisionChain } from "#model/postings";
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
  readonly verdict: string;
  readonly reason: string | null;
}

/** A tag as written, with all that speaks for it, oldest first. */
export interface TagRecord {
  readonly tag: string;
  readonly evidence: readonly EvidenceRecord[];
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

/** What each slot was given; `composed` has the patches that are here, `tags` one entry for every slot. */
export function shownPosting(
  posting: Posting,
  chain: RevisionChain,
  composed: readonly ComposedPatch[],
  tags: readonly {
    readonly taken: readonly CollectedTrailer[];
    readonly suggestions: readonly CollectedTrailer[];
    readonly refused: readonly CollectedTrailer[];
  }[],
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
      taken: (tags[index]?.taken ?? []).map(tagRecord),
      suggestions: (tags[index]?.suggestions ?? []).map(tagRecord),
      refused: (tags[index]?.refused ?? []).map(tagRecord),
    })),
    revisions: chain.postings.map((one) => shownRevision(one, chain)),
  };
}

function missing(part: number): Omit<ShownPatch, "replies" | "taken" | "suggestions" | "refused"> {
  return {
    part,
    id: null,
    subject: null,
    author: null,
    date: null,
    time: null,
    description: "",
    trailers: [],
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

function tagRecord({ trailer, evidence }: CollectedTrailer): TagRecord {
  return {
    tag: trailerTexts([trailer]).join(""),
    evidence: evidence.map(({ messageId, from, line, rule, verdict, reason }) => ({
      message: messageId,
      from: readableBytes(from),
      line,
      rule,
      verdict,
      reason,
    })),
  };
}
