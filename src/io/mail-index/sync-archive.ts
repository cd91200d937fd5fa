// Brings the index up to date with one archive: what it gives is stored together with its cursor, in transactions,
// so that a kill at any moment loses nothing and doubles nothing. Which archives there are is the caller's business.
import type { Archive } from "#io/archive";
import type { MessageId } from "#model/mail";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";
import { prepareMail, type PreparedMail } from "./prepare-mail.ts";
import { forgetWords, hasKey, removeKeys, storeMail } from "./store-mails.ts";

/** An archive as the index knows it. */
export interface IndexedArchive {
  /** Unique, as a person names it. */
  readonly name: string;
  /** Its path or address; when it changes, everything is read again. */
  readonly place: string;
  /** List-Id of mails that have none; null for none. */
  readonly list: string | null;
  /** Whether the index keeps the bytes even where the archive can give them again. */
  readonly keep: boolean;
}

/** What one visit did. */
export interface SyncReport {
  readonly archive: string;
  /** Mails that no archive had before. */
  readonly added: number;
  /** Messages that are copies of a mail that is in the index. */
  readonly copies: number;
  /** Mails that no archive has any more. */
  readonly removed: number;
  /** Sentences about damaged input, without the archive's name. */
  readonly problems: readonly string[];
  /** Ids under which mails with different content are in the index now, and were not before. */
  readonly clashes: readonly MessageId[];
}

/** Mails of one transaction, and their bytes; a transaction of this size takes about a second. */
export const MAX_BATCH = 1000;
const MAX_BATCH_BYTES = 32 * 1024 * 1024;
/** A cursor may wait this long, in milliseconds, for mails to share a transaction with. */
const COMMIT_EVERY = 1000;
/** Sentences of one visit that are kept; the number of all problems is said behind them. */
const MAX_PROBLEMS = 1000;

type Pending =
  | { readonly kind: "mail"; readonly mail: PreparedMail }
  | { readonly kind: "removed"; readonly key: string }
  | { readonly kind: "present"; readonly keys: ReadonlySet<string> }
  | { readonly kind: "reached"; readonly cursor: string };

/** Reads what is new. When the archive fails on the way, what came before is stored and the error thrown on. */
export async function syncArchive(
  index: MailIndex,
  archive: Archive,
  as: IndexedArchive,
  progress: (messages: number) => void,
): Promise<SyncReport> {
  const { id, cursor } = registerArchive(index, archive, as);
  const report = {
    archive: as.name,
    added: 0,
    copies: 0,
    removed: 0,
    problems: [] as string[],
    clashes: [] as MessageId[],
  };
  const options = { keep: as.keep || archive.read === undefined, list: as.list };
  let pending: Pending[] = [];
  const pendingKeys = new Set<string>();
  let [mails, bytes, messages, problems] = [0, 0, 0, 0];
  let [reached, committed] = [cursor, performance.now()];

  const commit = (): void => {
    if (pending.length === 0) return;
    const done = storeAll(index, id, pending);
    report.added += done.added;
    report.copies += done.copies;
    report.removed += done.removed;
    report.clashes.push(...done.clashes);
    pending = [];
    pendingKeys.clear();
    [mails, bytes, committed] = [0, 0, performance.now()];
    progress(messages);
  };
  const say = (problem: string): void => {
    problems += 1;
    if (problems <= MAX_PROBLEMS) report.problems.push(problem);
  };

  try {
    for await (const step of archive.changes(cursor, (key) => pendingKeys.has(key) || hasKey(index, id, key))) {
      switch (step.kind) {
        case "added": {
          messages += 1;
          const mail = prepareMail(step.mail, options);
          if (mail === null) {
            say(`message "${step.mail.key}" has no mail header, it is passed over`);
            break;
          }
          pending.push({ kind: "mail", mail });
          pendingKeys.add(mail.key);
          mails += 1;
          bytes += mail.size;
          if (mails >= MAX_BATCH || bytes >= MAX_BATCH_BYTES) commit();
          break;
        }
        case "removed":
          pendingKeys.delete(step.key);
          pending.push(step);
          break;
        case "present":
          pending.push(step);
          break;
        case "reached":
          if (step.cursor !== reached) pending.push(step);
          reached = step.cursor;
          if (performance.now() - committed >= COMMIT_EVERY) commit();
          break;
        case "problem":
          say(step.problem.message);
          break;
      }
    }
  } finally {
    commit();
  }
  if (problems > MAX_PROBLEMS) report.problems.push(`${problems - MAX_PROBLEMS} more problems are not shown`);
  return report;
}

