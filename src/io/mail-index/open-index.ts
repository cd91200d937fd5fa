// Opens the index file: makes it, makes it anew when it is of another version, and moves it aside when it is damaged.
// What it holds is the business of the other files here.
import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "#model/bytes";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** An open index. It may be open several times, in several processes: readers never wait, writers take turns. */
export interface MailIndex extends Disposable {
  readonly file: string;
  /** What happened to the file that was there before, one sentence; null when nothing did. */
  readonly renewed: string | null;
  /** A prepared statement, prepared once. */
  sql(text: string): StatementSync;
  /** Runs `work` in one transaction: all of it lands, or nothing. Synchronous, so that nobody waits long. */
  write<T>(work: () => T): T;
}

/** Name of the index in a tree's private directory. */
export const INDEX_FILE = "mail.sqlite";
/** A writer waits this long, in milliseconds, for another one. */
const BUSY_TIMEOUT = 30_000;
/** Pages of 4 KiB kept in memory. */
const CACHE_PAGES = 16_384;
/** Full text is gathered up to this many bytes before it is written; larger pieces are merged less often. */
const HASH_SIZE = 16 * 1024 * 1024;

/** Opens the index in `privateDir`, and makes it when there is none. */
export function openMailIndex(privateDir: string): MailIndex {
  mkdirSync(privateDir, { recursive: true });
  const file = join(privateDir, INDEX_FILE);
  try {
    const opened = connect(file);
    const version = versionOf(opened);
    if (version === SCHEMA_VERSION) return handle(file, opened, null);
    if (version === null) {
      create(opened);
      return handle(file, opened, null);
    }
    opened.close();
    removeIndex(file);
    return handle(file, create(connect(file)), `the mail index was of version ${version}, it is made anew`);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const sentence = setAside(file);
    return handle(file, create(connect(file)), sentence);
  }
}

/** Opens the index for reading; UserError when there is none that can be read. */
export function openExistingIndex(privateDir: string): MailIndex {
  const file = join(privateDir, INDEX_FILE);
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw new UserError("there is no mail index yet", { hint: "make it with: longarm mail sync" });
  const index = openMailIndex(privateDir);
  if (index.renewed === null) return index;
  index[Symbol.dispose]();
  throw new UserError(`${index.renewed}, and it is empty now`, { hint: "fill it again with: longarm mail sync" });
}

/**
 * Runs `work` on an open index. Where the file turns out to be damaged, it is moved aside and the UserError says so:
 * everything in it can be read again from the archives.
 */
export async function withDamageTold<T>(index: MailIndex, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    index[Symbol.dispose]();
    throw new UserError(setAside(index.file), { hint: "fill it again with: longarm mail sync", cause });
  }
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  try {
    // With a write-ahead log, NORMAL survives every kill; a power cut may lose the last transactions, whole ones.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = ${CACHE_PAGES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Null for a file without any table. */
function versionOf(database: DatabaseSync): number | null {
  const number = (pragma: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  if (number("application_id") === APPLICATION_ID) return number("user_version");
  const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get();
  return Number(tables?.["tables"]) === 0 ? null : -1;
}

function create(database: DatabaseSync): DatabaseSync {
  database.exec("BEGIN IMMEDIATE");
  // Another process may have been quicker.
  if (versionOf(database) === null) {
    database.exec(SCHEMA);
    database.exec(`INSERT INTO words (words, rank) VALUES ('hashsize', ${HASH_SIZE})`);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec("COMMIT");
  return database;
}

/** Prepared statements that are kept: those of the program, and some of searches, whose shapes are without end. */
const MAX_STATEMENTS = 200;

function handle(file: string, database: DatabaseSync, renewed: string | null): MailIndex {
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const known = statements.get(text) ?? database.prepare(text);
    statements.delete(text);
    statements.set(text, known);
    for (const oldest of statements.keys()) {
      if (statements.size <= MAX_STATEMENTS) break;
      statements.delete(oldest);
    }
    return known;
  };
  const write = <T>(work: () => T): T => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  };
  const close = (): void => {
    if (database.isOpen) database.close();
  };
  return { file, renewed, sql, write, [Symbol.dispose]: close };
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, and their extended codes. */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === 11 || code === 26;
}

/** Moves a damaged index out of the way, over an older damaged one, and says so. */
function setAside(file: string): string {
  const aside = `${file}.damaged`;
  renameSync(file, aside);
  for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  return `the mail index was damaged and is now "${aside}"`;
}

function removeIndex(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
}

/** One row of a query, or undefined; the values as TypeScript wants to see them. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function row<T>(index: MailIndex, text: string, ...values: readonly SQLInputValue[]): T | undefined {
  return index.sql(text).get(...values) as T | undefined;
}

/** All rows of a query. */
export function rows<T>(index: MailIndex, text: string, ...values: readonly SQLInputValue[]): T[] {
  return index.sql(text).all(...values) as T[];
}
