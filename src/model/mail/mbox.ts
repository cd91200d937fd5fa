// Mailbox files: many mails in one. Splits them, whole or piece by piece, and prints them; does not read the mails.
// What form a mailbox has (how it quotes, whether it counts) is found in mbox-form.ts.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString } from "#model/bytes";

/**
 * How `From ` at a line start inside a mail is quoted: `mboxrd` adds `>` to `>*From `, `mboxo` only to `From `;
 * `none` does not, because lengths tell where a mail ends (mboxcl2).
 */
export type MboxQuoting = "mboxrd" | "mboxo" | "none";

/** How a mailbox is written. */
export interface MboxForm {
  readonly quoting: MboxQuoting;
  /** Whether `Content-Length:` is believed where a mail or the end really follows (mboxcl, mboxcl2). */
  readonly lengths: boolean;
}

/** The mails of a mailbox. */
export interface Mbox {
  readonly messages: readonly Bytes[];
  readonly problems: readonly Problem[];
}

/** One mail, and where it and the empty line behind it end in the bytes that were split. */
export interface MboxMail {
  readonly bytes: Bytes;
  readonly end: number;
  /** False when the mail has no line end, so that it may be truncated. */
  readonly whole: boolean;
  /** Whether its length told where it ends. */
  readonly counted: boolean;
}

const SEPARATOR = bytesOf("From mboxrd@z Thu Jan  1 00:00:00 1970\n");
const FROM = bytesOf("From ");
const QUOTED = bytesOf(">From ");
const LF = 10;
const GREATER = 62;

/** Bytes that must follow a `From ` to judge it: the line itself and the one below, see `isSeparator`. */
const MAX_LOOK = 1024;
/** Most bytes of a header in which `Content-Length:` is looked for. */
const MAX_HEADER = 256 * 1024;
/** The largest length that is believed: a wrong one must not make a reader wait for the end of the file. */
const MAX_LENGTH = 256 * 1024 * 1024;

/**
 * Splits a mailbox at its `From ` lines and unquotes each mail; bytes that do not begin with `From ` are one mail, unchanged.
 * The empty line before a separator belongs to it. A separator has a time of day and a year, or stands below an empty line
 * and above a header field: unquoted `From ` lines of sloppy mailboxes (git format-patch writes them) are text.
 */
export function splitMbox(bytes: Bytes, quoting: MboxQuoting = "mboxrd"): Mbox {
  if (bytes.length === 0) return { messages: [], problems: [] };
  if (!startsWithFrom(bytes)) return { messages: [bytes], problems: [] };
  const mails = splitMboxPart(bytes, { quoting, lengths: false }, true);
  const cut = mails.flatMap(({ whole }, index) => (whole ? [] : [index + 1]));
  return {
    messages: mails.map((mail) => mail.bytes),
    problems: cut.map((number) => ({
      message: `Split mailbox: message ${number} has no line end, it may be truncated`,
    })),
  };
}

/**
 * The mails at the beginning of `bytes`, which begins with a `From ` line. When more of the mailbox follows (`last` is false),
 * a mail whose end is not sure is not given: it begins where the mail before it ends, and must be split again with more bytes.
 */
export function splitMboxPart(bytes: Bytes, form: MboxForm, last: boolean): MboxMail[] {
  const mails: MboxMail[] = [];
  for (let start = 0; start < bytes.length; start = mails.at(-1)?.end ?? bytes.length) {
    const mail = mailAt(bytes, start, form, last);
    if (mail === null) break;
    mails.push(mail);
  }
  return mails;
}

/** The mail whose `From ` line begins at `start`; null when its end is not sure, see {@link splitMboxPart}. */
export function mailAt(bytes: Bytes, start: number, form: MboxForm, last: boolean): MboxMail | null {
  const begin = lineAfter(bytes, start, bytes.length);
  const counted = form.lengths ? endByLength(bytes, begin, last) : null;
  if (counted === "unsure") return null;
  const end = counted?.next ?? nextSeparator(bytes, begin, last);
  if (end === null) return null;
  const text = bytes.subarray(begin, counted?.end ?? withoutGap(bytes, begin, end));
  const whole = counted !== null || end === begin || bytes[end - 1] === LF;
  return { bytes: unquote(text, form.quoting), end, whole, counted: counted !== null };
}

