// The body of a request, whole and bounded. What it means is its reader's.
import { gunzip } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { concatBytes, noBytes } from "#model/bytes";

/** At most `limit` bytes; null when there are more, as said or as sent. Throws when the client leaves on the way. */
export async function readBody(request: Request, limit: number): Promise<Bytes | null> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) return null;
  if (request.body === null) return noBytes;
  const pieces: Bytes[] = [];
  let size = 0;
  const reader = (request.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(pieces);
    size += value.length;
    if (size > limit) {
      // Not waited for: the rest of it may never come.
      reader.cancel().catch(() => undefined);
      return null;
    }
    pieces.push(value);
  }
}

/** What a gzipped body says; null when it is more than `limit` bytes, or no gzip at all. */
export async function unpackBody(body: Bytes, limit: number): Promise<Bytes | null> {
  return await new Promise((resolve) => {
    gunzip(body, { maxOutputLength: limit }, (error, bytes) => resolve(error === null ? bytes : null));
  });
}
