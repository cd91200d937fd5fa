// `GIT binary patch`: base85 lines, deflated literals and deltas, as git 2.39 writes them (apply.c, base85.c, patch-delta.c describe them).
import { constants, inflateSync } from "node:zlib";
import type { Bytes, Problem } from "#model/bytes";
import type { Source } from "./source.ts";
import { lineText, pieceOf } from "./source.ts";
import type { BinaryChange, BinaryHunk } from "./types.ts";

/** What the binary changes of one patch may take together; deflated, it can be a thousandth of that. No host of git takes a larger file. */
export const MAX_BINARY_BYTES = 128 * 1024 * 1024;

/** Reads what follows a git header for a binary file, from `line` on. */
export function parseBinary(
  source: Source,
  line: number,
): { readonly binary: BinaryChange; readonly next: number; readonly problems: readonly Problem[] } {
  if (lineText(source, line) !== "GIT binary patch") {
    return {
      binary: { body: pieceOf(source, line, line + 1), forward: null, reverse: null },
      next: line + 1,
      problems: [],
    };
  }
  const problems: Problem[] = [];
  const forward = parseHalf(source, line + 1, problems);
  const reverse = forward.hunk === null ? forward : parseHalf(source, forward.next, problems);
  if (forward.hunk === null && problems.length === 0) {
    problems.push({ message: 'binary patch has neither "literal" nor "delta"', line: line + 2 });
  }
  return {
    binary: { body: pieceOf(source, line, reverse.next), forward: forward.hunk, reverse: reverse.hunk },
    next: reverse.next,
    problems,
  };
}

function parseHalf(source: Source, line: number, problems: Problem[]): { hunk: BinaryHunk | null; next: number } {
  const found = /^(literal|delta) (\d{1,10})$/.exec(lineText(source, line));
  if (!found) return { hunk: null, next: line };
  let end = line + 1;
  while (end < source.lineCount && !isBlankLine(source, end)) end += 1;
  // Five characters stand for four bytes.
  const room = (source.starts[end] ?? 0) - (source.starts[line + 1] ?? 0);
  const decoded = Buffer.allocUnsafe(Math.ceil((room * 4) / 5));
  let length = 0;
  let at = line + 1;
  for (; at < end; at++) {
    const count = decodeLine(lineText(source, at), decoded, length);
    if (count === 0) {
      problems.push({ message: "binary patch line is not base85", line: at + 1 });
      return { hunk: null, next: at };
    }
    length += count;
  }
  const method = found[1] === "literal" ? "literal" : "delta";
  // The empty line belongs to the half; at the end of the text it may be missing.
  return {
    hunk: { method, size: Number(found[2]), deflated: decoded.subarray(0, length) },
    next: Math.min(at + 1, source.lineCount),
  };
}

function isBlankLine(source: Source, line: number): boolean {
  const start = source.starts[line] ?? 0;
  const first = source.bytes[start];
  return first === LF || (first === CR && source.bytes[start + 1] === LF);
}

const LF = 10;
const CR = 13;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const VALUE = new Int8Array(256).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUE[ALPHABET.charCodeAt(value)] = value;

/**
 * One line: a length letter (A–Z 1–26, a–z 27–52), then five characters for every four bytes.
 * Writes the bytes to `target` from `to` on and gives their number, 0 when the line is none.
 */
function decodeLine(text: string, target: Buffer, to: number): number {
  const letter = text.charCodeAt(0);
  const length = letter >= 97 && letter <= 122 ? letter - 70 : letter >= 65 && letter <= 90 ? letter - 64 : 0;
  if (length === 0 || text.length !== 1 + Math.ceil(length / 4) * 5) return 0;
  for (let group = 0; group * 4 < length; group++) {
    let word = 0;
    for (let i = 0; i < 5; i++) {
      const value = VALUE[text.charCodeAt(1 + group * 5 + i)] ?? -1;
      if (value < 0) return 0;
      word = word * 85 + value;
    }
    if (word > 0xffffffff) return 0;
    for (let i = 0; i < 4 && group * 4 + i < length; i++) target[to + group * 4 + i] = word >>> (24 - 8 * i);
  }
  return length;
}

/** Bytes at the beginning of a delta's data that surely hold its two sizes, when inflated. */
const HEAD_BYTES = 512;

