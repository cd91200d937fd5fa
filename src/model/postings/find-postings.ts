// Finds the postings in a set of mails: who belongs to which version of which series. Two postings never share a slot.
// Does not decide which posting replaces which: that is revision-chains.ts.
import type { Problem } from "#model/bytes";
import { byteString, concatBytes } from "#model/bytes";
import type { Message } from "#model/mail";
import { parseAddresses, patchText, realSender, sameAddress } from "#model/mail";
import { extraKindOf, foldAmendments, type Draft } from "./fold-amendments.ts";
import { firstBase, noBase, parseBase } from "./base-info.ts";
import { groupPatches, type Group } from "./group-patches.ts";
import { seenInWords } from "./completeness.ts";
import { printRevision } from "./parse-subject.ts";
import type { Part } from "./parts.ts";
import { parsePatchMail, type PatchMail } from "./patch-mail.ts";
import type { Cover, Extra, FoundPostings, Posting } from "./posting.ts";
import { ancestors, indexThreads, sortByDate, threadOf, type Threads } from "./threads.ts";

/**
 * Sorts mails, in any order, into postings. A posting is known by its root or thread, sender, project prefix, revision, total and RFC mark.
 * The same mails give the same postings in whatever order they come. Time is close to linear in the number of mails.
 * `lists` are patterns of List-Id values, best first: of copies of one mail that came by several lists the best one is taken.
 */
export function findPostings(messages: readonly Message[], lists: readonly string[] = []): FoundPostings {
  const threads = indexThreads(messages, lists);
  const announced = threads.messages.map(classify).filter((part) => part !== null);
  const parts = [...announced, ...cutOut(threads, announced)];
  const groups = groupPatches(threads, parts);
  const taken = new Set(groups.flatMap((group) => group.messages));
  const drafts = groups.map((group) => draftOf(group, threads, taken));
  const kept = foldAmendments(drafts, threads);
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
  // A file without Message-ID was never sent: it is a patch that somebody saved.
  const marked = subject.patch || subject.rfc || subject.revision.stated || subject.amends !== null;
  return marked || message.messageId === null || isOwnWork(patch) ? { kind: "patch", patch } : null;
}

// A diff in a mail that was not announced as a patch is part of a discussion, or a robot's notice about somebody's patch; unless
// the mail begins a thread, the sender has signed the change first, and it holds no header of another mail.
function isOwnWork({ message, trailers, description }: PatchMail): boolean {
  if (message.inReplyTo !== null || message.references.length > 0) return false;
  const signed = trailers.find(({ key }) => key.toLowerCase() === "signed-off-by");
  const [signer] = signed === undefined ? [] : parseAddresses(signed.value);
  const sender = realSender(message)?.address;
  if (signer === undefined || sender === undefined || !sameAddress(signer.address, sender.address)) return false;
  return !/^(?:from|subject): /im.test(byteString(description));
}

// A whole patch below scissors, with a subject of its own, in a discussion that has no patch yet: "Re: [BUG] it crashes". In answer to
// a posting it would be about that one, see fixlets.ts.
function cutOut(threads: Threads, announced: readonly Part[]): Part[] {
  const topOf = (message: Message): Message => [...ancestors(threads, message)].at(-1) ?? message;
  const known = new Set(announced.map(({ patch }) => patch.message));
  const tops = new Set([...known].map(topOf));
  return threads.messages.flatMap((message): Part[] => {
    if (known.has(message) || !mayHoldScissors(message) || tops.has(topOf(message))) return [];
    const patch = parsePatchMail(message);
    const { inBodySubject: subject, hasDiff } = patch;
    if (!hasDiff || subject === null || subject.reply || (subject.counter ?? 1) > 1) return [];
    return [{ kind: "patch", patch: { ...patch, subject } }];
  });
}

function mayHoldScissors({ body }: Message): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.includes(">8") || bytes.includes("8<");
}

// Replies are the bulk of a list and never patches: their bodies need not be read here.
function parsePatchMailLazily(message: Message): PatchMail | null {
  return /^\s*re:/i.test(message.subject) ? null : notReply(parsePatchMail(message));
}

function notReply(patch: PatchMail): PatchMail | null {
  return patch.subject.reply ? null : patch;
}

function draftOf(group: Group, threads: Threads, taken: Set<Message>): Draft {
  const problems: Problem[] = group.notes.map((note) => ({ message: `Find postings: ${note}` }));
  const extras: Extra[] = [];
  const slots: (PatchMail | null)[] = Array.from({ length: group.total }, () => null);
  for (const patch of unamendedFirst(group.patches)) {
    const index = (patch.subject.counter ?? 1) - 1;
    if (index >= slots.length) {
      problems.push({ message: `Find postings: patch ${index + 1} of a series of ${group.total}` });
      while (slots.length <= index) slots.push(null);
    }
    const { amends } = patch.subject;
    if (slots[index] === null) slots[index] = patch;
    else {
      extras.push({ patch, index, kind: extraKindOf(patch) });
      if (amends === null) {
        problems.push({
          message: `Find postings: a second patch ${index + 1} of ${group.total}, the first keeps its place`,
        });
      }
    }
  }
  const cover = group.cover === null ? nakedCover(group, threads, taken) : coverOf(group.cover);
  return { group, cover, slots, extras, replies: [], problems };
}

// A REPLACE that is dated before the patch it replaces does not take its slot.
function unamendedFirst(patches: readonly PatchMail[]): PatchMail[] {
  return patches.toSorted((a, b) => Number(a.subject.amends !== null) - Number(b.subject.amends !== null));
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
  // A patch 1 whose diff cannot be read is no cover.
  if (mail.hasDiff || mail.subject.reply || mail.subject.counter === 1) return null;
  taken.add(parent);
  return coverOf(mail);
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
    problems.push({ message: `Find postings: ${name}: ${seenInWords(slots)}` });
  }
  return {
    id: root?.messageId ?? null,
    thread: root === null ? null : threadOf(threads, root),
    sender: root === null ? null : (realSender(root)?.address ?? null),
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
  const [a, b] = [realSender(left)?.address.address, realSender(right)?.address.address];
  return a !== undefined && b !== undefined && sameAddress(a, b);
}
