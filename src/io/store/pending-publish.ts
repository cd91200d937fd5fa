// A publishing that is under way: written before the first push, removed after the mails were set free, so that a kill between
// any two steps is finished by the next command that publishes.
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere, writeFlushed } from "./disk.ts";

export interface PendingPublish {
  /** 12 hex digits that the `published` event carries. */
  readonly id: string;
  readonly remote: string | null;
  /** Full names and commit ids; `before` is null for a ref that the remote does not have, `commit` for one that goes. */
  readonly refs: readonly { readonly ref: string; readonly before: string | null; readonly commit: string | null }[];
  readonly queueRemote: string | null;
  readonly queueBranch: string;
  /** What the queue's remote had, null for nothing. */
  readonly queueBefore: string | null;
  /** File that tells old commits to new ones, for the commit that records this; null when none moved. */
  readonly map: { readonly path: string; readonly text: string } | null;
  /** Mails that may go when everything is public: file names in the outbox. */
  readonly mails: readonly string[];
  /** Their Message-IDs, for the ledger. */
  readonly messageIds: readonly string[];
}

const NAME = "publish.json";

/** Writes the note, flushed. */
export function writePendingPublish(privateDir: string, pending: PendingPublish): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFlushed(temporary, bytesOf(JSON.stringify(pending)));
  renameSync(temporary, join(privateDir, NAME));
}

/** The note of a publishing that did not end; null when there is none. */
export function readPendingPublish(privateDir: string): PendingPublish | null {
  const bytes = readIfThere(join(privateDir, NAME));
  // It is renamed into place whole, so it is JSON unless somebody wrote to it.
  return bytes === null ? null : (JSON.parse(textOf(bytes)) as PendingPublish);
}

export function removePendingPublish(privateDir: string): void {
  rmSync(join(privateDir, NAME), { force: true });
}
