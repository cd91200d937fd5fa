// Quoted-printable (RFC 2045 section 6.7), writing only. For bodies that no mail transport carries unchanged.
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";

/** An encoded line has at most 76 characters, the soft line break's `=` included. */
const MAX_LINE = 76;

/** The bytes in quoted-printable. LF stays a line end; every CR and NUL is encoded, and so is a blank before a line end. */
export function encodeQuotedPrintable(bytes: Bytes): Bytes {
  const lines = byteString(bytes).split("\n");
  return fromByteString(lines.map(encodeLine).join("\n"));
}

function encodeLine(line: string): string {
  // "From " at a line start is what mailboxes change to ">From ", and some of them ">From " to ">>From " and back.
  const safe = line.replace(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$|^(?:F(?=rom )|>(?=>*From ))/g, encodeByte);
  if (safe.length <= MAX_LINE) return safe;
  const pieces: string[] = [];
  let from = 0;
  while (safe.length - from > MAX_LINE) {
    let to = from + MAX_LINE - 1;
    // An escape is three characters and stays whole.
    if (safe.charAt(to - 1) === "=") to -= 1;
    else if (safe.charAt(to - 2) === "=") to -= 2;
    pieces.push(safe.slice(from, to));
    from = to;
  }
  pieces.push(safe.slice(from));
  return pieces.join("=\n");
}

function encodeByte(char: string): string {
  return `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
