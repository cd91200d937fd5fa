// Answers searches: mails, newest first, as a person wants to see them listed. Reads no mail.
import { UserError } from "#model/bytes";
import type { Query } from "#model/search";
import { compileQuery } from "./compile-query.ts";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";
import { mailsOfThread } from "./threads.ts";

/** A mail as a list of results shows it. */
export interface FoundMail {
  /** Number of the mail in this index; means nothing elsewhere. */
  readonly mail: number;
  /** "" for a mail without one. */
  readonly messageId: string;
  readonly subject: string;
  /** `Name <address>`. */
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly received: number;
  /** Names of the archives that have it. */
  readonly archives: readonly string[];
  /** The same number for all mails of one thread; null for a mail without Message-ID. */
  readonly thread: number | null;
}

/** The newest mails that a search finds. */
export interface Found {
  readonly mails: readonly FoundMail[];
  /** All that there are. */
  readonly total: number;
}

export interface SearchLimits {
  /** Most mails that are given. */
  readonly limit: number;
  /** `thread`: of each thread only the mail that was received last, and threads are what `total` counts. */
  readonly once: "mail" | "thread";
}

/** Searches; of the mails found, those received last are given, newest first. Throws UserError for a query that SQLite cannot hold. */
export function searchMails(index: MailIndex, query: Query, limits: SearchLimits): Found {
  try {
    return searched(index, query, limits);
  } catch (cause) {
    if (!(cause instanceof Error) || !TOO_DEEP.test(cause.message)) throw cause;
    throw new UserError("this search is nested too deep, or too long", { hint: "ask for less at a time", cause });
  }
}

/** What SQLite says of a statement, or its full text of a query, that is beyond its limits (sqlite.org/limits.html). */
const TOO_DEEP = /parser stack overflow|expression tree is too large|too many SQL variables/i;

function searched(index: MailIndex, query: Query, { limit, once }: SearchLimits): Found {
  const { text, values } = compileQuery(index, query);
  const of = once === "mail" ? "mail" : "mail LEFT JOIN message_id ON message_id.id = mail.name";
  const counted = once === "mail" ? "*" : `DISTINCT ${THREAD}`;
  const group = once === "mail" ? "" : `GROUP BY ${THREAD}`;
  const newest = once === "mail" ? "received" : "max(received)";
  const total = row<{ total: number }>(index, `SELECT count(${counted}) AS total FROM ${of} WHERE ${text}`, ...values);
  const ids = rows<{ id: number }>(
    index,
    // Beside max(), SQLite gives the other columns of the row that has the maximum.
    `SELECT mail.id, ${newest} AS newest FROM ${of} WHERE ${text} ${group} ORDER BY newest DESC, mail.id DESC LIMIT ?`,
    ...values,
    limit,
  );
  return {
    total: total?.total ?? 0,
    mails: describeMails(
      index,
      ids.map(({ id }) => id),
    ),
  };
}

// A mail without a Message-ID is a thread of its own.
const THREAD = "coalesce(thread, -mail.id)";

/** The oldest mail of the thread of a mail. */
export function rootOfThread(index: MailIndex, { mail, thread }: FoundMail): number {
  return thread === null ? mail : (mailsOfThread(index, thread, 1)[0] ?? mail);
}

/** The mails of the index, at most `limit`, in the order in which they were stored. */
export function allMails(index: MailIndex, limit: number): number[] {
  return rows<{ id: number }>(index, "SELECT id FROM mail ORDER BY id LIMIT ?", limit).map(({ id }) => id);
}

/** What a list shows of these mails, in the order given. */
export function describeMails(index: MailIndex, mails: readonly number[]): FoundMail[] {
  return mails.flatMap((mail) => {
    const found = row<Omit<FoundMail, "archives" | "mail">>(index, DESCRIBE, mail);
    if (found === undefined) return [];
    const seen = rows<{ name: string }>(index, SEEN_IN, mail).map(({ name }) => name);
    return [{ ...found, mail, archives: [...new Set(seen)] }];
  });
}

/** The subject of the mail with that Message-ID, without `<>`; null when the index has none. Of several the one stored first. */
export function subjectOf(index: MailIndex, messageId: string): string | null {
  return row<{ subject: string }>(index, SUBJECT, messageId)?.subject ?? null;
}

const SUBJECT = `SELECT subject FROM message_id JOIN mail ON mail.name = message_id.id WHERE value = ? ORDER BY mail.id LIMIT 1`;
const DESCRIBE = `SELECT coalesce(value, '') AS messageId, subject, author, sent, received, thread
  FROM mail LEFT JOIN message_id ON message_id.id = mail.name WHERE mail.id = ?`;
const SEEN_IN = `SELECT archive.name FROM sighting JOIN archive ON archive.id = sighting.archive WHERE mail = ? ORDER BY archive.name`;
