// Groups covers and patches that were sent together. Knows threads, subjects and dates; assembles no posting.
import type { Message } from "#model/mail";
import { joinGroups } from "./join-groups.ts";
import type { Revision } from "./parse-subject.ts";
import { counterOf, newEntry, numberPart, totalOf, type Entry, type Part, type PartGroup } from "./parts.ts";
import type { PatchMail } from "./patch-mail.ts";
import { ancestors, parentIds, type Threads } from "./threads.ts";

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
  /** Sentences about what was guessed. */
  readonly notes: readonly string[];
}

/** Groups parts, given oldest first. Each part lands in exactly one group; parts of one group agree in everything but their number. */
export function groupPatches(threads: Threads, parts: readonly Part[]): Group[] {
  const entries = parts.map(newEntry);
  const byMessage = new Map(entries.map((entry) => [entry.part.patch.message, entry]));
  const notes = numberByOrder(entries, threads, byMessage);
  for (const entry of entries) inheritRevision(entry, threads, byMessage);
  for (const entry of entries) inheritTotal(entry, threads, byMessage);
  for (const entry of entries) entry.key = keyOf(entry);
  for (const entry of entries) findHead(entry, threads, byMessage);
  const groups = joinByHead(entries);
  for (const group of groups) group.notes.push(...group.entries.flatMap((entry) => notes.get(entry) ?? []));
  return joinGroups(groups, threads, byMessage).map(groupOf);
}

// A cover that promises N patches and is answered by exactly N bare ones of its sender: their dates give the numbers.
function numberByOrder(
  entries: readonly Entry[],
  threads: Threads,
  byMessage: ReadonlyMap<Message, Entry>,
): ReadonlyMap<Entry, string> {
  const below = new Map<Entry, Entry[]>();
  for (const entry of entries) {
    const parent = threads.parentOf(entry.message);
    const cover = parent === null ? undefined : byMessage.get(parent);
    if (cover?.part.kind !== "cover" || entry.part.kind === "cover" || cover.sender !== entry.sender) continue;
    below.set(cover, [...(below.get(cover) ?? []), entry]);
  }
  const notes = new Map<Entry, string>();
  for (const [cover, patches] of below) {
    const total = totalOf(cover);
    const bare = patches.every((entry) => counterOf(entry) === null && entry.part.patch.subject.amends === null);
    const own = patches.every(({ revision }) => !revision.stated || revision.major === cover.revision.major);
    if (!bare || !own || total === null || patches.length !== total) continue;
    for (const [index, entry] of patches.entries()) numberPart(entry, index + 1, total);
    if (total > 1) notes.set(cover, "the patches have no numbers, their dates give the order");
  }
  return notes;
}

// Some people write the revision on the cover, or on patch 1, only.
function inheritRevision(entry: Entry, threads: Threads, byMessage: ReadonlyMap<Message, Entry>): void {
  const { subject } = entry.part.patch;
  if (entry.revision.stated || entry.part.kind === "cover") return;
  if (subject.counter === null && subject.amends === null) return;
  for (const above of ancestors(threads, entry.message)) {
    const other = byMessage.get(above);
    if (other === undefined) continue;
    // In a chain of patches the way up leads through the patches before this one, never to its own number or a later one.
    const before = (counterOf(other) ?? Infinity) < (subject.counter ?? 0);
    const amended = subject.amends !== null;
    const sameTotal = subject.total === null || totalOf(other) === subject.total;
    if (other.sender !== entry.sender || !sameTotal || !(before || amended)) return;
    if (!other.revision.stated) continue;
    entry.revision = other.revision;
    return;
  }
}

// "3/n" in answer to a patch of 2 belongs to that posting, and raises its total.
function inheritTotal(entry: Entry, threads: Threads, byMessage: ReadonlyMap<Message, Entry>): void {
  const counter = counterOf(entry);
  if (counter === null || totalOf(entry) !== null) return;
  for (const above of ancestors(threads, entry.message)) {
    const other = byMessage.get(above);
    if (other === undefined) continue;
    const total = totalOf(other);
    if (other.sender === entry.sender && total !== null && other.revision.major === entry.revision.major)
      numberPart(entry, counter, total);
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

function joinByHead(entries: readonly Entry[]): PartGroup[] {
  const groups = new Map<string, PartGroup>();
  for (const entry of entries) {
    const name = `${entry.key} ${entry.head}`;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { entries: [entry], notes: [] });
    else known.entries.push(entry);
  }
  return [...groups.values()];
}

function groupOf({ entries, notes }: PartGroup): Group {
  const sorted = entries.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time));
  const cover = sorted.find((entry) => entry.part.kind === "cover") ?? null;
  const patches = sorted.filter((entry) => entry.part.kind === "patch").map((entry) => entry.part.patch);
  const lead = cover ?? sorted[0];
  const subjects = sorted.map((entry) => entry.part.patch.subject);
  const stated = sorted.find((entry) => entry.revision.stated);
  return {
    sender: lead?.sender ?? "",
    revision: stated?.revision ?? { major: 1, minor: null, stated: false },
    total: subjects.reduce((total, subject) => Math.max(total, subject.total ?? subject.counter ?? 1), 1),
    prefixes: lead?.part.patch.subject.prefixes ?? [],
    rfc: subjects.some((subject) => subject.rfc),
    resend: subjects.some((subject) => subject.resend),
    cover: cover?.part.patch ?? null,
    patches,
    messages: sorted.map((entry) => entry.message),
    notes,
  };
}
