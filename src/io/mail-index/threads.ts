// Threads in the index: which Message-IDs hang together, over mails that are here and mails that are only referred to.
// Subjects mean nothing here; what makes a posting is for #model/postings.
import type { MessageId } from "#model/mail";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";

/** The numbers of these ids, which belong to one thread from now on; an id that was never seen gets a number. */
export function joinThread(index: MailIndex, ids: readonly MessageId[]): number[] {
  const known = ids.map((id) =>
    row<{ id: number; thread: number }>(index, "SELECT id, thread FROM message_id WHERE value = ?", id),
  );
  let thread = mergeThreads(index, new Set(known.flatMap((one) => one?.thread ?? [])));
  return known.map((one, at) => {
    const name = one?.id ?? insertName(index, ids[at] ?? "", thread);
    thread ??= name;
    return name;
  });
}

// Most ids are new and join a thread that is there: they are written once, with it.
function insertName(index: MailIndex, id: string, thread: number | null): number {
  const name = row<{ next: number }>(index, "SELECT coalesce(max(id), 0) + 1 AS next FROM message_id")?.next ?? 1;
  index.sql("INSERT INTO message_id (id, value, thread) VALUES (?, ?, ?)").run(name, id, thread ?? name);
  return name;
}

/** Makes one thread of several; its number, null for none. */
function mergeThreads(index: MailIndex, threads: ReadonlySet<number>): number | null {
  const [first, ...others] = [...threads].sort((a, b) => a - b);
  for (const other of others) index.sql("UPDATE message_id SET thread = ? WHERE thread = ?").run(first ?? other, other);
  return first ?? null;
}

/** Takes threads apart that a removed mail held together. */
export function splitThreads(index: MailIndex, threads: ReadonlySet<number>): void {
  for (const thread of threads) {
    const mails = rows<{ mail: number; name: number }>(
      index,
      "SELECT mail.id AS mail, mail.name FROM message_id JOIN mail ON mail.name = message_id.id WHERE thread = ?",
      thread,
    );
    index.sql("UPDATE message_id SET thread = id WHERE thread = ?").run(thread);
    for (const { mail, name } of mails) {
      const names = rows<{ thread: number }>(
        index,
        "SELECT thread FROM message_id WHERE id = ? OR id IN (SELECT name FROM parent WHERE mail = ?)",
        name,
        mail,
      );
      mergeThreads(index, new Set(names.map((one) => one.thread)));
    }
  }
}

/** The threads that mails with these ids are in, or that refer to them. */
export function threadsOf(index: MailIndex, ids: Iterable<MessageId>): Set<number> {
  const threads = new Set<number>();
  for (const id of ids) {
    const found = row<{ thread: number }>(index, "SELECT thread FROM message_id WHERE value = ?", id);
    if (found !== undefined) threads.add(found.thread);
  }
  return threads;
}

/** The mails of a thread, at most `limit`, oldest first. */
export function mailsOfThread(index: MailIndex, thread: number, limit: number): number[] {
  return rows<{ id: number }>(
    index,
    `SELECT mail.id FROM message_id JOIN mail ON mail.name = message_id.id WHERE thread = ? ORDER BY sent, mail.id LIMIT ?`,
    thread,
    limit,
  ).map(({ id }) => id);
}
