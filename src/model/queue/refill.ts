// Fills the paragraphs of a description anew, as an editor does when asked to. Lists, code, quotes and tables stay as they are.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";

/** The width that notices of the -mm tree are filled to: 89 of 92 changed paragraphs, 59 at 73, 48 at 75. */
export const REFILL_WIDTH = 74;
/** A paragraph with more bytes is left alone. */
const MAX_PARAGRAPH = 100_000;
/** A word that ends a sentence, with what may close behind the stop. */
const SENTENCE_END = /[.?!]["')\]]*$/;

/**
 * The text with each paragraph of prose filled to `width`. Two blanks follow the end of a sentence; a line that ends with one
 * keeps a blank if it fits. A paragraph of one short line gives itself, but for its blanks.
 */
export function refill(text: Bytes, width = REFILL_WIDTH): Bytes {
  const parts = byteString(text).split(/(\n{2,})/);
  return fromByteString(parts.map((part, index) => (index % 2 === 0 ? paragraph(part, width) : part)).join(""));
}

function paragraph(text: ByteString, width: number): ByteString {
  const end = text.endsWith("\n") ? "\n" : "";
  const lines = text.split("\n").filter((line, index, all) => index + 1 < all.length || line !== "");
  if (text.length > MAX_PARAGRAPH || lines.length === 0 || !lines.every(isProse)) return text;
  const words = lines.flatMap((line) => line.split(/[ \t]+/)).filter((word) => word !== "");
  const filled: ByteString[] = [];
  let line = "";
  for (const word of words) {
    const gap = line === "" ? "" : SENTENCE_END.test(line) ? "  " : " ";
    if (line !== "" && line.length + gap.length + word.length > width) {
      filled.push(closed(line, width));
      line = word;
    } else line += gap + word;
  }
  filled.push(line);
  return filled.join("\n") + end;
}

function closed(line: ByteString, width: number): ByteString {
  return SENTENCE_END.test(line) && line.length < width ? `${line} ` : line;
}

/** Not indented, no list item, no quote, no heading of a colon-aligned list, no line of code or numbers. */
function isProse(line: ByteString): boolean {
  return (
    /^[A-Za-z"'(`]/.test(line) && !/^(?:\(?\w{1,2}[.)]\s|[A-Za-z-]+-by:|Patch series ")|\t| {3,}|[{};\\|]$/.test(line)
  );
}
