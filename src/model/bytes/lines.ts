// Where lines begin. A line ends after its LF; CR is content.
import type { Bytes } from "./bytes.ts";

const LF = 10;

/**
 * Offsets of all line starts, then the length of the bytes as a last entry,
 * so line i is `[starts[i], starts[i + 1])` and there are `starts.length - 1` lines.
 * A last line without LF counts as a line; no bytes have no line.
 */
export function lineStarts(bytes: Bytes): Uint32Array {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF) count++;
  if (bytes.length > 0 && bytes[bytes.length - 1] !== LF) count++;
  const starts = new Uint32Array(count + 1);
  let line = 1;
  for (let i = 0; i < bytes.length && line < count; i++) if (bytes[i] === LF) starts[line++] = i + 1;
  starts[count] = bytes.length;
  return starts;
}

/** The lines of the bytes, each with its LF, as views of them; joined they give the bytes back. */
export function splitLines(bytes: Bytes): Bytes[] {
  const starts = lineStarts(bytes);
  const lines: Bytes[] = [];
  for (let i = 0; i + 1 < starts.length; i++) lines.push(bytes.subarray(starts[i], starts[i + 1]));
  return lines;
}
