// The shape of a posting: one version of a patch series as it was sent. Made by find-postings.ts only.
import type { Bytes, Problem } from "#model/bytes";
import type { Address, MailDate, Message, MessageId } from "#model/mail";
import type { BaseInfo } from "./base-info.ts";
import type { Revision } from "./parse-subject.ts";
import type { PatchMail } from "./patch-mail.ts";

/** The mails that make one version of a series. A single patch is a posting of one. */
export interface Posting {
  /** Message-ID of its root: the cover, else the first patch seen; null when that mail has none (a bare patch file). */
  readonly id: MessageId | null;
  /** The mail that its thread begins with, which need not be here nor be part of a posting; all postings of one thread agree on it. */
  readonly thread: MessageId | null;
  /** Who sent the root. */
  readonly sender: Address | null;
  readonly revision: Revision;
  /** How many patches the subjects promise; a patch numbered beyond it raises it. */
  readonly total: number;
  readonly prefixes: readonly string[];
  readonly rfc: boolean;
  readonly resend: boolean;
  /** The cover's title, else that of the first patch seen. */
  readonly subject: string;
  readonly cover: Cover | null;
  /** Index 0 is patch 1; null where no mail was seen. Length is `total`. */
  readonly slots: readonly (PatchMail | null)[];
  /** Further patches for a slot: a second mail with the same number, `v5.1 10/12`, a fixup sent by the same person. Oldest first. */
  readonly extras: readonly Extra[];
  /** All mails below the posting that are not part of a posting themselves, oldest first. */
  readonly replies: readonly Reply[];
  /** How many slots hold a patch. */
  readonly seen: number;
  /** `seen` equals `total`. */
  readonly complete: boolean;
  /** Date of the root. */
  readonly date: MailDate | null;
  /** What the cover or a patch says about its base and its identity. */
  readonly base: BaseInfo;
  readonly problems: readonly Problem[];
}

/** A cover letter. */
export interface Cover {
  readonly message: Message;
  readonly title: string;
  /** The text in UTF-8 with in-body headers removed: description, and everything below a `---` line. */
  readonly text: Bytes;
}

/** A patch that competes with the one in a slot. Which of them counts is a decision for a person or a policy. */
export interface Extra {
  readonly patch: PatchMail;
  /** Index into `slots`. */
  readonly index: number;
  /** `duplicate`: same number, same revision. `replacement`: its subject says so (v5.1, RESEND, REPLACE). */
  readonly kind: "duplicate" | "replacement";
}

/** A mail in answer to a posting. */
export interface Reply {
  readonly message: Message;
  /** Index into `slots`, or the cover. */
  readonly to: number | "cover";
  /** The mail of the posting that it answers, directly or through other replies. */
  readonly target: Message;
  /** 1 for a direct answer, 2 for an answer to an answer, and so on. */
  readonly depth: number;
}

/** Postings found in a set of mails. Every mail given is in exactly one place, or a dropped copy of another one. */
export interface FoundPostings {
  /** Oldest first. */
  readonly postings: readonly Posting[];
  /** Mails that belong to no posting: discussions, pull requests, replies to what is not here. */
  readonly strays: readonly Message[];
  readonly problems: readonly Problem[];
}
