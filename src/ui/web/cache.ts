// Finished answers, kept as long as what they were made of stays the same. What is kept is bounded in bytes; the oldest use goes first.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** An answer as it goes out. */
export interface Kept {
  readonly stamp: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Made when somebody first takes it so. */
  gzip: Uint8Array<ArrayBuffer> | null;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly made: number;
}

export interface Cache {
  /** The answer of that address, when it was made with the same stamp and is not too old. */
  find(address: string, stamp: string, now: number): Kept | null;
  keep(address: string, kept: Kept): void;
}

/** Bytes of all answers together with their addresses, before they are compressed: that adds a quarter. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Bytes that any answer takes besides: headers, objects, its place in the map. */
const OVERHEAD = 2048;
/** Bytes of one answer that is kept. */
const MAX_ANSWER = 8 * 1024 * 1024;
/** Pages say how long ago something was: after this many milliseconds they are made anew. */
const MAX_AGE = 60_000;

export function makeCache(): Cache {
  /** In the order of their last use. */
  const answers = new Map<string, Kept>();
  let bytes = 0;
  const remove = (address: string): void => {
    const kept = answers.get(address);
    if (kept === undefined) return;
    answers.delete(address);
    bytes -= sizeOf(address, kept);
  };
  return {
    find(address, stamp, now) {
      const kept = answers.get(address);
      if (kept === undefined) return null;
      if (kept.stamp !== stamp || now - kept.made > MAX_AGE) {
        remove(address);
        return null;
      }
      answers.delete(address);
      answers.set(address, kept);
      return kept;
    },
    keep(address, kept) {
      if (kept.body.length > MAX_ANSWER) return;
      remove(address);
      answers.set(address, kept);
      bytes += sizeOf(address, kept);
      for (const oldest of answers.keys()) {
        if (bytes <= MAX_BYTES) break;
        remove(oldest);
      }
    },
  };
}

/** An address is foreign and may be longer than its answer: 16 kB of a question that finds nothing. */
function sizeOf(address: string, { body, headers }: Kept): number {
  return OVERHEAD + 2 * address.length + (headers["link"]?.length ?? 0) + body.length;
}

/** An answer with its validator, which is over its bytes: the same page made again is the same to who has it. */
export function keptAnswer(
  stamp: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array<ArrayBuffer>,
  now: number,
): Kept {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  // Weak, because one validator stands for the plain and the compressed bytes.
  const etag = `W/"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { stamp, status, headers, body: bytes, gzip: null, etag, made: now };
}

/** Bytes below which compressing gains nothing. */
const MIN_GZIP = 1000;

/** Bytes above which an answer is compressed as it is read: all at once it would keep everybody else waiting. */
const MAX_AT_ONCE = 4 * 1024 * 1024;

/** The answer to one request: not at all when it has that already, compressed when it takes that (RFC 9110, 8.8.3 and 13.1.2). */
export function respond(request: Request, answer: Kept, more: Readonly<Record<string, string>> = {}): Response {
  const headers: Record<string, string> = {
    ...answer.headers,
    ...more,
    etag: answer.etag,
    vary: "accept-encoding, cookie",
  };
  const known = request.headers.get("if-none-match");
  if (answer.status === 200 && known !== null && hasTag(known, answer.etag)) {
    delete headers["content-type"];
    return new Response(null, { status: 304, headers });
  }
  const takesGzip = (request.headers.get("accept-encoding") ?? "").split(",").some(isGzip);
  const isText = /^(?:text\/|application\/(?:json|javascript|atom\+xml|[a-z]+\+json)|image\/svg)/.test(
    headers["content-type"] ?? "",
  );
  if (!takesGzip || !isText || answer.body.length < MIN_GZIP)
    return new Response(answer.body, { status: answer.status, headers });
  if (answer.body.length > MAX_AT_ONCE) {
    headers["content-encoding"] = "gzip";
    const compressed = new Blob([answer.body]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Response(compressed, { status: answer.status, headers });
  }
  answer.gzip ??= new Uint8Array(gzipSync(answer.body, { level: 5 }));
  headers["content-encoding"] = "gzip";
  return new Response(answer.gzip, { status: answer.status, headers });
}

/** Whether an entry of Accept-Encoding lets us compress: `gzip`, `*;q=0.5`; not `gzip;q=0` (RFC 9110, 12.5.3). */
function isGzip(entry: string): boolean {
  const [coding = "", weight] = entry.split(";", 2).map((piece) => piece.trim().toLowerCase());
  return (coding === "gzip" || coding === "*") && (weight === undefined || /^q=(?:1|0\.0*[1-9])/.test(weight));
}

/** Weak comparison, as If-None-Match asks for. */
function hasTag(list: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, "");
  return list.split(",").some((one) => ["*", opaque].includes(one.trim().replace(/^W\//, "")));
}
