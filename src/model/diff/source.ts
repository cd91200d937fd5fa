// The bytes under a parser, cut into lines once.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, noBytes } from "#model/bytes";

/** The bytes being parsed, by line. */
export interface Source {
  readonly bytes: Bytes;
  readonly starts: Uint32Array;
  readonly lineCount: number;
}

/** Bytes of a line that become text: two names of PATH_MAX bytes with room for what stands around them. */
export const MAX_TEXT = 16_384;

/** Line `line` as a byte string without its line end; only the first {@link MAX_TEXT} bytes of a longer one. */
export function lineText(source: Source, line: number): ByteString {
  const start = source.starts[line] ?? 0;
  let end = source.starts[line + 1] ?? start;
  if (end - start > MAX_TEXT) return byteString(source.bytes, start, start + MAX_TEXT);
  if (end > start && source.bytes[end - 1] === 10) end -= 1;
  if (end > start && source.bytes[end - 1] === 13) end -= 1;
  return byteString(source.bytes, start, end);
}

/** The bytes of lines `[from, to)`. */
export function pieceOf(source: Source, from: number, to: number): Bytes {
  return from >= to ? noBytes : source.bytes.subarray(source.starts[from], source.starts[to]);
}
