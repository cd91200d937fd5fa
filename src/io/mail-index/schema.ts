// The tables of the mail index and the version of their meaning. docs/decisions/0011-mail-index.md says why they are so.
import type { KeyKind, TextField } from "#model/search";
import { TEXT_FIELDS } from "#model/search";

/** Raised whenever the tables, or what is stored in them, change; an index of another version is made anew from the archives. */
export const SCHEMA_VERSION = 1;
/** "LMai" as a number: whose file this is (SQLite's `application_id`). */
export const APPLICATION_ID = 0x4c4d6169;

/** Columns of the full text, quoted: some are words of SQL. */
export const COLUMNS = TEXT_FIELDS.map(columnOf);

/** A field as SQL and FTS5 queries name it. */
export function columnOf(field: TextField): string {
  return `"${field}"`;
}

/** Kinds of keys as stored. Numbers are never reused. */
export const KEY_KINDS: Readonly<Record<Exclude<KeyKind, "message-id">, number>> = {
  "list-id": 1,
  "patch-id": 2,
  "old-blob": 3,
  "new-blob": 4,
  "change-id": 5,
  link: 6,
};

export const SCHEMA = `
CREATE TABLE archive (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- Where it was when its keys were read: the keys of another place mean other mails.
  place TEXT NOT NULL,
  -- As the archive gave it; null before the first visit has reached anything.
  cursor TEXT,
  -- 1 when it gives a message again by its key, so its bytes are not kept here.
  rereads INTEGER NOT NULL
) STRICT;
CREATE TABLE message_id (
  id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE,
  -- The same number for all ids of one thread, of mails that are here and of mails that are only referred to.
  thread INTEGER NOT NULL
) STRICT;
CREATE INDEX message_id_thread ON message_id (thread);
CREATE TABLE mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Null for a mail without a Message-ID.
  name INTEGER,
  -- Tells mails of one Message-ID apart, see fingerprint.ts.
  print BLOB NOT NULL,
  subject TEXT NOT NULL,
  author TEXT NOT NULL,
  -- The author's address in lower case.
  address TEXT NOT NULL,
  -- Milliseconds since 1970: the Date field, and when a server first had it.
  sent INTEGER NOT NULL,
  received INTEGER NOT NULL,
  size INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_name ON mail (name);
CREATE INDEX mail_address ON mail (address, sent);
CREATE INDEX mail_sent ON mail (sent);
CREATE INDEX mail_received ON mail (received);
-- The mails above a mail, as far as they join threads.
CREATE TABLE parent (mail INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (mail, name)) STRICT, WITHOUT ROWID;
-- Where a mail was seen.
CREATE TABLE sighting (
  archive INTEGER NOT NULL, key TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (archive, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_mail ON sighting (mail);
-- Raw deflate of the mail, where no archive gives it again.
CREATE TABLE kept (mail INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE key (
  kind INTEGER NOT NULL, value TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (kind, value, mail)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_mail ON key (mail);
-- Words that differ from their stem: a search for one finds all of them.
CREATE TABLE stem (stem TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (stem, word)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
  ${COLUMNS.join(", ")},
  content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
`;
