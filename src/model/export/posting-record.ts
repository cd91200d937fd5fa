// A posting as a record for programs: docs/formats/postings.md promises every field of it. Judges no tag and chooses no revision.
import { byteString, readableBytes, withoutEnd } from "#model/bytes";
import type { MailDate, Trailer } from "#model/mail";
import { printAddress } from "#model/mail";
import type { Dependency, Extra, LinkReason, Posting, RevisionChain, RevisionLink } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";

/** One posting. All texts are Unicode; bytes that are not UTF-8 were read as U+FFFD. */
export interface PostingRecord {
  readonly thread: string | null;
  readonly id: string | null;
  readonly cover: string | null;
  readonly subject: string;
  readonly author: string;
  /** The root's Date header as it was sent. */
  readonly date: string | null;
  /** The same moment as ISO 8601 in the zone of the mail. */
  readonly time: string | null;
  readonly revision: string;
  readonly rfc: boolean;
  readonly resend: boolean;
  readonly prefixes: readonly string[];
  readonly total: number;
  readonly seen: number;
  readonly complete: boolean;
  readonly base: string | null;
  /** What a sentence says that it is based on, where no commit is named: a tag, a branch. */
  readonly basedOn: string | null;
  readonly prerequisites: readonly string[];
  /** Other postings that it needs, in order. */
  readonly dependsOn: readonly Dependency[];
  readonly changeId: string | null;
  readonly previous: RevisionRecord | null;
  readonly next: RevisionRecord | null;
  /** Index 0 is patch 1; null where no mail was seen. */
  readonly patches: readonly (PatchRecord | null)[];
}

/** Another revision of the same series, and why it is believed to be one. */
export interface RevisionRecord {
  readonly id: string | null;
  readonly revision: string;
  /** Strongest first. */
  readonly reasons: readonly LinkReason[];
  readonly confidence: RevisionLink["confidence"];
}

/** One patch as it would be applied. */
export interface PatchRecord {
  /** 1-based place, the 3 of `3/8`. */
  readonly part: number;
  readonly id: string | null;
  readonly subject: string;
  readonly author: string;
  readonly date: string | null;
  readonly time: string | null;
  /** Log below the title, without its trailers; no empty lines at its end. */
  readonly description: string;
  /** `Key: value` each, a note in brackets behind a line feed; in the order in which they would be written. */
  readonly trailers: readonly string[];
  /** Those of `trailers` that were given to the same change in an earlier revision, with that revision. */
  readonly carried: readonly { readonly trailer: string; readonly revision: string }[];
  /** `contested` when `others` claim the same number. */
  readonly state: "posted" | "contested";
  readonly others: readonly { readonly id: string | null; readonly kind: Extra["kind"] }[];
}

/** The record of a posting; `composed` are its patches as `composePatches` made them, `chain` the revisions that it is one of. */
export function postingRecord(
  posting: Posting,
  chain: RevisionChain,
  composed: readonly ComposedPatch[],
): PostingRecord {
  const before = chain.links.find(({ newer }) => newer === posting);
  const after = chain.links.find(({ older }) => older === posting);
  return {
    thread: posting.thread,
    id: posting.id,
    cover: posting.cover?.message.messageId ?? null,
    subject: posting.subject,
    author: posting.sender === null ? "" : printAddress(posting.sender),
    date: dateText(posting.date),
    time: isoTime(posting.date),
    revision: printRevision(posting.revision),
    rfc: posting.rfc,
    resend: posting.resend,
    prefixes: posting.prefixes,
    total: posting.total,
    seen: posting.seen,
    complete: posting.complete,
    base: posting.base.commit,
    basedOn: posting.base.named,
    prerequisites: posting.base.prerequisites,
    dependsOn: posting.base.dependsOn,
    changeId: posting.base.changeId,
    previous: before === undefined ? null : revisionRecord(before.older, before),
    next: after === undefined ? null : revisionRecord(after.newer, after),
    patches: posting.slots.map((_, index) => {
      const patch = composed.find(({ part }) => part === index + 1);
      return patch === undefined ? null : patchRecord(posting, patch);
    }),
  };
}

function revisionRecord(other: Posting, { reasons, confidence }: RevisionLink): RevisionRecord {
  return { id: other.id, revision: printRevision(other.revision), reasons, confidence };
}

/** The record of one patch of that posting. */
export function patchRecord(
  posting: Posting,
  { part, mail, title, author, body, trailers, taken }: ComposedPatch,
): PatchRecord {
  const others = posting.extras
    .filter(({ index }) => index === part - 1)
    .map(({ patch, kind }) => ({ id: patch.message.messageId, kind }));
  return {
    part,
    id: mail.message.messageId,
    subject: title,
    author: author === null ? "" : printAddress(author),
    date: dateText(mail.date),
    time: isoTime(mail.date),
    description: readableBytes(withoutEnd(byteString(body), " \t\n")),
    trailers: trailerTexts(trailers),
    carried: taken.flatMap(({ trailer, evidence }) => {
      const revision = evidence.every(({ rule }) => rule === "carried") ? evidence[0]?.revision : null;
      return typeof revision === "string" ? [{ trailer: trailerTexts([trailer]).join(""), revision }] : [];
    }),
    state: others.length === 0 ? "posted" : "contested",
    others,
  };
}

/** Each trailer as a text; a note in brackets belongs to the trailer above it. */
export function trailerTexts(trailers: readonly Trailer[]): string[] {
  const texts: string[] = [];
  for (const { key, value } of trailers) {
    const text = readableBytes(key === "" ? value : `${key}: ${value}`);
    if (key === "" && texts.length > 0) texts.push(`${texts.pop() ?? ""}\n${text}`);
    else texts.push(text);
  }
  return texts;
}

function dateText(date: MailDate | null): string | null {
  return date === null ? null : readableBytes(date.text);
}

/** `2024-02-12T11:30:53-05:00`; null when the text is no date. */
function isoTime(date: MailDate | null): string | null {
  if (date === null || date.time === null) return null;
  const zone = date.zone ?? 0;
  const local = new Date(date.time + zone * 60_000).toISOString().slice(0, 19);
  const minutes = Math.abs(zone);
  return `${local}${zone < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
