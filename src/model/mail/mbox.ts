// Mailbox files: many mails in one, mboxrd or mboxo. Does not read the mails.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString } from "#model/bytes";

/** How `From ` at a line start inside a mail is quoted: `mboxrd` adds `>` to `>*From `, `mboxo` only to `From `. */
export type MboxQuoting = "mboxrd" | "mboxo";

/** The mails of a mailbox. */
export interface Mbox {
  readonly messages: readonly Bytes[];
  readonly problems: readonly Problem[];
}

const SEPARATOR = bytesOf("From mboxrd@z Thu Jan  1 00:00:00 1970\n");
const FROM = bytesOf("From ");
const LF = 10;
const GREATER = 62;

/**
 * Splits a mailbox at its `From ` lines and unquotes each mail; bytes that do not begin with `From ` are one mail, unchanged.
 * The empty line before a separator belongs to it. A separator has a time of day and a year, or stands below an empty line
 * and above a header field: unquoted `From ` lines of sloppy mailboxes (git format-patch writes them) are text.
 */
export function splitMbox(bytes: Bytes, quoting: MboxQuoting = "mboxrd"): Mbox {
  if (bytes.length === 0) return { messages: [], problems: [] };
  if (!startsWith(bytes, FROM, 0)) return { messages: [bytes], problems: [] };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = [0];
  const quoted: number[] = [];
  for (let at = buffer.indexOf(FROM, 1); at >= 0; at = buffer.indexOf(FROM, at + 1)) {
    let line = at;
    while (line > 0 && bytes[line - 1] === GREATER) line--;
    if (line > 0 && bytes[line - 1] !== LF) continue;
    if (line === at && isSeparator(bytes, at)) starts.push(at);
    else if (line < at && (quoting === "mboxrd" || line === at - 1)) quoted.push(line);
  }
  const messages: Bytes[] = [];
  const problems: Problem[] = [];
  let next = 0;
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? bytes.length;
    const begin = lineAfter(bytes, start, end);
    const marks: number[] = [];
    for (; (quoted[next] ?? Infinity) < end; next++) marks.push(quoted[next] ?? 0);
    if (end > begin && bytes[end - 1] !== LF)
      problems.push({ message: `Split mailbox: message ${index + 1} has no line end, it may be truncated` });
    messages.push(without(bytes, begin, withoutGap(bytes, begin, end), marks));
  }
  return { messages, problems };
}

/** A mailbox in mboxrd form. Splitting it gives the same mails back when each of them ends in LF. */
export function printMbox(messages: readonly Bytes[]): Bytes {
  const pieces: Bytes[] = [];
  for (const message of messages) {
    const text = byteString(message).replace(/(^|\n)(?=>*From )/g, "$1>");
    pieces.push(SEPARATOR, fromByteString(text), bytesOf(message.at(-1) === LF ? "\n" : "\n\n"));
  }
  return concatBytes(pieces);
}

function isSeparator(bytes: Bytes, at: number): boolean {
  const end = lineAfter(bytes, at, bytes.length);
  const line = byteString(bytes, at, Math.min(end, at + 500));
  if (/\d:\d\d\b/.test(line) && /\b(?:19|20)\d\d\b/.test(line)) return true;
  const above = byteString(bytes, Math.max(0, at - 3), at);
  return /\n\r?\n$/.test(above) && /^[!-9;-~]{1,100}:/.test(byteString(bytes, end, Math.min(bytes.length, end + 120)));
}

// The end without the one empty line that closes a mail in a mailbox.
function withoutGap(bytes: Bytes, begin: number, end: number): number {
  const tail: ByteString = byteString(bytes, Math.max(begin, end - 4), end);
  if (end - begin < 2) return end;
  if (tail.endsWith("\n\r\n")) return end - 2;
  return tail.endsWith("\n\n") ? end - 1 : end;
}

function without(bytes: Bytes, begin: number, end: number, marks: readonly number[]): Bytes {
  if (marks.length === 0) return bytes.subarray(begin, end);
  const pieces: Bytes[] = [];
  let from = begin;
  for (const mark of marks) {
    pieces.push(bytes.subarray(from, mark));
    from = mark + 1;
  }
  pieces.push(bytes.subarray(from, end));
  return concatBytes(pieces);
}

function lineAfter(bytes: Bytes, at: number, limit: number): number {
  const end = bytes.indexOf(LF, at);
  return end < 0 || end >= limit ? limit : end + 1;
}

function startsWith(bytes: Bytes, prefix: Bytes, at: number): boolean {
  return prefix.every((byte, index) => bytes[at + index] === byte);
}
