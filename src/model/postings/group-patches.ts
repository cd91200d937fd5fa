// Groups covers and patches that were sent together. Knows threads, subjects and dates; assembles no posting.
import type { Message } from "#model/mail";
import { realSender } from "#model/mail";
import type { Revision } from "./parse-subject.ts";
import type { PatchMail } from "./patch-mail.ts";
import { ancestors, parentIds, type Threads } from "./threads.ts";

/** A mail that is part of a posting. */
export interface Part {
  readonly kind: "cover" | "patch";
  readonly patch: PatchMail;
}

/** Mails that were sent together. */
export interface Group {
  /** Address of the sender in lower case. */
  readonly sender: string;
  readonly revision: Revision;
  readonly total: number;
  readonly prefixes: readonly string[];
  readonly rfc: boolean;
  readonly resend: boolean;
  readonly cover: PatchMail | null;
  /** Oldest first; several may have one number. */
  readonly patches: readonly PatchMail[];
  /** Cover and patches. */
  readonly messages: readonly Message[];
}

/** Mails of one series that no thread joins are believed to belong together within this time, in milliseconds. */
export const UNTHREADED_WINDOW = 30 * 60_000;

/** Groups parts, given oldest first. Each part lands in exactly one group; parts of one group agree in everything but their number. */
export function groupPatches(threads: Threads, parts: readonly Part[]): Group[] {
  const entries = parts.map(newEntry);
  const byMessage = new Map(entries.map((entry) => [entry.part.patch.message, entry]));
  for (const entry of entries) inheritRevision(entry, threads, byMessage);
  for (const entry of entries) entry.key = keyOf(entry);
  for (const entry of entries) findHead(entry, threads, byMessage);
  const groups = joinByHead(entries);
  adoptByCovers(groups, threads, byMessage);
  return joinUnthreaded(groups).map(groupOf);
}

// A part with what was found out about it; only this file changes it.
interface Entry {
  readonly part: Part;
  readonly message: Message;
  readonly sender: string;
  readonly time: number;
  revision: Revision;
  /** Everything that parts of one posting have in common. */
  key: string;
  /** The thread position that parts of one posting have in common. */
  head: string;
  /** True when nothing in the thread says where the part belongs. */
  loose: boolean;
}

interface Draft {
  readonly key: string;
  entries: Entry[];
}

function newEntry(part: Part): Entry {
  const { message, subject } = part.patch;
  const sender = (realSender(message)?.address.address ?? "").toLowerCase();
  const time = message.date?.time ?? Infinity;
  return { part, message, sender, time, revision: subject.revision, key: "", head: "", loose: false };
}

// Some people write the revision on the cover, or on patch 1, only.
function inheritRevision(entry: Entry, threads: Threads, byMessage: ReadonlyMap<Message, Entry>): void {
  const { subject } = entry.part.patch;
  if (entry.revision.stated || subject.counter === null || entry.part.kind === "cover") return;
  for (const above of ancestors(threads, entry.message)) {
    const other = byMessage.get(above);
    if (other === undefined) continue;
    // In a chain of patches the way up leads through the patches before this one, never to its own number or a later one.
    const before = (other.part.patch.subject.counter ?? Infinity) < subject.counter;
    if (other.sender !== entry.sender || other.part.patch.subject.total !== subject.total || !before) return;
    if (!other.revision.stated) continue;
    entry.revision = other.revision;
    return;
  }
}

function keyOf({ part, sender, revision }: Entry): string {
  const { subject } = part.patch;
  const minor = revision.minor === null ? "" : `.${revision.minor}`;
  const words = subject.prefixes.map((word) => word.toLowerCase()).toSorted();
  return JSON.stringify([sender, `${revision.major}${minor}`, subject.total, subject.rfc, subject.resend, words]);
}

// The head is the topmost mail of the same posting that can be reached upwards; a cover ends the way.
function findHead(entry: Entry, threads: Threads, byMessage: ReadonlyMap<Message, Entry>): void {
  const { message, part } = entry;
  const { counter } = part.patch.subject;
  entry.head = `mail ${nameOf(entry)}`;
  if (part.kind === "cover" || counter === null) return;
  let top: Entry = entry;
  for (const above of ancestors(threads, message)) {
    const other = byMessage.get(above);
    if (other === undefined || other.key !== entry.key) continue;
    top = other;
    if (other.head !== "" && other !== entry) break;
    if (other.part.kind === "cover") break;
  }
  if (top !== entry && top.head !== "") {
    entry.head = top.head;
    return;
  }
  if (top !== entry && top.part.kind === "cover") {
    entry.head = `mail ${nameOf(top)}`;
    return;
  }
  // Parts below one mail that is not part of the posting (a cover that is missing, an older revision) belong together.
  const anchor = parentIds(top.message)[0];
  if (anchor === undefined) {
    entry.head = `mail ${nameOf(top)}`;
    entry.loose = top === entry;
  } else entry.head = `below ${anchor}`;
}

