// `GIT binary patch`: base85 lines, deflated literals and deltas, as git 2.39 writes them (apply.c, base85.c, patch-delta.c describe them).
import { inflateSync } from "node:zlib";
import type { Bytes, Problem } from "#model/bytes";
import { concatBytes } from "#model/bytes";
import type { Source } from "./source.ts";
import { lineText, pieceOf } from "./source.ts";
import type { BinaryChange, BinaryHunk } from "./types.ts";

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
  const pieces: Bytes[] = [];
  let at = line + 1;
  for (; at < source.lineCount; at++) {
    const text = lineText(source, at);
    if (text === "") break;
    const piece = decodeLine(text);
    if (piece === null) {
      problems.push({ message: "binary patch line is not base85", line: at + 1 });
      return { hunk: null, next: at };
    }
    pieces.push(piece);
  }
  const method = found[1] === "literal" ? "literal" : "delta";
  // The empty line belongs to the half; at the end of the text it may be missing.
  return {
    hunk: { method, size: Number(found[2]), deflated: concatBytes(pieces) },
    next: Math.min(at + 1, source.lineCount),
  };
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const VALUE = new Map(ALPHABET.split("").map((char, value) => [char, value]));

/** One line: a length letter (A–Z 1–26, a–z 27–52), then five characters for every four bytes. */
function decodeLine(text: string): Bytes | null {
  const letter = text.charCodeAt(0);
  const length = letter >= 97 && letter <= 122 ? letter - 70 : letter >= 65 && letter <= 90 ? letter - 64 : 0;
  if (length === 0 || text.length !== 1 + Math.ceil(length / 4) * 5) return null;
  const bytes = Buffer.alloc(Math.ceil(length / 4) * 4);
  for (let group = 0; group * 4 < length; group++) {
    let word = 0;
    for (let i = 0; i < 5; i++) {
      const value = VALUE.get(text.charAt(1 + group * 5 + i));
      if (value === undefined) return null;
      word = word * 85 + value;
    }
    if (word > 0xffffffff) return null;
    bytes.writeUInt32BE(word, group * 4);
  }
  return bytes.subarray(0, length);
}

/** The bytes a binary hunk makes of `before`, or the reason why it cannot. */
export function applyBinary(before: Bytes, hunk: BinaryHunk): Bytes | Problem {
  let data: Bytes;
  try {
    data = inflateSync(hunk.deflated, { maxOutputLength: Math.max(hunk.size, 1) });
  } catch {
    return { message: "binary patch data does not inflate" };
  }
  if (data.length !== hunk.size)
    return { message: `binary patch inflates to ${data.length} bytes, ${hunk.size} were promised` };
  return hunk.method === "literal" ? data : applyDelta(before, data);
}

/** Git's delta format: two sizes, then copy (high bit) and insert commands. */
function applyDelta(before: Bytes, delta: Bytes): Bytes | Problem {
  let at = 0;
  const size = (): number => {
    let value = 0;
    let scale = 1;
    for (let byte = 0x80; byte & 0x80; scale *= 128) {
      byte = delta[at++] ?? 0;
      value += (byte & 0x7f) * scale;
    }
    return value;
  };
  if (size() !== before.length) return { message: "binary delta was made for a file of another size" };
  const wanted = size();
  const pieces: Bytes[] = [];
  while (at < delta.length) {
    const command = delta[at++] ?? 0;
    if (command & 0x80) {
      let offset = 0;
      let length = 0;
      for (let i = 0; i < 4; i++) if (command & (1 << i)) offset += (delta[at++] ?? 0) * 2 ** (8 * i);
      for (let i = 0; i < 3; i++) if (command & (0x10 << i)) length += (delta[at++] ?? 0) << (8 * i);
      if (length === 0) length = 0x10000;
      if (offset + length > before.length) return { message: "binary delta copies from behind the end of the file" };
      pieces.push(before.subarray(offset, offset + length));
    } else if (command > 0) {
      pieces.push(delta.subarray(at, at + command));
      at += command;
    } else {
      return { message: "binary delta has an unknown command" };
    }
  }
  const after = concatBytes(pieces);
  return after.length === wanted
    ? after
    : { message: `binary delta makes ${after.length} bytes, ${wanted} were promised` };
}
