// Mail addresses with names, as people really write them (RFC 5322 section 3.4 and its abuse).
import type { ByteString } from "#model/bytes";
import { decodeWords } from "./decode-words.ts";

/** One mailbox. */
export interface Address {
  /** Decoded display name, "" when there is none. */
  readonly name: string;
  /** `local@domain`, without brackets; as written, so compare it with {@link sameAddress}. */
  readonly address: ByteString;
}

/** More addresses than this in one header are not read. */
export const MAX_ADDRESSES = 5000;

/**
 * The mailboxes of an address header, in order. Groups give their members, quoted names lose their quotes,
 * names may hold dots, parentheses and raw 8-bit bytes, `user at host` is read as `user@host`.
 * A comment is part of a name that has other words (`Some One (Company) <a@b>`), else it is the name (`a@b (Some One)`).
 * What has neither an `@` nor angle brackets is no mailbox and is passed over.
 */
export function parseAddresses(value: ByteString): Address[] {
  const found: Address[] = [];
  for (const piece of splitMailboxes(value)) {
    if (found.length >= MAX_ADDRESSES) break;
    const address = readMailbox(piece);
    if (address !== null) found.push(address);
  }
  return found;
}

/** `Name <address>` as text for a patch header or a trailer: the name is quoted where RFC 5322 wants it, never encoded. */
export function printAddress({ name, address }: Address): string {
  if (name === "") return address;
  const atoms = /^[^()<>[\]:;@\\,"]*(?:\([^()<>[\]:;@\\,"]*\))?$/.test(name);
  const shown = atoms ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
  return `${shown} <${address}>`;
}

/** Whether two addresses name one mailbox; upper and lower case do not matter, as no list has users that differ only in it. */
export function sameAddress(left: ByteString, right: ByteString): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

// A mailbox as found. Comments stand in `text` too, for "Some One (Company) <a@b>"; `bare` is the text without them.
interface Piece {
  readonly text: ByteString;
  readonly bare: ByteString;
  readonly comment: ByteString | null;
  readonly angle: ByteString | null;
  readonly quoted: boolean;
  /** Whether an `@` was seen outside brackets and comments. */
  readonly at: boolean;
}

const EMPTY: Piece = { text: "", bare: "", comment: null, angle: null, quoted: false, at: false };
/** An unquoted name with commas is believed up to this length. */
const MAX_NAME = 200;

function* splitMailboxes(value: ByteString): Generator<Piece> {
  let piece = EMPTY;
  const add = (text: ByteString): void => {
    piece = { ...piece, text: piece.text + text, bare: piece.bare + text, at: piece.at || text.includes("@") };
  };
  let plain = 0;
  let unclosed = 0;
  // Runs of ordinary characters are added at once, so that a long header costs little.
  const flush = (end: number): void => {
    if (end > plain) add(value.slice(plain, end));
    plain = end;
  };
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (!SPECIAL.has(char) || (unclosed > MAX_UNCLOSED && (char === "(" || char === '"'))) continue;
    flush(i);
    if (char === ":" && (piece.angle !== null || piece.at)) continue;
    let end = i;
    if (char === '"') {
      end = closing(value, i, '"', null) ?? i;
      add(unescape(value.slice(i + 1, Math.max(i + 1, end))));
      piece = { ...piece, quoted: true };
    } else if (char === "(") {
      end = closing(value, i, ")", "(") ?? i;
      const comment = unescape(value.slice(i + 1, Math.max(i + 1, end)));
      if (end > i) piece = { ...piece, text: `${piece.text}(${comment})`, comment: piece.comment ?? comment };
    } else if (char === "<" && piece.angle === null) {
      const close = value.indexOf(">", i);
      end = close < 0 ? value.length : close;
      piece = { ...piece, angle: value.slice(i + 1, end) };
      // ">>" is a frequent slip and means nothing.
      while (value.charAt(end + 1) === ">") end++;
    } else if (char === "," && isNameSoFar(piece)) {
      // "Author, Ann <ann@example.org>" without the quotes that it needs.
      add(", ");
    } else if (char === "," || char === ";") {
      yield piece;
      piece = EMPTY;
    } else if (char === ":") {
      // The name of a group ("undisclosed-recipients:;"); its members follow.
      piece = EMPTY;
    }
    if (end === i && (char === "(" || char === '"')) unclosed++;
    i = end;
    plain = end + 1;
  }
  flush(value.length);
  yield piece;
}

function isNameSoFar({ angle, at, text }: Piece): boolean {
  return angle === null && !at && text.length < MAX_NAME && text.trim() !== "" && !/\sat\s/.test(text);
}

const SPECIAL = new Set(['"', "(", "<", ",", ";", ":"]);

function unescape(text: ByteString): ByteString {
  return text.replace(/\\(.)/gs, "$1");
}

/** Characters of a quoted name or a comment that are looked at before it counts as unclosed. */
const MAX_QUOTED = 2000;
/** After this many unclosed ones, quotes and parentheses are plain text: looking for their ends takes time. */
const MAX_UNCLOSED = 100;

// Index of the closing character; null when it is missing. Nesting only where an opening character is given.
function closing(value: ByteString, open: number, close: string, nest: string | null): number | null {
  let depth = 0;
  const limit = Math.min(value.length, open + MAX_QUOTED);
  for (let i = open; i < limit; i++) {
    const char = value.charAt(i);
    if (char === "\\") i++;
    else if (char === nest) depth++;
    else if (char === close && (nest === null ? i > open : --depth === 0)) return i;
  }
  return null;
}

function readMailbox({ text, bare, comment, angle, quoted }: Piece): Address | null {
  if (angle !== null) {
    // An obsolete route "<@a,@b:user@host>" ends with the mailbox.
    const address = fixAt(angle.replace(/^@[^:]*:/, ""));
    return address === "" ? null : { name: cleanName(text, quoted), address };
  }
  // "Some One a@b" and "a@b # note" have lost their brackets; the word with the @ is the address.
  const words = fixAt(bare).split(/\s+/);
  const at = words.findIndex((word) => /^[^@]+@[^@]+$/.test(word));
  if (at < 0) return null;
  const name = comment ?? words.slice(0, at).join(" ");
  return { name: cleanName(name, true), address: words[at] ?? "" };
}

function cleanName(text: ByteString, quoted: boolean): string {
  const name = decodeWords(text.trim()).replace(/\s+/g, " ").trim();
  // "(Some One) <a@b>" has only a comment, so that is the name; single quotes around it come from Outlook.
  const inner = /^\(([^()]*)\)$/.exec(name) ?? (quoted ? /^'(.*)'$/.exec(name) : null);
  return inner?.[1] ?? name;
}

function fixAt(address: ByteString): ByteString {
  const tight = address.trim();
  const at = tight.indexOf("@");
  if (at >= 0) return `${tight.slice(0, at).trimEnd()}@${tight.slice(at + 1).trimStart()}`;
  return tight.replace(/^(\S+)\s+(?:at|\(at\)|\[at\])\s+(\S+)$/i, "$1@$2");
}
