// A zlib stream (RFC 1950) of one stored block (RFC 1951, 3.2.4): what is too short to be worth a compressor, which takes
// longer to start than it takes to copy some hundred bytes. Streams of any other kind are zlib's.
import type { Bytes } from "#model/bytes";

/** Longest content; the sums of a longer one could grow beyond what is exact. */
export const MAX_STORED = 4096;

/** Bytes of a stream before and behind the content. */
export const STORED_AROUND = 11;

/** The stream that holds `data`, at most {@link MAX_STORED} bytes. */
export function storedBlock(data: Bytes): Bytes {
  const out = Buffer.allocUnsafe(data.length + STORED_AROUND);
  out.set([0x78, 0x01, 0x01, data.length & 0xff, data.length >> 8, ~data.length & 0xff, (~data.length >> 8) & 0xff]);
  out.set(data, 7);
  out.writeUInt32BE(adler32(data), data.length + 7);
  return out;
}

/** What a stream of one stored block of `size` bytes holds, in memory of its own; null for any other stream, and a damaged one. */
export function storedContent(stream: Bytes, size: number): Bytes | null {
  if (size > MAX_STORED || stream.length < size + STORED_AROUND) return null;
  // The first two bytes say how the compressor was set; their sum is a multiple of 31. Then one final block that is stored.
  const [method = 0, flags = 0, block = 0, low = 0, high = 0, notLow = 0, notHigh = 0] = stream;
  if ((method & 0x0f) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || (flags & 0x20) !== 0)
    return null;
  if ((block & 7) !== 1 || low + 256 * high !== size || low + notLow !== 0xff || high + notHigh !== 0xff) return null;
  const content = Buffer.from(stream.subarray(7, 7 + size));
  const at = 7 + size;
  let sum = 0;
  for (let byte = 0; byte < 4; byte++) sum = sum * 256 + (stream[at + byte] ?? 0);
  return adler32(content) === sum ? content : null;
}

/** Adler-32 (RFC 1950, 9); data is so short that its sums need no division before the end. */
function adler32(data: Bytes): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < data.length; at++) {
    low += data[at] ?? 0;
    high += low;
  }
  return (high % 65521) * 65536 + (low % 65521);
}
