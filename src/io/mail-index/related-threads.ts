// The threads that may hold other revisions of what was posted in one: candidates, found by keys and subjects.
// Which of them are revisions is for #model/postings; this only has to miss none of them.
import type { MessageId } from "#model/mail";
import { parseSubject, SUBJECT_WINDOW, titleWords, wordOverlap } from "#model/postings";
import type { MailIndex } from "./open-index.ts";
import { rows } from "./open-index.ts";
import { KEY_KINDS } from "./schema.ts";
import { mailsOfThread, threadsOf } from "./threads.ts";

/** Threads and mails after this many are not looked at. */
export const MAX_RELATED_THREADS = 300;
export const MAX_RELATED_MAILS = 20_000;

/** The mails of the thread of this Message-ID and of its candidates; none when the index has never seen the id. */
export function relatedMails(index: MailIndex, about: MessageId): number[] {
  const threads = threadsOf(index, [about]);
  const senders = new Set<string>();
  const mails: number[] = [];
  // The set grows while it is walked over: a candidate leads to others, as v4 does to v3.
  for (const thread of threads) {
    if (mails.length >= MAX_RELATED_MAILS) break;
    const found = mailsOfThread(index, thread, MAX_RELATED_MAILS - mails.length);
    mails.push(...found);
    if (threads.size >= MAX_RELATED_THREADS) continue;
    const posted = found.flatMap((mail) => postedMail(index, mail));
    if (senders.size === 0) for (const { address } of posted) senders.add(address);
    // A robot or a reviewer with a patch of his own in a later thread leads astray.
    const own = posted.filter(({ address }) => senders.has(address));
    for (const one of candidates(index, own)) if (threads.size < MAX_RELATED_THREADS) threads.add(one);
  }
  return mails;
}

/**
 * The mails of every thread that had a mail since then (milliseconds, by its Date or by when a server had it), with the candidates of
 * each; ascending, each once. Stops behind `limit`, so a longer answer than that means that there is more.
 */
export function relatedMailsSince(index: MailIndex, since: number, limit: number): number[] {
  const found = new Set<number>();
  for (const { id } of rows<{ id: number }>(index, NAMELESS_SINCE, since, since, limit + 1)) found.add(id);
  for (const { value } of rows<{ value: MessageId }>(index, THREADS_SINCE, since, since)) {
    if (found.size > limit) break;
    for (const mail of relatedMails(index, value)) found.add(mail);
  }
  return [...found].sort((a, b) => a - b);
}

const NAMELESS_SINCE = "SELECT id FROM mail WHERE name IS NULL AND (sent >= ? OR received >= ?) LIMIT ?";
// Any id of a thread leads to the whole of it.
const THREADS_SINCE = `SELECT min(value) AS value FROM mail JOIN message_id ON message_id.id = mail.name
  WHERE sent >= ? OR received >= ? GROUP BY thread ORDER BY min(mail.id)`;

/** A cover letter or patch. */
interface PostedMail {
  readonly mail: number;
  readonly address: string;
  readonly sent: number;
  readonly title: string;
  readonly isRoot: boolean;
  readonly messageId: MessageId;
}

type Row = { id: number; address: string; sent: number; subject: string; value: MessageId };

function postedMail(index: MailIndex, mail: number): PostedMail[] {
  const found = rows<Row>(index, `${SELECT_MAIL} WHERE mail.id = ?`, mail);
  return found.flatMap(asPosted);
}

const SELECT_MAIL =
  "SELECT mail.id, address, sent, subject, value FROM mail JOIN message_id ON message_id.id = mail.name";

function asPosted({ id, address, sent, subject, value }: Row): PostedMail[] {
  const { patch, reply, title, counter } = parseSubject(subject);
  if (!patch || reply) return [];
  return [{ mail: id, address, sent, title: title.toLowerCase(), isRoot: (counter ?? 0) <= 1, messageId: value }];
}

function candidates(index: MailIndex, posted: readonly PostedMail[]): Set<number> {
  const threads = new Set<number>();
  const add = (found: Iterable<{ thread: number }>): void => {
    for (const { thread } of found) threads.add(thread);
  };
  for (const { mail, messageId } of posted) {
    for (const kind of [KEY_KINDS["change-id"], KEY_KINDS["patch-id"]]) add(rows(index, SAME_KEY, mail, kind));
    add(rows(index, LINKED_TO, KEY_KINDS.link, messageId, MAX_RELATED_THREADS));
    add(rows(index, LINKED_FROM, mail, KEY_KINDS.link));
  }
  for (const thread of alike(index, posted)) threads.add(thread);
  return threads;
}

const SAME_KEY = `SELECT DISTINCT thread FROM key AS own
  JOIN key AS other ON other.kind = own.kind AND other.value = own.value
  JOIN mail ON mail.id = other.mail JOIN message_id ON message_id.id = mail.name
  WHERE own.mail = ? AND own.kind = ? LIMIT ${MAX_RELATED_THREADS}`;
const LINKED_TO = `SELECT DISTINCT thread FROM key
  JOIN mail ON mail.id = key.mail JOIN message_id ON message_id.id = mail.name
  WHERE kind = ? AND key.value = ? LIMIT ?`;
const LINKED_FROM = `SELECT DISTINCT thread FROM key JOIN message_id ON message_id.value = key.value
  WHERE key.mail = ? AND kind = ? LIMIT ${MAX_RELATED_THREADS}`;

/** Share of common words from which a title is worth a look; revision-chains.ts asks for more. */
const ALIKE = 0.5;
/** Mails of one sender that are compared. */
const MAX_OF_SENDER = 20_000;

// Threads of the same senders with a root of a similar title, or with a patch of the same title.
function alike(index: MailIndex, posted: readonly PostedMail[]): Set<number> {
  const threads = new Set<number>();
  const titles = new Set(posted.map(({ title }) => title));
  const roots = posted.filter(({ isRoot }) => isRoot).map(({ title }) => titleWords(title));
  const times = posted.map(({ sent }) => sent);
  const [first, last] = [Math.min(...times) - SUBJECT_WINDOW, Math.max(...times) + SUBJECT_WINDOW];
  for (const address of new Set(posted.map((one) => one.address))) {
    for (const found of rows<Row & { thread: number }>(index, OF_SENDER, address, first, last, MAX_OF_SENDER)) {
      if (threads.has(found.thread)) continue;
      const [other] = asPosted(found);
      if (other === undefined) continue;
      const words = titleWords(other.title);
      const similar = other.isRoot && roots.some((root) => wordOverlap(root, words) >= ALIKE);
      if (similar || titles.has(other.title)) threads.add(found.thread);
    }
  }
  return threads;
}

const OF_SENDER = `SELECT mail.id, address, sent, subject, value, thread
  FROM mail JOIN message_id ON message_id.id = mail.name
  WHERE address = ? AND sent BETWEEN ? AND ? ORDER BY sent DESC LIMIT ?`;
