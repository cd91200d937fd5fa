// Which mail answers which, by Message-ID. Copies of a mail are recognised here; subjects and patches mean nothing here.
import type { Problem } from "#model/bytes";
import { equalBytes } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";

/** Mails, each once, and their parents. */
export interface Threads {
  /** Oldest first; mails without a readable date last. The order does not depend on the order given. */
  readonly messages: readonly Message[];
  /** Mails whose Message-ID another one with other content has taken. */
  readonly impostors: readonly Message[];
  readonly problems: readonly Problem[];
  readonly byId: ReadonlyMap<MessageId, Message>;
  /** The nearest mail above that is here: In-Reply-To, then References from the last to the first. */
  parentOf(message: Message): Message | null;
}

/** Steps up a thread that are followed; real threads stay below a few hundred. */
export const MAX_THREAD_DEPTH = 2000;

/** Indexes mails. The oldest of several mails with one Message-ID and different content keeps the id. */
export function indexThreads(given: readonly Message[]): Threads {
  const byId = new Map<MessageId, Message>();
  const messages: Message[] = [];
  const impostors: Message[] = [];
  const problems: Problem[] = [];
  for (const message of sortByDate(given)) {
    const known = message.messageId === null ? undefined : byId.get(message.messageId);
    if (known === undefined) {
      messages.push(message);
      if (message.messageId !== null) byId.set(message.messageId, message);
    } else if (!sameContent(known, message)) {
      impostors.push(message);
      problems.push({ message: `Index threads: two different mails have the Message-ID "${message.messageId ?? ""}"` });
    }
  }
  const parents = new Map<Message, Message | null>();
  const parentOf = (message: Message): Message | null => {
    const known = parents.get(message);
    if (known !== undefined) return known;
    const parent = parentIds(message)
      .map((id) => byId.get(id))
      .find((found) => found !== undefined && found !== message);
    parents.set(message, parent ?? null);
    return parent ?? null;
  };
  return { messages, impostors, problems, byId, parentOf };
}

/** The ids a mail claims to answer, nearest first. */
export function parentIds(message: Message): MessageId[] {
  const nearest = message.inReplyTo === null ? [] : [message.inReplyTo];
  return [...nearest, ...message.references.toReversed()];
}

/** The mails above, nearest first; ends at a loop. */
export function* ancestors(threads: Threads, message: Message): Generator<Message> {
  const passed = new Set([message]);
  for (let at = threads.parentOf(message); at !== null && !passed.has(at); at = threads.parentOf(at)) {
    yield at;
    if (passed.size > MAX_THREAD_DEPTH) return;
    passed.add(at);
  }
}

/** The first mail of a thread, by what the topmost mail that is here says of those above it. */
export function threadOf(threads: Threads, message: Message): MessageId | null {
  const top = [...ancestors(threads, message)].at(-1) ?? message;
  return top.references[0] ?? top.inReplyTo ?? top.messageId;
}

/** Mails by time, then by Message-ID, then as given. */
export function sortByDate(messages: readonly Message[]): Message[] {
  const keyed = messages.map((message) => ({
    message,
    time: message.date?.time ?? Infinity,
    id: message.messageId ?? "",
  }));
  keyed.sort((a, b) => (a.time === b.time ? Number(a.id > b.id) - Number(a.id < b.id) : a.time - b.time));
  return keyed.map(({ message }) => message);
}

// Two deliveries of one mail differ in trace headers, and in a footer that a list appended.
function sameContent(left: Message, right: Message): boolean {
  if (left.subject !== right.subject || left.date?.text !== right.date?.text) return false;
  if (left.from[0]?.address !== right.from[0]?.address) return false;
  const [short, long] = left.body.length <= right.body.length ? [left.body, right.body] : [right.body, left.body];
  let end = short.length;
  while (end > 0 && (short[end - 1] === 10 || short[end - 1] === 13)) end--;
  return equalBytes(short.subarray(0, end), long.subarray(0, end));
}
