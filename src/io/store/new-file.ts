// Files and directories that a command makes for a person, outside any tree: whole or not at all, and never over what is there unasked.
import { linkSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import { hasCode, readIfThere, writeFlushed } from "./disk.ts";

/**
 * Writes the file under another name beside it and puts it in place when it is flushed; devices and pipes are written to as they are.
 * `existing` says what becomes of a file that is there: with `keep` UserError is thrown, and so it is where the function says
 * that what is in it must not be replaced.
 */
export function writeNewFile(
  path: string,
  bytes: Bytes,
  existing: "keep" | "replace" | ((before: Bytes) => boolean),
): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) throw new UserError(`"${path}" is a directory`, { hint: "name a file" });
  if (stats !== undefined && !stats.isFile()) {
    writeFileSync(path, bytes);
    return;
  }
  if (stats !== undefined && typeof existing === "function" && !existing(readIfThere(path) ?? new Uint8Array()))
    throw new UserError(`"${path}" is there, and is something else`, { hint: "name another file" });
  needDirectory(dirname(path));
  const waiting = `${path}.${process.pid}.new`;
  try {
    writeFlushed(waiting, bytes);
    // A link fails where a rename would replace what came there in the meantime.
    if (existing === "keep") linkSync(waiting, path);
    else renameSync(waiting, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    throw new UserError(`"${path}" is there already`, { hint: "name another file, or replace it with --force" });
  } finally {
    rmSync(waiting, { force: true });
  }
}

/** Makes a directory with these files (name to content); UserError when something that is no empty directory has the name. */
export function writeNewDirectory(path: string, files: ReadonlyMap<string, Bytes>): void {
  needDirectory(dirname(path));
  const waiting = `${path}.${process.pid}.new`;
  try {
    mkdirSync(waiting);
    for (const [name, bytes] of files) writeFlushed(join(waiting, name), bytes);
    // rename(2) takes the place of an empty directory, and of nothing else.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false) throw occupied(path);
    renameSync(waiting, path);
  } catch (error) {
    if (hasCode(error, "ENOTEMPTY") || hasCode(error, "EEXIST")) throw occupied(path);
    throw error;
  } finally {
    rmSync(waiting, { recursive: true, force: true });
  }
}

function needDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new UserError(`no such directory: "${path}"`, { hint: "make it first" });
}

function occupied(path: string): UserError {
  return new UserError(`"${path}" is there already`, { hint: "name a directory that is new or empty" });
}