/** Whether bytes begin as a mailbox does. */
export function startsWithFrom(bytes: Bytes): boolean {
  return FROM.every((byte, index) => bytes[index] === byte);
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

/**
 * Where the mail that begins at `begin` ends by its `Content-Length:`, and where the next one begins; null when it has none,
 * or none that is true: behind it comes the end or a separator, with at most two line ends between.
 */
function endByLength(
  bytes: Bytes,
  begin: number,
  last: boolean,
): { readonly end: number; readonly next: number } | "unsure" | null {
  let length: number | null = null;
  let at = begin;
  for (;;) {
    const end = bytes.indexOf(LF, at);
    if (end < 0 || end - begin > MAX_HEADER)
      return last || end >= 0 || bytes.length - begin > MAX_HEADER ? null : "unsure";
    const line = byteString(bytes, at, Math.min(end, at + 200));
    at = end + 1;
    if (line === "" || line === "\r") break;
    // A line that no header has: the mail is damaged, or this is no mail.
    if (!/^(?:[ \t]|[!-9;-~]+[ \t]*:)/.test(line) && line.length < 200) return null;
    const found = /^content-length:[ \t]*(\d{1,12})[ \t\r]*$/i.exec(line);
    if (found) length = Number(found[1]);
  }
  if (length === null || length > MAX_LENGTH) return null;
  const end = at + length;
  if (!last && end + MAX_LOOK > bytes.length) return "unsure";
  if (end > bytes.length) return null;
  const gap = /^(?:\r?\n){0,2}/.exec(byteString(bytes, end, Math.min(bytes.length, end + 4)))?.[0].length ?? 0;
  for (const next of [end + gap, end]) {
    if (next === bytes.length || (isFrom(bytes, next) && bytes[next - 1] === LF && isSeparator(bytes, next)))
      return { end, next };
  }
  return null;
}

/** Where the next separator begins at or behind `from`, a line start; the end of the last mail; null when more bytes must tell. */
function nextSeparator(bytes: Bytes, from: number, last: boolean): number | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(FROM, from); at >= 0; at = buffer.indexOf(FROM, at + 1)) {
    if (!last && at + MAX_LOOK > bytes.length) return null;
    if (bytes[at - 1] === LF && isSeparator(bytes, at)) return at;
  }
  return last ? bytes.length : null;
}

function isSeparator(bytes: Bytes, at: number): boolean {
  const end = lineAfter(bytes, at, bytes.length);
  const line = byteString(bytes, at, Math.min(end, at + 500));
  if (/\d:\d\d\b/.test(line) && /\b(?:19|20)\d\d\b/.test(line)) return true;
  const above = byteString(bytes, Math.max(0, at - 3), at);
  return (
    end - at < 800 &&
    /\n\r?\n$/.test(above) &&
    /^[!-9;-~]{1,100}:/.test(byteString(bytes, end, Math.min(bytes.length, end + 120)))
  );
}

// The end without the one empty line that closes a mail in a mailbox.
function withoutGap(bytes: Bytes, begin: number, end: number): number {
  const tail: ByteString = byteString(bytes, Math.max(begin, end - 4), end);
  if (end - begin < 2) return end;
  if (tail.endsWith("\n\r\n")) return end - 2;
  return tail.endsWith("\n\n") ? end - 1 : end;
}

/** A mail's text without the `>` that the mailbox put there; the same bytes, not copied, when it put none. */
function unquote(text: Bytes, quoting: MboxQuoting): Bytes {
  if (quoting === "none") return text;
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const pieces: Bytes[] = [];
  let from = 0;
  for (let at = buffer.indexOf(QUOTED); at >= 0; at = buffer.indexOf(QUOTED, at + 1)) {
    let line = at;
    while (line > from && text[line - 1] === GREATER) line--;
    if ((line > 0 && text[line - 1] !== LF) || (quoting === "mboxo" && line < at)) continue;
    pieces.push(text.subarray(from, line));
    from = line + 1;
  }
  return from === 0 ? text : concatBytes([...pieces, text.subarray(from)]);
}

function lineAfter(bytes: Bytes, at: number, limit: number): number {
  const end = bytes.indexOf(LF, at);
  return end < 0 || end >= limit ? limit : end + 1;
}

function isFrom(bytes: Bytes, at: number): boolean {
  return startsWithFrom(bytes.subarray(at, at + FROM.length));
}