function nameOf({ message, part, time }: Entry): string {
  return (
    message.messageId ?? `${time} ${part.patch.subject.counter ?? ""} ${part.patch.title} ${message.source.length}`
  );
}

function joinByHead(entries: readonly Entry[]): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const entry of entries) {
    const name = `${entry.key} ${entry.head}`;
    const known = drafts.get(name);
    if (known === undefined) drafts.set(name, { key: entry.key, entries: [entry] });
    else known.entries.push(entry);
  }
  return [...drafts.values()];
}

// True for a cover that nobody answers and for patches that answer nobody.
function isLoose({ entries }: Draft): boolean {
  return entries.every((entry) => entry.loose || entry.part.kind === "cover");
}

// A cover that no patch of its own key has found takes the patches that answer it with the same sender and total:
// one of the two subjects lacks a project, RFC or RESEND.
function adoptByCovers(groups: readonly Draft[], threads: Threads, byMessage: ReadonlyMap<Message, Entry>): void {
  const owner = new Map<Entry, Draft>();
  for (const group of groups) for (const entry of group.entries) owner.set(entry, group);
  for (const group of groups) {
    const first = group.entries[0];
    if (first === undefined || group.entries.some((entry) => entry.part.kind === "cover")) continue;
    if (first.part.patch.subject.counter === null) continue;
    const parent = threads.parentOf(first.message);
    const cover = parent === null ? undefined : byMessage.get(parent);
    const home = cover === undefined ? undefined : owner.get(cover);
    if (cover === undefined || home === undefined || cover.part.kind !== "cover" || home.entries.length > 1) continue;
    const same = cover.sender === first.sender && cover.part.patch.subject.total === first.part.patch.subject.total;
    const revision = cover.revision.major === first.revision.major && cover.revision.minor === first.revision.minor;
    if (!same || !revision) continue;
    home.entries = home.entries.concat(group.entries);
    group.entries = [];
  }
}

// Series sent without threading: same key, free slots, near in time.
function joinUnthreaded(groups: readonly Draft[]): Draft[] {
  const kept: Draft[] = [];
  const open = new Map<string, Draft[]>();
  for (const group of groups.filter(({ entries }) => entries.length > 0)) {
    const total = group.entries[0]?.part.patch.subject.total ?? null;
    const near = total === null || total < 1 ? [] : (open.get(group.key) ?? []).filter((other) => isNear(other, group));
    const home = near.toReversed().find((other) => (isLoose(other) || isLoose(group)) && disjoint(other, group));
    if (home === undefined) {
      kept.push(group);
      open.set(group.key, [...near, group]);
    } else {
      home.entries = home.entries.concat(group.entries);
      open.set(group.key, near);
    }
  }
  return kept;
}

function isNear(earlier: Draft, later: Draft): boolean {
  const from = later.entries.reduce((earliest, entry) => Math.min(earliest, entry.time), Infinity);
  return earlier.entries.some((entry) => Math.abs(entry.time - from) <= UNTHREADED_WINDOW);
}

function disjoint(left: Draft, right: Draft): boolean {
  const taken = new Set(left.entries.map((entry) => entry.part.patch.subject.counter));
  return right.entries.every((entry) => !taken.has(entry.part.patch.subject.counter));
}

function groupOf({ entries }: Draft): Group {
  const sorted = entries.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time));
  const cover = sorted.find((entry) => entry.part.kind === "cover") ?? null;
  const patches = sorted.filter((entry) => entry.part.kind === "patch").map((entry) => entry.part.patch);
  const lead = cover ?? sorted[0];
  const subjects = sorted.map((entry) => entry.part.patch.subject);
  const stated = sorted.find((entry) => entry.revision.stated);
  return {
    sender: lead?.sender ?? "",
    revision: stated?.revision ?? { major: 1, minor: null, stated: false },
    total: subjects.reduce((total, subject) => Math.max(total, subject.total ?? 1), 1),
    prefixes: lead?.part.patch.subject.prefixes ?? [],
    rfc: subjects.some((subject) => subject.rfc),
    resend: subjects.some((subject) => subject.resend),
    cover: cover?.part.patch ?? null,
    patches,
    messages: sorted.map((entry) => entry.message),
  };
}
