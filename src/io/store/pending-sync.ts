// A sync that waits for an answer: `.longarm/sync.json`. Nothing of the tree has changed while it waits.
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere, writeFlushed } from "./disk.ts";

/** Whose change holds where both touched one thing: that of this clone, or that of the other one. */
export type SyncAnswer = "ours" | "theirs";

export interface PendingSync {
  readonly remote: string;
  /** Commit of the other clone that the questions are about; a later one may ask others. */
  readonly other: string;
  /** By the commit of our own that the question was about. */
  readonly answers: Readonly<Record<string, SyncAnswer>>;
  /** The commit that the open question is about. */
  readonly question: string;
}

const NOTE = "sync.json";

/** The sync that waits; null when none does. */
export function readPendingSync(privateDir: string): PendingSync | null {
  const bytes = readIfThere(join(privateDir, NOTE));
  return bytes === null ? null : (JSON.parse(textOf(bytes)) as PendingSync);
}

export function writePendingSync(privateDir: string, pending: PendingSync): void {
  const temporary = join(privateDir, `${NOTE}.new`);
  writeFlushed(temporary, bytesOf(JSON.stringify(pending)));
  renameSync(temporary, join(privateDir, NOTE));
}

export function removePendingSync(privateDir: string): void {
  rmSync(join(privateDir, NOTE), { force: true });
}
