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
import { fromByteString } from "#model/bytes";

/** The file system's name for a path of the tree; names are bytes, so it is a Buffer where it is not plain ASCII. */
export function diskPath(dir: string, path: Path): string | Buffer {
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7e]*$/.test(path)) return `${dir}/${path}`;
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

/** Where new files wait, flushed, until an operation takes effect; numbered in its order. */
const STAGED = "staged";

/** Writes the new files of an operation where they wait for {@link placeFile}, and makes their directories. */
export function stageFiles(dir: string, privateDir: string, files: ReadonlyMap<Path, Bytes | null>): void {
  rmSync(join(privateDir, STAGED), { recursive: true, force: true });
  for (const [index, [path, bytes]] of [...files].entries()) {
    if (bytes === null) continue;
    writeFlushed(join(privateDir, STAGED, String(index)), bytes);
    const target = diskPath(dir, path);
    mkdirSync(typeof target === "string" ? dirname(target) : target.subarray(0, target.lastIndexOf(0x2f)), {
      recursive: true,
    });
  }
}

/** Replaces a file of the tree by the staged one of that index, or with null removes it; a crash leaves the old one or the new one. */
export function placeFile(dir: string, privateDir: string, path: Path, index: number, bytes: Bytes | null): void {
  const target = diskPath(dir, path);
  if (bytes === null) {
    rmSync(target, { force: true });
    return;
  }
  const staged = join(privateDir, STAGED, String(index));
  // A tree that was copied or cleaned by hand may have lost it; the commit has it, too.
  if (readIfThere(staged) === null) writeFlushed(staged, bytes);
  renameSync(staged, target);
}

export function clearStaged(privateDir: string): void {
  rmSync(join(privateDir, STAGED), { recursive: true, force: true });
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

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
