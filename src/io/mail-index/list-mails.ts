// Lists of mails by what the index itself knows of them, without reading one: the newest, those of a thread, the one of a Message-ID.
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";

/** What the index knows of a mail. */
export interface ListedMail {
  /** Number of the mail in this index; means nothing elsewhere. */
  readonly mail: number;
  /** "" for a mail without one. */
  readonly messageId: string;
  readonly subject: string;
  /** `Name <address>`. */
  readonly author: string;
  /** The author's, in lower case. */
  readonly address: string;
  /** Milliseconds since 1970: what its Date says, and when a server first had it. */
  readonly sent: number;
  readonly received: number;
  /** In bytes. */
  readonly size: number;
  /** The same number for all mails of one thread; null for a mail without Message-ID. */
  readonly thread: number | null;
}

const SELECT = `SELECT mail.id AS mail, coalesce(value, '') AS messageId, subject, author, address, sent, received, size, thread
  FROM mail LEFT JOIN message_id ON message_id.id = mail.name`;

/** The mail with that Message-ID, without `<>`; of several the one that was stored first. Null when the index has not seen it. */
export function mailNamed(index: MailIndex, messageId: string): ListedMail | null {
  return (
    row<ListedMail>(index, `${SELECT} WHERE value = ? AND mail.id IS NOT NULL ORDER BY mail.id LIMIT 1`, messageId) ??
    null
  );
}

/** The mails of a thread, at most `limit`, oldest first. */
export function threadListed(index: MailIndex, thread: number, limit: number): ListedMail[] {
  return rows<ListedMail>(index, `${SELECT} WHERE thread = ? ORDER BY sent, mail.id LIMIT ?`, thread, limit);
}

/** How many mails a thread has. */
export function threadSize(index: MailIndex, thread: number): number {
  const COUNT = "SELECT count(*) AS mails FROM message_id JOIN mail ON mail.name = message_id.id WHERE thread = ?";
  return row<{ mails: number }>(index, COUNT, thread)?.mails ?? 0;
}

/** A place in the list of all mails, newest first: mails that come later do not move it. */
export interface MailPlace {
  readonly received: number;
  readonly mail: number;
}

/** Mails behind that place, or from the newest on, by when a server first had them; newest first, at most `limit`. */
export function newestMails(index: MailIndex, after: MailPlace | null, limit: number): ListedMail[] {
  const { received, mail } = after ?? { received: Number.MAX_SAFE_INTEGER, mail: 0 };
  // A comparison of pairs, as the index on `received` can answer it.
  const BEHIND = "received <= ? AND (received < ? OR mail.id < ?)";
  return rows<ListedMail>(
    index,
    `${SELECT} WHERE ${BEHIND} ORDER BY received DESC, mail.id DESC LIMIT ?`,
    received,
    received,
    mail,
    limit,
  );
}