/** Bytes that applying the half takes: what it inflates to and, by a delta's own word, what that makes. */
export function promisedSize(hunk: BinaryHunk): number {
  if (hunk.method === "literal" || hunk.size > MAX_BINARY_BYTES) return hunk.size;
  // Deflated data makes at most 1032 times as much.
  const head = inflated(hunk.deflated.subarray(0, HEAD_BYTES), HEAD_BYTES * 1040, constants.Z_SYNC_FLUSH);
  // What does not inflate is refused when it is applied.
  return head === null ? hunk.size : hunk.size + (sizeAt(head, sizeAt(head, 0).next).size || 0);
}

/** The bytes a binary hunk makes of `before`, or the reason why it cannot. */
export function applyBinary(before: Bytes, hunk: BinaryHunk): Bytes | Problem {
  if (hunk.size > MAX_BINARY_BYTES)
    return { message: `binary patch promises ${hunk.size} bytes, more than ${MAX_BINARY_BYTES}` };
  const data = inflated(hunk.deflated, Math.max(hunk.size, 1), constants.Z_FINISH);
  if (data === null) return { message: `binary patch data does not inflate to ${hunk.size} bytes` };
  if (data.length !== hunk.size)
    return { message: `binary patch inflates to ${data.length} bytes, ${hunk.size} were promised` };
  return hunk.method === "literal" ? data : applyDelta(before, data);
}

const MIN_CHUNK = 64;
const MAX_CHUNK = 1024 * 1024;

/** Null when the data is damaged or makes more than `most` bytes. */
function inflated(deflated: Bytes, most: number, finishFlush: number): Bytes | null {
  try {
    // Node's usual piece is 16 kB, a thousand times what a small change needs, and many wait for the collector.
    const chunkSize = Math.min(Math.max(most, MIN_CHUNK), MAX_CHUNK);
    return inflateSync(deflated, { maxOutputLength: most, finishFlush, chunkSize });
  } catch {
    return null;
  }
}

/** Seven bits a byte, lowest first, as long as the high bit is set. A size that the data breaks off in is no number. */
function sizeAt(delta: Bytes, from: number): { readonly size: number; readonly next: number } {
  let size = 0;
  let at = from;
  for (let scale = 1; ; scale *= 128) {
    const byte = delta[at++] ?? 0x80;
    size += (byte & 0x7f) * scale;
    if (!(byte & 0x80)) return { size, next: at };
    if (at > delta.length || scale > Number.MAX_SAFE_INTEGER) return { size: NaN, next: at };
  }
}

/** Git's delta format: two sizes, then copy (high bit) and insert commands. */
function applyDelta(before: Bytes, delta: Bytes): Bytes | Problem {
  const source = sizeAt(delta, 0);
  const target = sizeAt(delta, source.next);
  if (Number.isNaN(target.size)) return { message: "binary delta breaks off" };
  if (source.size !== before.length) return { message: "binary delta was made for a file of another size" };
  const wanted = target.size;
  if (wanted > MAX_BINARY_BYTES)
    return { message: `binary delta promises ${wanted} bytes, more than ${MAX_BINARY_BYTES}` };
  const after = Buffer.allocUnsafe(wanted);
  let made = 0;
  let at = target.next;
  while (at < delta.length) {
    const command = delta[at++] ?? 0;
    let piece: Bytes;
    if (command & 0x80) {
      let offset = 0;
      let length = 0;
      for (let i = 0; i < 4; i++) if (command & (1 << i)) offset += (delta[at++] ?? NaN) * 2 ** (8 * i);
      for (let i = 0; i < 3; i++) if (command & (0x10 << i)) length += (delta[at++] ?? NaN) * 2 ** (8 * i);
      if (length === 0) length = 0x10000;
      if (!(offset + length <= before.length))
        return { message: "binary delta copies from behind the end of the file, or breaks off" };
      piece = before.subarray(offset, offset + length);
    } else if (command > 0) {
      if (at + command > delta.length) return { message: "binary delta breaks off" };
      piece = delta.subarray(at, at + command);
      at += command;
    } else {
      return { message: "binary delta has an unknown command" };
    }
    if (made + piece.length > wanted) return { message: `binary delta makes more than the promised ${wanted} bytes` };
    after.set(piece, made);
    made += piece.length;
  }
  return made === wanted ? after : { message: `binary delta makes ${made} bytes, ${wanted} were promised` };
}
