// The bytes under a parser, cut into lines once.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, noBytes } from "#model/bytes";

/** The bytes being parsed, by line. */
export interface Source {
  readonly bytes: Bytes;
  readonly starts: Uint32Array;
  readonly lineCount: number;
}

/** Line `line` as a byte string without its line end. */
export function lineText(source: Source, line: number): ByteString {
  const start = source.starts[line] ?? 0;
  let end = source.starts[line + 1] ?? start;
  if (end > start && source.bytes[end - 1] === 10) end -= 1;
  if (end > start && source.bytes[end - 1] === 13) end -= 1;
  return byteString(source.bytes, start, end);
}

/** The bytes of lines `[from, to)`. */
export function pieceOf(source: Source, from: number, to: number): Bytes {
  return from >= to ? noBytes : source.bytes.subarray(source.starts[from], source.starts[to]);
}
