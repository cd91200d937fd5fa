// Where lines begin. A line ends after its LF; CR is content.
import type { Bytes } from "./bytes.ts";

const LF = 10;

/**
 * Offsets of all line starts, then the length of the bytes as a last entry,
 * so line i is `[starts[i], starts[i + 1])` and there are `starts.length - 1` lines.
 * A last line without LF counts as a line; no bytes have no line.
 */
export function lineStarts(bytes: Bytes): Uint32Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 1;
  // A search by the runtime is twice as fast as a loop over the bytes, also before that loop would be compiled.
  for (let at = buffer.indexOf(LF); at >= 0; at = buffer.indexOf(LF, at + 1)) {
    if (count === found.length) found = grown(found);
    found[count++] = at + 1;
  }
  const isEnded = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  const starts = new Uint32Array(isEnded ? count : count + 1);
  starts.set(count < found.length ? found.subarray(0, count) : found);
  starts[0] = 0;
  starts[starts.length - 1] = bytes.length;
  return starts;
}

/** Where the starts of one call are gathered; every call begins anew. */
let found = new Uint32Array(1 << 14);

function grown(full: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * full.length);
  larger.set(full);
  return larger;
}

/** How many lines the bytes have, to be asked before something is made for each; see {@link lineStarts}. */
export function lineCount(bytes: Bytes): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF) count++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== LF ? count + 1 : count;
}

/** The lines of the bytes, each with its LF, as views of them; joined they give the bytes back. */
export function splitLines(bytes: Bytes): Bytes[] {
  const starts = lineStarts(bytes);
  const lines: Bytes[] = [];
  for (let i = 0; i + 1 < starts.length; i++) lines.push(bytes.subarray(starts[i], starts[i + 1]));
  return lines;
}
