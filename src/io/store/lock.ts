// One writer at a time: an exclusive lock on a tree that the kernel lets go when its holder dies.
// SQLite's file lock does it, because Node has no flock; nothing is stored in that database.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "#model/bytes";

/** A held lock; release it with `using`. */
export interface Lock extends Disposable {
  release(): void;
}

/** Takes the tree's lock or throws UserError that says who holds it. `work` is what the holder does, for that message. */
export function takeLock(privateDir: string, work: string): Lock {
  const lock = tryLock(privateDir, work);
  if (lock) return lock;
  const holder = readHolder(privateDir);
  throw new UserError(`another command is changing this tree${holder === null ? "" : `: ${holder}`}`, {
    hint: "wait until it is done, then run this command again",
    exitCode: 3,
  });
}

/** Takes the lock, or returns null when another process holds it. */
export function tryLock(privateDir: string, work: string): Lock | null {
  mkdirSync(privateDir, { recursive: true });
  const database = new DatabaseSync(join(privateDir, "lock"));
  try {
    // No journal on the disk: nothing is written that could be taken back.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const busy = error instanceof Error && "errcode" in error && error.errcode === 5;
    if (busy) return null;
    throw error;
  }
  const note = join(privateDir, "lock-holder");
  writeFileSync(note, `${work}, process ${process.pid}\n`);
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    rmSync(note, { force: true });
    database.close();
  };
  return { release, [Symbol.dispose]: release };
}

function readHolder(privateDir: string): string | null {
  try {
    return readFileSync(join(privateDir, "lock-holder"), "utf8").trim() || null;
  } catch {
    return null;
  }
}
