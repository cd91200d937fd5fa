// Foreign text made safe to look at: what would turn its direction, hide it, or command a terminal is spelled out.

/**
 * Text with control characters shown as `\\x1b`, and with those that turn the direction of text, or hide it, as `\\u202e`:
 * mails and patches are foreign, a terminal obeys what it is sent, and a reader believes what a page shows.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, (found) => {
    const code = found.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** Controls but tab and line feed, directions, line separators, tag characters. */
export const UNSAFE = /[[\p{Cc}\p{Bidi_Control}\u2028\u2029\u{e0000}-\u{e007f}]--[\t\n]]/gv;
