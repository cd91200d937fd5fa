// Foreign text that acts on whoever looks at it, shown instead: escapes of terminals, turned directions, hidden characters.
// Whether such text may be queued at all is asked elsewhere (postings/guard.ts).

/** Controls but tab and line feed, directions, line separators, tag characters; global. */
export const UNSAFE_TEXT = /[[\p{Cc}\p{Bidi_Control}\u2028\u2029\u{e0000}-\u{e007f}]--[\t\n]]/gv;

/** Text with control characters shown as `\\x1b`, and with those that turn the direction of text, or hide it, as `\\u202e`. */
export function visibleText(text: string): string {
  return text.replace(UNSAFE_TEXT, (found) => {
    const code = found.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
