// Stretches of a text's lines: their bytes, whether two are the same, what their line ends are.
import type { Bytes } from "#model/bytes";
import { equalBytes } from "#model/bytes";
import { Lines } from "#model/diff";

/** Lines `[from, to)` of a text, 0-based. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The bytes of a range, as a view. */
export function bytesIn(text: Lines, { from, to }: LineRange): Bytes {
  const { bytes, starts } = text;
  return bytes.subarray(starts[from], starts[Math.max(from, to)]);
}

/** A range as a text of its own. */
export function stretch(text: Lines, { from, to }: LineRange): Lines {
  return new Lines(from < to ? [{ bytes: text.bytes, starts: text.starts, from, to }] : []);
}

export function equalLineRanges(left: Lines, inLeft: LineRange, right: Lines, inRight: LineRange): boolean {
  return (
    inLeft.to - inLeft.from === inRight.to - inRight.from && equalBytes(bytesIn(left, inLeft), bytesIn(right, inRight))
  );
}

/** Whether any byte of the range is an ASCII letter or digit. */
export function hasLetterOrDigit(text: Lines, range: LineRange): boolean {
  return bytesIn(text, range).some((byte) => {
    const letter = byte | 0x20;
    return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
  });
}

const LF = 10;
const CR = 13;

/** How line `line` ends, or the one before it where it is the last and has no end; null when the text has no line end to go by. */
export function lineEndAt(text: Lines, line: number): "lf" | "crlf" | null {
  const { bytes, starts } = text;
  for (const at of [line, line - 1]) {
    if (at < 0 || at >= text.count) return null;
    const start = starts[at] ?? 0;
    const end = starts[at + 1] ?? 0;
    if (end > start && bytes[end - 1] === LF) return end - 2 >= start && bytes[end - 2] === CR ? "crlf" : "lf";
  }
  return null;
}