/** Forgets an archive and what only it had; returns how many mails that were. */
export function forgetArchive(index: MailIndex, name: string): number {
  return index.write(() => dropArchive(index, name));
}

/** The archives that the index has mails of, by name. */
export function indexedArchives(index: MailIndex): { readonly name: string; readonly mails: number }[] {
  return rows(
    index,
    `SELECT name, (SELECT count(*) FROM sighting WHERE archive = archive.id) AS mails FROM archive ORDER BY name`,
  );
}

function dropArchive(index: MailIndex, name: string): number {
  const known = row<{ id: number }>(index, "SELECT id FROM archive WHERE name = ?", name);
  if (known === undefined) return 0;
  const removed = removeKeys(index, known.id, keysOf(index, known.id));
  index.sql("DELETE FROM archive WHERE id = ?").run(known.id);
  return removed;
}

function keysOf(index: MailIndex, archive: number): string[] {
  return rows<{ key: string }>(index, "SELECT key FROM sighting WHERE archive = ?", archive).map(({ key }) => key);
}

function registerArchive(
  index: MailIndex,
  archive: Archive,
  as: IndexedArchive,
): { id: number; cursor: string | null } {
  type Known = { id: number; cursor: string | null; place: string; rereads: number };
  const find = (): Known | undefined =>
    row<Known>(index, "SELECT id, cursor, place, rereads FROM archive WHERE name = ?", as.name);
  const rereads = archive.read !== undefined && !as.keep ? 1 : 0;
  const before = find();
  // Where bytes were left to the archive and now are to be kept, they must be read once more.
  if (before !== undefined && before.place === as.place && before.rereads <= rereads) {
    if (before.rereads < rereads)
      index.write(() => index.sql("UPDATE archive SET rereads = 1 WHERE id = ?").run(before.id));
    return before;
  }
  return index.write(() => {
    dropArchive(index, as.name);
    index.sql("INSERT INTO archive (name, place, rereads) VALUES (?, ?, ?)").run(as.name, as.place, rereads);
    const made = find();
    if (made === undefined) throw new Error(`archive "${as.name}" was not stored`);
    return made;
  });
}

function storeAll(index: MailIndex, archive: number, pending: readonly Pending[]): Done {
  try {
    return index.write(() => {
      const done: Done = { added: 0, copies: 0, removed: 0, clashes: [] };
      for (const step of pending) storeStep(index, archive, step, done);
      return done;
    });
  } catch (error) {
    forgetWords(index);
    throw error;
  }
}

interface Done {
  added: number;
  copies: number;
  removed: number;
  readonly clashes: MessageId[];
}

function storeStep(index: MailIndex, archive: number, step: Pending, done: Done): void {
  switch (step.kind) {
    case "mail": {
      const stored = storeMail(index, archive, step.mail);
      if (stored.kind === "new") done.added += 1;
      if (stored.kind === "seen-again") done.copies += 1;
      if ("clash" in stored) done.clashes.push(stored.clash);
      return;
    }
    case "removed":
      done.removed += removeKeys(index, archive, [step.key]);
      return;
    case "present":
      done.removed += removeKeys(
        index,
        archive,
        keysOf(index, archive).filter((key) => !step.keys.has(key)),
      );
      return;
    case "reached":
      index.sql("UPDATE archive SET cursor = ? WHERE id = ?").run(step.cursor, archive);
  }
}
