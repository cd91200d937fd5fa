// Blanks at the ends of foreign text, taken off by hand in linear time. Not by expressions such as `/[ \t]+$/`, which look
// at every long run of blanks from each of its places: 50 kB of them took seconds.
import type { ByteString } from "./bytes.ts";

/** The text without those of its last characters that are in `blanks`. */
export function withoutEnd(text: ByteString, blanks: string): ByteString {
  let end = text.length;
  while (end > 0 && blanks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The text without lines at its beginning that hold nothing but characters of `blanks`. */
export function withoutEmptyLines(text: ByteString, blanks: string): ByteString {
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n") start = at + 1;
    else if (!blanks.includes(char)) break;
  }
  return text.slice(start);
}
