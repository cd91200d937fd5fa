// Files of a tree directory: whole reads, and writes that leave the old file or the new one, never half of either.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { fromByteString, readablePath, UserError } from "#model/bytes";

/** The file system's name for a path of the tree; names are bytes, so it is a Buffer where it is not plain ASCII. */
export function diskPath(dir: string, path: Path): string | Buffer {
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7e]*$/.test(path)) return join(dir, path);
  return Buffer.concat([Buffer.from(`${dir}/`), fromByteString(path)]);
}

/** The file's bytes, or null when there is none. */
export function readIfThere(file: string | Buffer): Bytes | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return null;
    throw error;
  }
}

/** The names in a directory, sorted; none when there is no such directory. */
export function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Replaces (or with null removes) a file of the tree by way of a finished, flushed temporary one. */
export function replaceFile(dir: string, privateDir: string, path: Path, bytes: Bytes | null): void {
  const target = diskPath(dir, path);
  if (bytes === null) {
    rmSync(target, { force: true });
    return;
  }
  const temporary = join(privateDir, `new-${process.pid}`);
  try {
    writeFlushed(temporary, bytes);
    const parent = typeof target === "string" ? dirname(target) : target.subarray(0, target.lastIndexOf(0x2f));
    mkdirSync(parent, { recursive: true });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(error, readablePath(path));
  }
}

/** Writes a new file and flushes it to the disk before returning. */
export function writeFlushed(file: string, bytes: Bytes): void {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, "w", 0o644);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A full or read-only disk is the user's to mend; everything else stays what it was. */
export function diskError(error: unknown, file: string): unknown {
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    return new UserError(`write "${file}": no space left on the disk`, {
      hint: "free some space and run the command again",
      cause: error,
    });
  }
  if (hasCode(error, "EACCES") || hasCode(error, "EROFS") || hasCode(error, "EPERM")) {
    return new UserError(`write "${file}": permission denied`, {
      hint: "check who owns the tree's directory",
      cause: error,
    });
  }
  return error;
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
