// Gives equal lines equal numbers, so that comparing two texts compares integers.
// Lines are equal when all their bytes are, line end included; no white space is forgiven.
import type { Bytes } from "#model/bytes";
import type { Lines } from "./lines.ts";

/** The bytes of a text and where its lines begin, as `Lines` gives them, out of the way of its getters. */
export interface FlatText {
  readonly bytes: Bytes;
  readonly starts: Uint32Array;
}

/** Lines as numbers below `count`: two lines have one number only if they are equal. */
export interface InternedLines {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly count: number;
}

/** Places of the table looked at for one line; only a text made to collide needs more. */
const MAX_PROBES = 1024;
/** Lines of one hash compared byte by byte before a line counts as unlike all others. */
const MAX_FALSE_MATCHES = 8;

/**
 * Numbers for all lines of both texts. Time is linear in their bytes, also on lines made to collide: there a line may get
 * a number of its own though it has an equal, which makes a comparison longer and never wrong.
 */
export function internLines(before: Lines, after: Lines): InternedLines {
  const table = new LineTable(before.count + after.count);
  return { before: table.number(flatText(before)), after: table.number(flatText(after)), count: table.count };
}

/** The text in one piece. */
export function flatText(lines: Lines): FlatText {
  return { bytes: lines.bytes, starts: lines.starts };
}

/** A hash table with open addressing; a line is known by where it was met first. */
class LineTable {
  count = 0;
  readonly #mask: number;
  /** Number of the line in each place, plus one; 0 is free. */
  readonly #places: Int32Array;
  readonly #hashes: Int32Array;
  readonly #texts: FlatText[] = [];
  readonly #textOf: Uint8Array;
  readonly #lineOf: Int32Array;

  constructor(total: number) {
    let size = 16;
    while (size < 2 * total) size *= 2;
    this.#mask = size - 1;
    this.#places = new Int32Array(size);
    this.#hashes = new Int32Array(total);
    this.#textOf = new Uint8Array(total);
    this.#lineOf = new Int32Array(total);
  }

  number(text: FlatText): Int32Array {
    this.#texts.push(text);
    const numbers = new Int32Array(text.starts.length - 1);
    for (let line = 0; line < numbers.length; line++) numbers[line] = this.#numberOf(text, line);
    return numbers;
  }

  #numberOf(text: FlatText, line: number): number {
    const hash = hashOf(text.bytes, text.starts[line] ?? 0, text.starts[line + 1] ?? 0);
    let falseMatches = 0;
    for (let probe = 0; probe < MAX_PROBES && falseMatches < MAX_FALSE_MATCHES; probe++) {
      const place = (hash + probe) & this.#mask;
      const known = (this.#places[place] ?? 0) - 1;
      if (known < 0) {
        this.#places[place] = this.count + 1;
        return this.#add(hash, line);
      }
      if (this.#hashes[known] !== hash) continue;
      const other = this.#texts[this.#textOf[known] ?? 0];
      if (other && sameLine(text, line, other, this.#lineOf[known] ?? 0)) return known;
      falseMatches += 1;
    }
    return this.#add(hash, line);
  }

  #add(hash: number, line: number): number {
    const number = this.count++;
    this.#hashes[number] = hash;
    this.#textOf[number] = this.#texts.length - 1;
    this.#lineOf[number] = line;
    return number;
  }
}

/** FNV-1a over the bytes `[from, to)` of a line, mixed at the end because tables look at the low bits only. */
export function hashOf(bytes: Bytes, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) | 0;
}

/** Whether two lines (0-based) have the same bytes. */
function sameLine(left: FlatText, leftLine: number, right: FlatText, rightLine: number): boolean {
  const from = left.starts[leftLine] ?? 0;
  const to = left.starts[leftLine + 1] ?? 0;
  const other = right.starts[rightLine] ?? 0;
  if ((right.starts[rightLine + 1] ?? 0) - other !== to - from) return false;
  for (let i = 0; i < to - from; i++) if (left.bytes[from + i] !== right.bytes[other + i]) return false;
  return true;
}
