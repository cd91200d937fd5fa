// Where in a file lines with given bytes may stand, so that a hunk that stands nowhere near is not held against every line.
// It is a sieve: what it gives must be compared still, what it leaves out is not there.
import type { Bytes } from "#model/bytes";
import { hashOf } from "./intern-lines.ts";
import type { Lines } from "./lines.ts";

/** The lines of a file by their hash. Made in time linear in its bytes. */
export class LinePositions {
  readonly #mask: number;
  /** All lines (0-based), those of one bucket together and in order. */
  readonly #lines: Int32Array;
  /** Where in `#lines` each bucket begins. */
  readonly #begins: Int32Array;

  constructor(file: Lines) {
    let size = 16;
    while (size < 2 * file.count) size *= 2;
    this.#mask = size - 1;
    const { bytes, starts } = file;
    const buckets = new Int32Array(file.count);
    const begins = new Int32Array(size + 1);
    for (let line = 0; line < buckets.length; line++) {
      const bucket = hashOf(bytes, starts[line] ?? 0, starts[line + 1] ?? 0) & this.#mask;
      buckets[line] = bucket;
      begins[bucket + 1] = (begins[bucket + 1] ?? 0) + 1;
    }
    for (let bucket = 0; bucket < size; bucket++)
      begins[bucket + 1] = (begins[bucket + 1] ?? 0) + (begins[bucket] ?? 0);
    const next = begins.slice(0, size);
    this.#lines = new Int32Array(file.count);
    for (let line = 0; line < buckets.length; line++) {
      const bucket = buckets[line] ?? 0;
      const at = next[bucket] ?? 0;
      this.#lines[at] = line;
      next[bucket] = at + 1;
    }
    this.#begins = begins;
  }

  /** Lines (0-based, ascending) that may have the bytes `[from, to)` of `bytes`; all that have are among them. */
  of(bytes: Bytes, from: number, to: number): Int32Array {
    const bucket = hashOf(bytes, from, to) & this.#mask;
    return this.#lines.subarray(this.#begins[bucket], this.#begins[bucket + 1]);
  }
}
