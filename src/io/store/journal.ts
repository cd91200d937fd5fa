// The journal: what an operation is about to do, written before its one atomic step, so that a crash can be mended.
import { renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Path } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere, writeFlushed } from "./disk.ts";

/** One operation under way. */
export interface Journal {
  readonly operation: string;
  readonly summary: string;
  /** Head of the tree's repository before; null before the first commit. */
  readonly before: string | null;
  readonly after: string;
  /** Files of the work tree that the commit changes. */
  readonly files: readonly Path[];
  /** Files that change their names within the outbox: drafts that become mails, mails that are put aside. */
  readonly outbox: readonly { readonly from: string; readonly to: string }[];
}

const NAME = "operation.json";

/** Writes the journal, flushed; from now on a crash is mended by what it says. */
export function writeJournal(privateDir: string, journal: Journal): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFlushed(temporary, bytesOf(JSON.stringify(journal)));
  renameSync(temporary, join(privateDir, NAME));
}

/** When the journal was written, in milliseconds since 1970; 0 when there is none. */
export function journalTime(privateDir: string): number {
  return statSync(join(privateDir, NAME), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The journal of an operation that did not end; null when there is none. */
export function readJournal(privateDir: string): Journal | null {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return null;
  // It is renamed into place whole, so it is JSON unless somebody wrote to it.
  return JSON.parse(textOf(bytes)) as Journal;
}

export function removeJournal(privateDir: string): void {
  rmSync(join(privateDir, NAME), { force: true });
}
