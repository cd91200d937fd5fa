// Reads many objects with a bounded number of requests under way, each distinct blob once.
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { BlobId, ObjectId } from "./ids.ts";
import type { GitObject, ObjectReader } from "./object-reader.ts";
import { rememberEntry } from "./packed-entry.ts";

/** How much may be read at once. */
export interface ReadBlobsOptions {
  /** Most bytes of all blobs together; {@link maxBlobBytes} otherwise. */
  readonly maxBytes?: number;
}

/** Most bytes that one call of `readBlobs` keeps, unless it says so itself: what a queue touches is tens of megabytes. */
export const maxBlobBytes = 2 * 1024 * 1024 * 1024;

/** Requests that git is kept busy with while nobody takes the answers. */
const maxAhead = 256;

/** The objects in the order asked for, null for a missing one. At most twice {@link maxAhead} are read ahead of the taker. */
export async function* readObjectsOf(
  reader: ObjectReader,
  ids: Iterable<ObjectId> | AsyncIterable<ObjectId>,
): AsyncGenerator<GitObject | null> {
  let ahead: Promise<GitObject | null>[] = [];
  for await (const id of ids) {
    const asked = reader.read(id);
    // A taker that stops early leaves answers behind that nobody awaits.
    asked.catch(() => undefined);
    ahead.push(asked);
    if (ahead.length < 2 * maxAhead) continue;
    for (const next of ahead.slice(0, maxAhead)) yield await next;
    ahead = ahead.slice(maxAhead);
  }
  for (const next of ahead) yield await next;
}

/** The content of the blob that an abbreviated id denotes; null when there is none, or more than one. */
export async function findBlobOf(reader: ObjectReader, abbreviated: string): Promise<Bytes | null> {
  if (!/^[0-9a-f]{4,64}$/.test(abbreviated)) return null;
  const object = await reader.read(abbreviated);
  return object?.type === "blob" ? object.content : null;
}

/** The content of each blob. Throws a UserError when an object is missing, is no blob, or the sum exceeds the limit. */
export async function readBlobsOf(
  reader: ObjectReader,
  ids: Iterable<BlobId>,
  { maxBytes = maxBlobBytes }: ReadBlobsOptions = {},
): Promise<Map<BlobId, Bytes>> {
  const distinct = [...new Set(ids)];
  const blobs = new Map<BlobId, Bytes>();
  let size = 0;
  let index = 0;
  for await (const object of readObjectsOf(reader, distinct)) {
    const id = distinct[index++];
    if (id === undefined) break;
    if (object === null) throw new UserError(`blob ${id} is missing`, { hint: "run `git fsck` in the repository" });
    if (object.type !== "blob") throw new UserError(`object ${id} is a ${object.type}, not a blob`);
    size += object.content.length;
    if (size > maxBytes) throw new UserError(`the files to read have more than ${maxBytes} bytes together`);
    rememberEntry(object.content, object.entry);
    blobs.set(id, object.content);
  }
  return blobs;
}
