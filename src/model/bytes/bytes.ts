// Conversions between bytes, byte strings and text.

/** Raw bytes; never written to after they were made. */
export type Bytes = Uint8Array;

/**
 * A string whose every char code (0–255) stands for one byte (ISO 8859-1).
 * It compares, hashes and slices like any string and gives the bytes back unchanged.
 */
export type ByteString = string & { readonly byteString?: never };

/** No bytes at all, shared. */
export const noBytes: Bytes = new Uint8Array(0);

/** The byte string of `bytes[start, end)`. */
export function byteString(bytes: Bytes, start = 0, end = bytes.length): ByteString {
  return asBuffer(bytes).toString("latin1", start, end);
}

/** The bytes that a byte string stands for; a char code above 255 is the caller's mistake and loses its high bits. */
export function fromByteString(text: ByteString): Bytes {
  return Buffer.from(text, "latin1");
}

/** Text as UTF-8 bytes. */
export function bytesOf(text: string): Bytes {
  return Buffer.from(text, "utf8");
}

/** Bytes read as UTF-8 for a person; what is not UTF-8 becomes U+FFFD, so the result does not convert back. */
export function textOf(bytes: Bytes): string {
  return asBuffer(bytes).toString("utf8");
}

/** A byte string read as UTF-8 for a person; see {@link textOf}. */
export function readableBytes(text: ByteString): string {
  return textOf(fromByteString(text));
}

/** The pieces one after the other, as new bytes. */
export function concatBytes(pieces: readonly Bytes[]): Bytes {
  if (pieces.length === 1 && pieces[0]) return pieces[0];
  return Buffer.concat(pieces);
}

/** Whether two byte sequences are the same. */
export function equalBytes(left: Bytes, right: Bytes): boolean {
  return left === right || (left.length === right.length && Buffer.compare(left, right) === 0);
}

function asBuffer(bytes: Bytes): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
