// The covers and patches that postings are made of, with what is found out about each while they are grouped. Internal to grouping.
import type { Message } from "#model/mail";
import type { Revision } from "./parse-subject.ts";
import type { PatchMail } from "./patch-mail.ts";

/** A mail that is part of a posting. */
export interface Part {
  readonly kind: "cover" | "patch";
  readonly patch: PatchMail;
}

/** A part and what the thread says about it. Only group-patches.ts and join-groups.ts change it. */
export interface Entry {
  part: Part;
  readonly message: Message;
  /** Address of the sender in lower case. */
  readonly sender: string;
  /** Milliseconds; Infinity for a mail without a readable date. */
  readonly time: number;
  revision: Revision;
  /** Everything that parts of one posting have in common. */
  key: string;
  /** The thread position that parts of one posting have in common. */
  head: string;
  /** True when nothing in the thread says where the part belongs. */
  loose: boolean;
}

/** Parts that are believed to be sent together; emptied when another one takes them over. */
export interface PartGroup {
  entries: Entry[];
  /** Sentences about what was guessed. */
  readonly notes: string[];
}

/** A part of which nothing is known yet but itself. */
export function newEntry(part: Part): Entry {
  const { message, subject } = part.patch;
  const sender = (message.from[0]?.address ?? "").toLowerCase();
  const time = message.date?.time ?? Infinity;
  return { part, message, sender, time, revision: subject.revision, key: "", head: "", loose: false };
}

/** The number in the subject, or the one that was given to the part; null for a bare `[PATCH]`. */
export function counterOf({ part }: Entry): number | null {
  return part.patch.subject.counter;
}

/** The total in the subject, or the one that was given to the part. */
export function totalOf({ part }: Entry): number | null {
  return part.patch.subject.total;
}

/** Gives a part a number that its subject does not say. */
export function numberPart(entry: Entry, counter: number, total: number): void {
  const { kind, patch } = entry.part;
  entry.part = { kind, patch: { ...patch, subject: { ...patch.subject, counter, total } } };
}

/** Whether two parts state, or inherited, one revision. */
export function sameRevision(
  { revision: a }: Pick<Entry, "revision">,
  { revision: b }: Pick<Entry, "revision">,
): boolean {
  return a.major === b.major && a.minor === b.minor;
}
