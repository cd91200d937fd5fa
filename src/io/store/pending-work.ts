// Work on a patch in a throw-away work tree that waits to be taken back: `.longarm/work.json` and `.longarm/work/NAME/`.
// The note is written once the work tree is whole and removed before it goes, so a work tree without it is rubbish.
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ByteString, Path } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import type { ConflictId } from "#model/merge";
import { namesIn, readIfThere, writeFlushed } from "./disk.ts";

export interface PendingWork {
  readonly kind: "edit" | "resolve";
  readonly patch: ByteString;
  /** Name of the work tree's directory, see {@link workDir}. */
  readonly dir: string;
  /** Id of the commit that was checked out. */
  readonly head: string;
  /** Git's blob id of the patch file as it was then. */
  readonly patchId: string;
  /** Of the resolve of a merged branch, whose name is `patch`: the part whose merge is in conflict. */
  readonly merge?: string;
  /** The files in conflict, of a `resolve`. */
  readonly conflicts: readonly { readonly path: Path; readonly id: ConflictId }[];
}

const NOTE = "work.json";
const DIRECTORY = "work";

/** Where the work tree of that name is. */
export function workDir(privateDir: string, name: string): string {
  return join(privateDir, DIRECTORY, name);
}

/** The work that waits; null when none does. */
export function readPendingWork(privateDir: string): PendingWork | null {
  const bytes = readIfThere(join(privateDir, NOTE));
  // It is renamed into place whole, so it is JSON unless somebody wrote to it.
  return bytes === null ? null : (JSON.parse(textOf(bytes)) as PendingWork);
}

export function writePendingWork(privateDir: string, work: PendingWork): void {
  const temporary = join(privateDir, `${NOTE}.new`);
  writeFlushed(temporary, bytesOf(JSON.stringify(work)));
  renameSync(temporary, join(privateDir, NOTE));
}

export function removePendingWork(privateDir: string): void {
  rmSync(join(privateDir, NOTE), { force: true });
}

/** Names of work trees without a note. */
export function leftWorkDirs(privateDir: string): string[] {
  const waiting = readPendingWork(privateDir);
  return namesIn(join(privateDir, DIRECTORY)).filter((name) => name !== waiting?.dir);
}
