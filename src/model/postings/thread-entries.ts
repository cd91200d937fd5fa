// A thread in the order in which people read it: each mail behind the one that it answers, and how deep it stands below the first.
import type { Message } from "#model/mail";
import { indexThreads, MAX_THREAD_DEPTH } from "./threads.ts";

/** A mail at its place in the thread. */
export interface ThreadEntry {
  readonly message: Message;
  /** 0 for what answers nothing that is here. */
  readonly depth: number;
  /** What it answers, as far as that is here. */
  readonly parent: Message | null;
}

/** Every mail once, copies left out; answers to one mail oldest first. A loop of answers is cut at its oldest mail. */
export function threadEntries(given: readonly Message[], lists: readonly string[] = []): ThreadEntry[] {
  const threads = indexThreads(given, lists);
  const answers = new Map<Message | null, Message[]>();
  for (const message of threads.messages) {
    const parent = threads.parentOf(message);
    const known = answers.get(parent);
    if (known === undefined) answers.set(parent, [message]);
    else known.push(message);
  }
  const entries: ThreadEntry[] = [];
  const placed = new Set<Message>();
  // By hand, not by recursion: a thread may be as deep as it has mails.
  const place = (first: Message, parent: Message | null): void => {
    const waiting: ThreadEntry[] = [{ message: first, depth: 0, parent }];
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      const { message, depth } = entry;
      if (placed.has(message)) continue;
      placed.add(message);
      entries.push(entry);
      const below = Math.min(depth + 1, MAX_THREAD_DEPTH);
      for (const answer of (answers.get(message) ?? []).toReversed())
        waiting.push({ message: answer, depth: below, parent: message });
    }
  };
  for (const root of answers.get(null) ?? []) place(root, null);
  for (const message of threads.messages) if (!placed.has(message)) place(message, null);
  return entries;
}
