// A build that is about to move branches: written before, removed after, so that a crash between can be finished.
// Git moves several refs one after the other; without this note some could stay behind.
import { renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere, writeFlushed } from "./disk.ts";

/** Another ref that moves with the branches; full name and commit ids, null for "no such ref" before or after. */
export interface PendingRef {
  readonly ref: string;
  readonly before: string | null;
  readonly commit: string | null;
}

/** Where the branches of the source repository are to go. */
export interface PendingBuild {
  readonly base: string;
  /** Commit ids; `before` is null for a branch that is new. */
  readonly branches: readonly { readonly name: string; readonly before: string | null; readonly commit: string }[];
  /** Refs below postings that move, too. */
  readonly refs?: readonly PendingRef[];
  /** Names of patches that were rejected, for the ledger. */
  readonly rejected: readonly string[];
  /** Files that tell old commits to new ones: path in the tree, and lines to add as a byte string. */
  readonly maps?: readonly { readonly path: string; readonly text: string }[];
}

const NAME = "build.json";

/** Writes the note, flushed. */
export function writePendingBuild(privateDir: string, build: PendingBuild): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFlushed(temporary, bytesOf(JSON.stringify(build)));
  renameSync(temporary, join(privateDir, NAME));
}

/** The note of a build that did not end, and when it was written (milliseconds since 1970); null when there is none. */
export function readPendingBuild(privateDir: string): { readonly build: PendingBuild; readonly time: number } | null {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return null;
  const time = statSync(join(privateDir, NAME), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return { build: JSON.parse(textOf(bytes)) as PendingBuild, time };
}

export function removePendingBuild(privateDir: string): void {
  rmSync(join(privateDir, NAME), { force: true });
}
