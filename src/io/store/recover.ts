// Finishes or clears away an operation that was interrupted, from its journal.
// The commit decides: if HEAD moved, the operation happened and is finished; if not, it did not and its drafts go.
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { equalBytes, readablePath } from "#model/bytes";
import type { Git } from "#io/git";
import { parseCommitId } from "#io/git";
import { clearStaged, diskPath, hasCode, namesIn, placeFile, readIfThere } from "./disk.ts";
import type { Journal } from "./journal.ts";
import { journalTime, readJournal, removeJournal } from "./journal.ts";
import { tryLock } from "./lock.ts";

/** Mends the tree if nobody is at work on it. Returns what was found and done, or null when there was nothing to mend. */
export async function recover(dir: string, privateDir: string, git: Git): Promise<string | null> {
  if (readJournal(privateDir) === null && !hasLeftovers(privateDir)) return null;
  using lock = tryLock(privateDir, "mending an interrupted operation");
  if (lock === null) {
    await waitForEnd(privateDir);
    return null;
  }
  const journal = readJournal(privateDir);
  if (journal === null) {
    clearUnfinished(privateDir);
    return "an interrupted operation had not begun to change the tree; it is as it was before";
  }
  await git.clearStaleLocks([], journalTime(privateDir));
  const head = await git.find("HEAD");
  const happened = head !== null && (head === journal.after || (await isAncestor(git, journal.after, head)));
  if (!happened) {
    clearUnfinished(privateDir);
    return `operation ${journal.operation} (${journal.summary}) was interrupted before it took effect; the tree is as it was before`;
  }
  const kept = await finishOperation(dir, privateDir, git);
  if (readJournal(privateDir) !== null) {
    return `operation ${journal.operation} (${journal.summary}) took effect, but git's index waits for another git: "${join(git.gitDir, "index.lock")}"; when none is running, remove that file`;
  }
  const but = kept.length === 0 ? "" : `; left alone, because they were changed since: ${kept.join(", ")}`;
  return `operation ${journal.operation} (${journal.summary}) was interrupted after it took effect; its files are now in place${but}`;
}

export function isIndexLocked(gitDir: string): boolean {
  return readIfThere(join(gitDir, "index.lock")) !== null;
}

/** Longest wait, in milliseconds, for somebody else's operation to put its files in place; it takes a few. */
const MAX_WAIT = 3000;
const STEP = 20;

/** Whoever holds the lock is still at work: its journal is no leftover, but the files may be half in place until it goes. */
async function waitForEnd(privateDir: string): Promise<void> {
  for (let waited = 0; waited < MAX_WAIT && readJournal(privateDir) !== null; waited += STEP) await setTimeout(STEP);
}

/**
 * Brings work tree, outbox and index to the commit that the journal names, then ends the journal, unless the index is locked.
 * Returns files that were left alone because they are neither the old nor the new ones.
 */
export async function finishOperation(dir: string, privateDir: string, git: Git): Promise<string[]> {
  const journal = readJournal(privateDir);
  if (journal === null) return [];
  const kept: string[] = [];
  const after = parseCommitId(journal.after);
  const before = journal.before === null ? null : parseCommitId(journal.before);
  for (const [index, path] of journal.files.entries()) {
    const wanted = after === null ? null : await git.readFile(after, path);
    const old = before === null ? null : await git.readFile(before, path);
    const found = readIfThere(diskPath(dir, path));
    if (same(found, wanted)) continue;
    if (same(found, old)) placeFile(dir, privateDir, path, index, wanted);
    else kept.push(readablePath(path));
  }
  moveMails(privateDir, journal);
  // Somebody's own git; only the index is missing, and the next command tries again.
  if (isIndexLocked(git.gitDir)) return kept;
  await git.updateIndex("HEAD", journal.files);
  clearUnfinished(privateDir);
  return kept;
}

/** Takes away the journal and everything an operation wrote for itself. */
export function clearUnfinished(privateDir: string): void {
  clearStaged(privateDir);
  for (const file of halfWritten(privateDir)) rmSync(file, { force: true });
  removeJournal(privateDir);
}

function same(left: Uint8Array | null, right: Uint8Array | null): boolean {
  return left === null || right === null ? left === right : equalBytes(left, right);
}

function moveMails(privateDir: string, journal: Journal): void {
  const outbox = join(privateDir, "outbox");
  for (const { from, to } of journal.outbox) {
    try {
      mkdirSync(dirname(join(outbox, to)), { recursive: true });
      renameSync(join(outbox, from), join(outbox, to));
    } catch (error) {
      // A crash between two renames leaves some of them done.
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}

async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  const { exitCode } = await git.run(["merge-base", "--is-ancestor", older, newer], { exitCodes: [0, 1, 128] });
  return exitCode === 0;
}

/** An operation that was killed before its journal was there has left drafts or staged files. */
function hasLeftovers(privateDir: string): boolean {
  return namesIn(privateDir).includes("staged") || halfWritten(privateDir).length > 0;
}

/** Drafts of mails, and notes that were never renamed into place. */
function halfWritten(privateDir: string): string[] {
  const outbox = join(privateDir, "outbox");
  return [
    ...namesIn(outbox)
      .filter((name) => name.startsWith(".draft-"))
      .map((name) => join(outbox, name)),
    ...namesIn(privateDir)
      .filter((name) => name.endsWith(".json.new"))
      .map((name) => join(privateDir, name)),
  ];
}
