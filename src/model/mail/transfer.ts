// Content-Transfer-Encoding: quoted-printable and base64 to the exact bytes (RFC 2045 section 6). Damage is reported, never fatal.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { fromByteString } from "#model/bytes";

/** Decoded bytes, and what was wrong with their encoding. */
export interface Decoded {
  readonly bytes: Bytes;
  readonly problems: readonly Problem[];
}

/**
 * Undoes a transfer encoding, named in any case. 7bit, 8bit, binary and none pass unchanged;
 * an unknown encoding passes unchanged too, with a problem.
 */
export function decodeTransfer(bytes: Bytes, encoding: string): Decoded {
  switch (encoding.toLowerCase()) {
    case "base64":
      return decodeBase64(bytes);
    case "quoted-printable":
      return decodeQuotedPrintable(bytes);
    case "":
    case "7bit":
    case "8bit":
    case "binary":
      return { bytes, problems: [] };
    default:
      return { bytes, problems: [{ message: `Decode part: unknown transfer encoding "${encoding.slice(0, 80)}"` }] };
  }
}

/** Base64 with foreign characters passed over; padding in the middle ends one run and begins the next, as joined parts have it. */
export function decodeBase64(bytes: Bytes): Decoded {
  // Written straight from the input: a mail of 100 MB would otherwise be held as several strings at once.
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4));
  let length = 0;
  let [bits, digits] = [0, 0];
  let isForeign = false;
  let isTruncated = false;
  // What is left of a run: two digits make one byte, three make two, one makes none.
  const end = (): void => {
    if (digits === 1) isTruncated = true;
    if (digits >= 2) out[length++] = bits >> (digits === 2 ? 4 : 10);
    if (digits === 3) out[length++] = bits >> 2;
    [bits, digits] = [0, 0];
  };
  for (let at = 0; at < bytes.length; at++) {
    const digit = DIGITS[bytes[at] ?? 0] ?? FOREIGN;
    if (digit >= 0) {
      bits = (bits << 6) | digit;
      if (++digits < 4) continue;
      out[length++] = bits >> 16;
      out[length++] = bits >> 8;
      out[length++] = bits;
      [bits, digits] = [0, 0];
    } else if (digit === PADDING) end();
    else if (digit === FOREIGN) isForeign = true;
  }
  end();
  const problems: Problem[] = [];
  if (isForeign) problems.push({ message: "Decode base64: foreign characters passed over" });
  if (isTruncated) problems.push({ message: "Decode base64: truncated" });
  return { bytes: out.subarray(0, length), problems };
}

const FOREIGN = -1;
const PADDING = -2;
const BLANK = -3;

/** The value of each digit by its character (RFC 4648 section 4), or what else the character is. */
const DIGITS = new Int8Array(256).fill(FOREIGN);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
for (let value = 0; value < ALPHABET.length; value++) DIGITS[ALPHABET.charCodeAt(value)] = value;
DIGITS["=".charCodeAt(0)] = PADDING;
// What \s means in ISO 8859-1.
for (const blank of [9, 10, 11, 12, 13, 32, 0xa0]) DIGITS[blank] = BLANK;

const EQUALS = 61;
const LF = 10;

/**
 * Quoted-printable. Blanks at line ends are padding of transport and go; `=` at a line end joins lines;
 * a malformed `=` stays as it is. The line ends of the input are kept.
 */
export function decodeQuotedPrintable(bytes: Bytes): Decoded {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let bad = 0;
  // Blanks written so far at the end of the line, not counting encoded ones: they go when the line ends here.
  let padding = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === LF || (byte === 13 && bytes[i + 1] === LF)) {
      length -= padding;
      padding = 0;
      out[length++] = byte;
    } else if (byte === EQUALS) {
      padding = 0;
      const value = hexByte(bytes, i + 1);
      const skip = value === null ? softBreak(bytes, i + 1) : 2;
      if (value !== null) out[length++] = value;
      if (skip !== null) i += skip;
      else {
        bad++;
        out[length++] = byte;
      }
    } else {
      padding = byte === 32 || byte === 9 ? padding + 1 : 0;
      out[length++] = byte;
    }
  }
  const problems = bad === 0 ? [] : [{ message: `Decode quoted-printable: ${bad} malformed "=" kept` }];
  return { bytes: out.subarray(0, length), problems };
}

/** The Q encoding of RFC 2047 section 4.2: `_` is a space, a malformed `=` stays. */
export function decodeQ(text: ByteString): Bytes {
  const decoded = text
    .replaceAll("_", " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return fromByteString(decoded);
}

function hexByte(bytes: Bytes, at: number): number | null {
  const high = HEX[bytes[at] ?? 0] ?? -1;
  const low = HEX[bytes[at + 1] ?? 0] ?? -1;
  return high < 0 || low < 0 ? null : high * 16 + low;
}

// How many bytes a soft line break takes after its "=", or null when there is none. Blanks before the line end are allowed.
function softBreak(bytes: Bytes, start: number): number | null {
  let at = start;
  // A line of quoted-printable has at most 76 characters, so a longer run of blanks is no padding.
  while (at - start < 76 && (bytes[at] === 32 || bytes[at] === 9)) at++;
  if (at >= bytes.length) return at - start;
  if (bytes[at] === 13) at++;
  return bytes[at] === LF ? at + 1 - start : null;
}

const HEX = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
