// Takes away lock files that a killed git left, when the caller's journal proves whose they are.
// Without such a proof a lock is somebody else's, and stays.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A git of an interrupted operation made its locks at most this long after the journal was written, in milliseconds. */
const REACH = 10_000;
/** How long a lock is given to go by itself: a git whose parent died may still be finishing. */
const GRACE = 500;
const STEP = 20;

/**
 * Removes the lock files of these refs, of HEAD and what it points to, of the index and of packed-refs, if they were made
 * within ten seconds after `journalTime` (milliseconds since 1970) and do not go by themselves.
 */
export async function clearStaleLocks(
  place: { readonly gitDir: string; readonly commonDir: string },
  refs: readonly string[],
  journalTime: number,
): Promise<void> {
  const locks = [
    join(place.gitDir, "HEAD.lock"),
    join(place.gitDir, "index.lock"),
    join(place.commonDir, "packed-refs.lock"),
    ...[headTarget(place.gitDir), ...refs].map((ref) => join(place.commonDir, `${ref}.lock`)),
  ].filter((file) => isOurs(file, journalTime));
  for (let waited = 0; waited < GRACE && locks.some((file) => existsSync(file)); waited += STEP) await setTimeout(STEP);
  for (const file of locks) rmSync(file, { force: true });
}

function isOurs(file: string, journalTime: number): boolean {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  // File systems and clocks round differently.
  return made !== undefined && made >= journalTime - 1000 && made <= journalTime + REACH;
}

function headTarget(gitDir: string): string {
  return /^ref: (\S+)/.exec(readFileSync(join(gitDir, "HEAD"), "utf8"))?.[1] ?? "HEAD";
}
