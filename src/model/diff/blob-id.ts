// Git's name for file content.
import { createHash } from "node:crypto";
import type { Bytes } from "#model/bytes";

/** The id git gives a blob: sha256 when `length` hex digits are more than sha1 has, else sha1. */
export function blobId(bytes: Bytes, length = 40): string {
  return createHash(length > 40 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}
