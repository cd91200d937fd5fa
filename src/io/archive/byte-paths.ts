// Directories whose file names are bytes and not text: names are byte strings here, and paths go to the system as bytes.
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import type { ByteString, Bytes } from "#model/bytes";
import { bytesOf, concatBytes, fromByteString } from "#model/bytes";

/** An entry of a directory. */
export interface Entry {
  readonly name: ByteString;
  readonly directory: boolean;
}

/** A path as the system takes it: a directory as a person wrote it, and byte strings below it. */
export function bytePath(dir: string, ...below: readonly ByteString[]): Buffer {
  const pieces = below.filter((name) => name !== "").map((name) => fromByteString(`/${name}`));
  return Buffer.from(concatBytes([bytesOf(dir), ...pieces, new Uint8Array(0)]));
}

/** What is in a directory, links to directories not followed; nothing when it is not there or cannot be read. */
export function entriesOf(path: Buffer): Entry[] {
  try {
    return readdirSync(path, { withFileTypes: true, encoding: "latin1" }).map((entry) => ({
      name: entry.name,
      directory: entry.isDirectory(),
    }));
  } catch {
    return [];
  }
}

/** Size and times of a file; null when it is not there. */
export function statOf(path: Buffer): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/** The content of a file of at most `limit` bytes; null when it is not there, a sentence when it cannot be read. */
export function contentOf(path: Buffer, shown: string, limit: number): Bytes | string | null {
  try {
    const stat = statOf(path);
    if (stat === null) return null;
    if (!stat.isFile()) return `Read "${shown}": it is no file`;
    if (stat.size > limit) return `Read "${shown}": it has ${stat.size} bytes, more than ${limit}`;
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    return `Read "${shown}": ${error instanceof Error ? error.message : String(error)}`;
  }
}
