// Finds the postings in a set of mails: who belongs to which version of which series. Two postings never share a slot.
// Does not decide which posting replaces which: that is revision-chains.ts.
import type { Problem } from "#model/bytes";
import { concatBytes } from "#model/bytes";
import type { Message } from "#model/mail";
import { patchText, sameAddress } from "#model/mail";
import { firstBase, noBase, parseBase } from "./base-info.ts";
import { groupPatches, type Group, type Part } from "./group-patches.ts";
import { printRevision } from "./parse-subject.ts";
import { parsePatchMail, type PatchMail } from "./patch-mail.ts";
import type { Cover, Extra, FoundPostings, Posting, Reply } from "./posting.ts";
import { ancestors, indexThreads, sortByDate, threadOf, type Threads } from "./threads.ts";

/**
 * Sorts mails, in any order, into postings. A posting is known by its root or thread, sender, project prefix, revision, total and RFC mark.
 * The same mails give the same postings in whatever order they come. Time is close to linear in the number of mails.
 */
export function findPostings(messages: readonly Message[]): FoundPostings {
  const threads = indexThreads(messages);
  const parts = threads.messages.map(classify).filter((part) => part !== null);
  const groups = groupPatches(threads, parts);
  const taken = new Set(groups.flatMap((group) => group.messages));
  const drafts = groups.map((group) => draftOf(group, threads, taken));
  const kept = foldReplacements(drafts, threads);
  const place = new Map<Message, { draft: Draft; to: number | "cover" }>();
  for (const draft of kept) {
    if (draft.cover !== null) place.set(draft.cover.message, { draft, to: "cover" });
    for (const [index, slot] of draft.slots.entries()) if (slot !== null) place.set(slot.message, { draft, to: index });
    for (const { patch, index } of draft.extras) place.set(patch.message, { draft, to: index });
  }
  const strays: Message[] = [...threads.impostors];
  const answers = answersIn(threads, place);
  for (const message of threads.messages) {
    if (place.has(message)) continue;
    const answer = answers.get(message);
    const found = answer === undefined || answer === null ? undefined : place.get(answer.target);
    if (answer === undefined || answer === null || found === undefined) strays.push(message);
    else found.draft.replies.push({ message, to: found.to, target: answer.target, depth: answer.depth });
  }
  const postings = kept.map((draft) => finish(draft, threads));
  postings.sort((a, b) => (a.date?.time ?? Infinity) - (b.date?.time ?? Infinity) || 0);
  return { postings, strays: sortByDate(strays), problems: threads.problems };
}

// A cover, a patch, or null for anything else.
function classify(message: Message): Part | null {
  const patch = parsePatchMailLazily(message);
  if (patch === null) return null;
  const { subject } = patch;
  if (subject.counter === 0) return { kind: "cover", patch };
  if (!patch.hasDiff) return null;
  // A diff in a mail that was not announced as a patch is part of a discussion, or a robot's notice about somebody's patch.
  // A file without Message-ID was never sent: it is a patch that somebody saved.
  const marked = subject.patch || subject.rfc || subject.revision.stated;
  return marked || message.messageId === null ? { kind: "patch", patch } : null;
}

// Replies are the bulk of a list and never patches: their bodies need not be read here.
function parsePatchMailLazily(message: Message): PatchMail | null {
  return /^\s*re:/i.test(message.subject) ? null : notReply(parsePatchMail(message));
}

function notReply(patch: PatchMail): PatchMail | null {
  return patch.subject.reply ? null : patch;
}

interface Draft {
  readonly group: Group;
  readonly cover: Cover | null;
  readonly slots: (PatchMail | null)[];
  readonly extras: Extra[];
  readonly replies: Reply[];
  readonly problems: Problem[];
}

function draftOf(group: Group, threads: Threads, taken: Set<Message>): Draft {
  const problems: Problem[] = [];
  const extras: Extra[] = [];
  const slots: (PatchMail | null)[] = Array.from({ length: group.total }, () => null);
  for (const patch of group.patches) {
    const index = (patch.subject.counter ?? 1) - 1;
    if (index >= slots.length) {
      problems.push({ message: `Find postings: patch ${index + 1} of a series of ${group.total}` });
      while (slots.length <= index) slots.push(null);
    }
    if (slots[index] === null) slots[index] = patch;
    else {
      extras.push({ patch, index, kind: "duplicate" });
      problems.push({
        message: `Find postings: a second patch ${index + 1} of ${group.total}, the first keeps its place`,
      });
    }
  }
  const cover = group.cover === null ? nakedCover(group, threads, taken) : coverOf(group.cover);
  return { group, cover, slots, extras, replies: [], problems };
}

function coverOf(patch: PatchMail): Cover {
  return { message: patch.message, title: patch.title, text: concatBytes([patch.description, patch.notes]) };
}

// A mail without a diff that the patches answer, by the same person, not a reply itself and in no posting yet, is their cover,
// whatever number it bears: "4/4" has been seen.
function nakedCover(group: Group, threads: Threads, taken: Set<Message>): Cover | null {
  const first = group.patches[0];
  const parent = first === undefined ? null : threads.parentOf(first.message);
  if (first === undefined || parent === null || group.total < 2) return null;
  if (taken.has(parent) || parent.inReplyTo !== null || !sameSender(parent, first.message)) return null;
  const mail = parsePatchMail(parent);
  if (mail.hasDiff || mail.subject.reply) return null;
  taken.add(parent);
  return coverOf(mail);
}

