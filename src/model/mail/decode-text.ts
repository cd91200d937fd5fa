// Charsets: bytes to text for a person to read. Never a way to change the bytes of a patch.
import type { Bytes, Problem } from "#model/bytes";
import { bytesOf } from "#model/bytes";

/** Text, and what was wrong with its charset. */
export interface DecodedText {
  readonly text: string;
  readonly problems: readonly Problem[];
}

// Labels that say nothing about bytes above 127.
const UNSTATED = new Set([
  "",
  "us-ascii",
  "ascii",
  "ansi_x3.4-1968",
  "unknown-8bit",
  "x-unknown",
  "unknown",
  "default",
  "8bit",
]);
// Labels of real mail that the encoding standard does not list.
const ALIASES = new Map([
  ["cp1252", "windows-1252"],
  ["iso8859-16", "iso-8859-16"],
  ["utf-8-sig", "utf-8"],
  ["cp936", "gbk"],
  ["cp949", "euc-kr"],
  ["cp932", "shift_jis"],
]);

type Decoder = InstanceType<typeof TextDecoder>;
const decoders = new Map<string, Decoder>();

/**
 * Bytes as text. A charset that says nothing (none, US-ASCII, unknown-8bit) means UTF-8 when the bytes are valid UTF-8,
 * else windows-1252. An unknown charset is read the same way, with a problem; so are bytes that their charset does not allow.
 * Charset labels are those of the WHATWG encoding standard, so `iso-8859-1` means windows-1252 and `gb2312` means GBK.
 */
export function decodeText(bytes: Bytes, charset: string | null): DecodedText {
  const label = (charset ?? "").trim().toLowerCase();
  const shown = label.slice(0, 80);
  if (UNSTATED.has(label)) return guess(bytes, label === "" ? "no charset" : `charset "${label}"`, []);
  const strict = decoder(ALIASES.get(label) ?? label, true);
  if (strict === null) {
    const unknown: Problem = { message: `Decode text: unknown charset "${shown}"` };
    return guess(bytes, `charset "${shown}"`, [unknown]);
  }
  const text = attempt(strict, bytes);
  // UTF-16 begins with a mark that says which byte comes first; the label alone means the lower one.
  if (text?.startsWith("\uFFFE") === true) return decodeText(bytes.subarray(2), "utf-16be");
  if (text !== null) return { text: label.startsWith("utf-16") ? text.replace(/^\uFEFF/, "") : text, problems: [] };
  return guess(bytes, `charset "${shown}"`, [{ message: `Decode text: bytes are not valid in charset "${shown}"` }]);
}

/**
 * Bytes in UTF-8, as git 2.39 mailinfo stores a commit message: bytes that are UTF-8 by declaration or by default stay
 * unchanged even when invalid, so that nothing is lost.
 */
export function toUtf8(
  bytes: Bytes,
  charset: string | null,
): { readonly bytes: Bytes; readonly problems: readonly Problem[] } {
  const label = (charset ?? "").trim().toLowerCase();
  if (isAscii(bytes) && !STATEFUL.test(label)) return { bytes, problems: [] };
  const { text, problems } = decodeText(bytes, charset);
  const utf8 = /^utf-?8$/.test(label) || attempt(decoder("utf-8", true), bytes) === text;
  return utf8 ? { bytes, problems } : { bytes: bytesOf(text), problems };
}

// In these, ASCII bytes need not mean ASCII characters.
const STATEFUL = /^(?:iso-2022|utf-?16|utf-?32|hz-)/;

function guess(bytes: Bytes, told: string, before: readonly Problem[]): DecodedText {
  const text = attempt(decoder("utf-8", true), bytes);
  if (text !== null) return { text, problems: before };
  const fallback: Problem = { message: `Decode text: ${told} and not UTF-8, read as windows-1252` };
  return { text: attempt(decoder("windows-1252", false), bytes) ?? "", problems: [...before, fallback] };
}

function attempt(made: Decoder | null, bytes: Bytes): string | null {
  try {
    return made === null ? null : made.decode(bytes);
  } catch {
    // A fatal decoder throws on the first byte sequence it does not allow; there is no other way to ask it.
    return null;
  }
}

// Only labels that exist are kept, so hostile labels cannot fill the map.
function decoder(label: string, fatal: boolean): Decoder | null {
  const key = fatal ? label : `${label} lenient`;
  const known = decoders.get(key);
  if (known !== undefined) return known;
  try {
    const made = new TextDecoder(label, { fatal, ignoreBOM: true });
    decoders.set(key, made);
    return made;
  } catch {
    return null;
  }
}

function isAscii(bytes: Bytes): boolean {
  for (const byte of bytes) if (byte > 127) return false;
  return true;
}
