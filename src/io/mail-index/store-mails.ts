// Puts mails into the index and takes them out. Called inside a transaction; decides nothing about archives and cursors.
import type { MessageId } from "#model/mail";
import { joinNumbers, stemOf, TEXT_FIELDS } from "#model/search";
import { isSameMail } from "./fingerprint.ts";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";
import type { PreparedMail } from "./prepare-mail.ts";
import { COLUMNS, KEY_KINDS } from "./schema.ts";
import { joinThread, splitThreads } from "./threads.ts";

/** What became of a mail: stored, one more sighting of one that is here, or known by its key already. */
export type Stored =
  | { readonly kind: "new" }
  | { readonly kind: "new"; readonly clash: MessageId }
  | { readonly kind: "seen-again" }
  | { readonly kind: "known" };

/** Stores a mail of an archive. `clash` says that another mail with other content has its Message-ID. */
export function storeMail(index: MailIndex, archive: number, mail: PreparedMail): Stored {
  if (hasKey(index, archive, mail.key)) return { kind: "known" };
  // A copy joins threads, too: a list may have rewritten its References.
  const [name = null, ...parents] = mail.messageId === null ? [] : joinThread(index, [mail.messageId, ...mail.parents]);
  const others = rows<{ id: number; print: Uint8Array }>(
    index,
    name === null
      ? "SELECT id, print FROM mail WHERE name IS NULL AND print = ?"
      : "SELECT id, print FROM mail WHERE name = ?",
    name ?? mail.print,
  );
  const same = others.find(({ print }) => isSameMail(print, mail.print));
  const id = same?.id ?? insertMail(index, name, mail);
  for (const parent of parents) index.sql("INSERT OR IGNORE INTO parent (mail, name) VALUES (?, ?)").run(id, parent);
  index.sql("INSERT INTO sighting (archive, key, mail) VALUES (?, ?, ?)").run(archive, mail.key, id);
  if (mail.deflated !== null)
    index.sql("INSERT OR IGNORE INTO kept (mail, bytes) VALUES (?, ?)").run(id, mail.deflated);
  if (same !== undefined) {
    // A copy of another list may name that list.
    for (const { kind, value } of mail.entry.keys) if (kind === "list-id") insertKey(index, id, kind, value);
    return { kind: "seen-again" };
  }
  return mail.messageId !== null && others.length > 0 ? { kind: "new", clash: mail.messageId } : { kind: "new" };
}

/** Whether the archive has given a message with this key before. */
export function hasKey(index: MailIndex, archive: number, key: string): boolean {
  return row(index, "SELECT 1 FROM sighting WHERE archive = ? AND key = ?", archive, key) !== undefined;
}

/** Forgets messages of an archive; a mail that no archive has any more is taken out. Returns how many were. */
export function removeKeys(index: MailIndex, archive: number, keys: Iterable<string>): number {
  const threads = new Set<number>();
  let removed = 0;
  for (const key of keys) {
    const seen = row<{ mail: number }>(index, "SELECT mail FROM sighting WHERE archive = ? AND key = ?", archive, key);
    if (seen === undefined) continue;
    index.sql("DELETE FROM sighting WHERE archive = ? AND key = ?").run(archive, key);
    if (row(index, "SELECT 1 FROM sighting WHERE mail = ?", seen.mail) !== undefined) continue;
    const thread = deleteMail(index, seen.mail);
    if (thread !== null) threads.add(thread);
    removed += 1;
  }
  splitThreads(index, threads);
  return removed;
}

function insertMail(index: MailIndex, name: number | null, mail: PreparedMail): number {
  const { print, subject, author, address, sent, received, size, entry } = mail;
  const inserted = index
    .sql(
      "INSERT INTO mail (name, print, subject, author, address, sent, received, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .run(name, print, subject, author, address, sent, received, size);
  const id = Number(inserted.lastInsertRowid);
  for (const { kind, value } of entry.keys) if (kind !== "message-id") insertKey(index, id, kind, value);
  index.sql(INSERT_WORDS).run(id, ...TEXT_FIELDS.map((field) => joinNumbers(entry.text[field])));
  for (const field of TEXT_FIELDS) storeStems(index, entry.text[field]);
  return id;
}

const INSERT_WORDS = `INSERT INTO words (rowid, ${COLUMNS.join(", ")}) VALUES (?, ${COLUMNS.map(() => "?").join(", ")})`;

function insertKey(index: MailIndex, mail: number, kind: keyof typeof KEY_KINDS, value: string): void {
  index.sql("INSERT OR IGNORE INTO key (kind, value, mail) VALUES (?, ?, ?)").run(KEY_KINDS[kind], value, mail);
}

/** Takes a mail out; the thread that it was in, null for none. */
function deleteMail(index: MailIndex, mail: number): number | null {
  const thread = row<{ thread: number }>(
    index,
    "SELECT thread FROM mail JOIN message_id ON message_id.id = mail.name WHERE mail.id = ?",
    mail,
  );
  for (const text of [
    "DELETE FROM words WHERE rowid = ?",
    "DELETE FROM key WHERE mail = ?",
    "DELETE FROM kept WHERE mail = ?",
    "DELETE FROM parent WHERE mail = ?",
    "DELETE FROM mail WHERE id = ?",
  ]) {
    index.sql(text).run(mail);
  }
  return thread?.thread ?? null;
}

/** Words that were stored lately, so that a common word is not looked up for every mail. */
const seenWords = new WeakMap<MailIndex, Set<string>>();
/** The memory of them is thrown away when it has this many. */
const MAX_SEEN = 300_000;

// Only words of letters have stems that differ; the rest is what it is.
function storeStems(index: MailIndex, text: string): void {
  let seen = seenWords.get(index);
  if (seen === undefined) seenWords.set(index, (seen = new Set()));
  for (const word of text.match(/[A-Za-z_]{3,64}/g) ?? []) {
    if (seen.has(word)) continue;
    if (seen.size >= MAX_SEEN) seen.clear();
    seen.add(word);
    const lower = word.toLowerCase();
    const stem = stemOf(lower);
    if (stem !== lower) index.sql("INSERT OR IGNORE INTO stem (stem, word) VALUES (?, ?)").run(stem, lower);
  }
}

/** To be called when a transaction was rolled back: the words that it stored are gone. */
export function forgetWords(index: MailIndex): void {
  seenWords.delete(index);
}