const REPLACEMENT_WORDS = /^(?:fix|fixup|fixed|replace|replacement|update|updated|corrected)$/i;

// An incomplete group without a cover below a posting with the same sender, revision, total and RFC mark mends that posting.
function foldReplacements(drafts: readonly Draft[], threads: Threads): Draft[] {
  const owner = new Map<Message, Draft>();
  for (const draft of drafts) for (const message of draft.group.messages) owner.set(message, draft);
  const gone = new Set<Draft>();
  for (const draft of drafts) {
    const { group } = draft;
    const { revision } = group;
    if (draft.cover !== null || group.patches.length === 0) continue;
    const bare = group.patches.every((patch) => patch.subject.counter === null);
    if (!bare && draft.slots.every((slot) => slot !== null)) continue;
    if (bare && revision.minor === null) continue;
    const target = replacedBy(draft, bare, owner, threads, gone);
    if (target === null) continue;
    gone.add(draft);
    for (const patch of group.patches) {
      const index = bare ? target.index : (patch.subject.counter ?? 1) - 1;
      const said =
        revision.minor !== null ||
        patch.subject.resend ||
        patch.subject.prefixes.some((word) => REPLACEMENT_WORDS.test(word));
      if (target.draft.slots[index] === null && revision.minor === null) target.draft.slots[index] = patch;
      else target.draft.extras.push({ patch, index, kind: said ? "replacement" : "duplicate" });
    }
  }
  return drafts.filter((draft) => !gone.has(draft));
}

function replacedBy(
  draft: Draft,
  bare: boolean,
  owner: ReadonlyMap<Message, Draft>,
  threads: Threads,
  gone: ReadonlySet<Draft>,
): { draft: Draft; index: number } | null {
  const { group } = draft;
  const first = group.patches[0];
  if (first === undefined) return null;
  for (const above of ancestors(threads, first.message)) {
    const other = owner.get(above);
    if (other === undefined || other === draft || gone.has(other)) continue;
    const same =
      other.group.sender === group.sender &&
      other.group.revision.major === group.revision.major &&
      other.group.revision.minor === null &&
      other.group.rfc === group.rfc &&
      prefixKey(other.group) === prefixKey(group);
    if (!same) continue;
    const index = other.slots.findIndex((slot) => slot?.message === above);
    if (bare ? index >= 0 : other.group.total === group.total) return { draft: other, index };
  }
  return null;
}

function prefixKey({ prefixes }: Group): string {
  return prefixes
    .filter((word) => !REPLACEMENT_WORDS.test(word))
    .join(" ")
    .toLowerCase();
}

interface Answer {
  readonly target: Message;
  readonly depth: number;
}

// For each mail the nearest mail of a posting above it. Every mail is walked over once.
function answersIn(threads: Threads, place: ReadonlyMap<Message, unknown>): Map<Message, Answer | null> {
  const answers = new Map<Message, Answer | null>();
  for (const message of threads.messages) {
    const path: Message[] = [];
    const onPath = new Set<Message>();
    let at: Message | null = message;
    while (at !== null && !answers.has(at) && !place.has(at) && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      at = threads.parentOf(at);
    }
    let answer: Answer | null = null;
    if (at !== null) answer = place.has(at) ? { target: at, depth: 0 } : (answers.get(at) ?? null);
    for (const step of path.toReversed()) {
      answer = answer === null ? null : { target: answer.target, depth: answer.depth + 1 };
      answers.set(step, answer);
    }
  }
  return answers;
}

function finish(draft: Draft, threads: Threads): Posting {
  const { group, cover, slots, problems } = draft;
  const firstPatch = slots.find((slot) => slot !== null) ?? null;
  const root = cover?.message ?? firstPatch?.message ?? null;
  const seen = slots.filter((slot) => slot !== null).length;
  const texts = [cover?.message, firstPatch?.message].filter((message) => message !== undefined);
  const missing = slots.length - seen;
  if (missing > 0) {
    const name = `${printRevision(group.revision)} "${cover?.title ?? firstPatch?.title ?? ""}"`;
    problems.push({ message: `Find postings: ${missing} of ${slots.length} patches of ${name} are missing` });
  }
  return {
    id: root?.messageId ?? null,
    thread: root === null ? null : threadOf(threads, root),
    sender: root?.from[0] ?? null,
    revision: group.revision,
    total: slots.length,
    prefixes: group.prefixes,
    rfc: group.rfc,
    resend: group.resend,
    subject: cover?.title ?? firstPatch?.title ?? "",
    cover,
    slots,
    extras: sortExtras(draft.extras),
    replies: draft.replies,
    seen,
    complete: missing === 0,
    date: root?.date ?? null,
    base: texts.length === 0 ? noBase : firstBase(texts.map((message) => parseBase(patchText(message).bytes))),
    problems,
  };
}

function sortExtras(extras: readonly Extra[]): Extra[] {
  const order = new Map(sortByDate(extras.map(({ patch }) => patch.message)).map((message, index) => [message, index]));
  return extras.toSorted((a, b) => (order.get(a.patch.message) ?? 0) - (order.get(b.patch.message) ?? 0));
}

function sameSender(left: Message, right: Message): boolean {
  const [a, b] = [left.from[0]?.address, right.from[0]?.address];
  return a !== undefined && b !== undefined && sameAddress(a, b);
}
