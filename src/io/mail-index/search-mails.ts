// Answers searches: mails, newest first, as a person wants to see them listed. Reads no mail.
import type { Query } from "#model/search";
import { compileQuery } from "./compile-query.ts";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";

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

/** Searches; of the mails found, the `limit` that were received last are given, newest first. */
export function searchMails(index: MailIndex, query: Query, limit: number): Found {
  const { text, values } = compileQuery(index, query);
  const total =
    row<{ total: number }>(index, `SELECT count(*) AS total FROM mail WHERE ${text}`, ...values)?.total ?? 0;
  const ids = rows<{ id: number }>(
    index,
    `SELECT id FROM mail WHERE ${text} ORDER BY received DESC, id DESC LIMIT ?`,
    ...values,
    limit,
  );
  return {
    total,
    mails: describeMails(
      index,
      ids.map(({ id }) => id),
    ),
  };
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

const DESCRIBE = `SELECT coalesce(value, '') AS messageId, subject, author, sent, received, thread
  FROM mail LEFT JOIN message_id ON message_id.id = mail.name WHERE mail.id = ?`;
const SEEN_IN = `SELECT archive.name FROM sighting JOIN archive ON archive.id = sighting.archive WHERE mail = ? ORDER BY archive.name`;
