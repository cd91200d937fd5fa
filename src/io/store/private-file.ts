// Writes a file that only its owner may read; a crash leaves the old one or the new one.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Bytes } from "#model/bytes";

/** Replaces `file`, whose directory is there. */
export function writePrivateFile(file: string, bytes: Bytes): void {
  const fresh = `${file}.new`;
  // One that a crash left may have been made with other rights.
  rmSync(fresh, { force: true });
  const descriptor = openSync(fresh, "wx", 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}
