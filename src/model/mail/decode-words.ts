// Encoded words of header values (RFC 2047): to text for a person, and back to ASCII for a mail that is sent.
// Raw 8-bit headers are read too, never written.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, concatBytes, fromByteString } from "#model/bytes";
import { decodeText } from "./decode-text.ts";
import { decodeBase64, decodeQ } from "./transfer.ts";

/**
 * A header value as text. Blanks between two encoded words go (RFC 2047 section 6.2); neighbours of the same charset
 * are joined as bytes before decoding, since many mailers split inside a character.
 * Words may contain blanks and `?`, which mailers write and git 2.39 mailinfo accepts. Raw bytes above 127 are UTF-8, else windows-1252.
 */
export function decodeWords(value: ByteString): string {
  if (!value.includes("=?")) return decodeRaw(value);
  let text = "";
  let run: { charset: string; pieces: Bytes[] } | null = null;
  const flush = (): void => {
    if (run !== null) text += decodeText(concatBytes(run.pieces), run.charset).text;
    run = null;
  };
  let at = 0;
  let search = 0;
  for (;;) {
    const open = value.indexOf("=?", search);
    const word = open < 0 ? null : encodedWord(value, open);
    if (open < 0 || word === "none left") break;
    if (word === null) {
      search = open + 2;
      continue;
    }
    const between = value.slice(at, open);
    if (run === null || between.trim() !== "") {
      flush();
      text += decodeRaw(between);
    }
    const current: { charset: string; pieces: Bytes[] } | null = run;
    if (current !== null && current.charset === word.charset) current.pieces.push(word.bytes);
    else {
      flush();
      run = { charset: word.charset, pieces: [word.bytes] };
    }
    at = search = word.end;
  }
  flush();
  return text + decodeRaw(value.slice(at));
}

interface EncodedWord {
  readonly charset: string;
  readonly bytes: Bytes;
  readonly end: number;
}

// The longest charset name that is believed; registered names have at most 40 characters.
const MAX_CHARSET = 60;

function encodedWord(value: ByteString, open: number): EncodedWord | null | "none left" {
  const head = /^=\?([^?\s]+)\?([bq])\?/i.exec(value.slice(open, open + MAX_CHARSET));
  if (head === null) return null;
  const start = open + head[0].length;
  const close = value.indexOf("?=", start);
  // No word can end behind here, so looking further would only make hostile input slow.
  if (close < 0) return "none left";
  const text = value.slice(start, close);
  // RFC 2231 section 5 allows a language after the charset: =?utf-8*en?Q?...?=
  const charset = (head[1] ?? "").replace(/\*.*$/, "").toLowerCase();
  const bytes = head[2]?.toLowerCase() === "b" ? decodeBase64(fromByteString(text)).bytes : decodeQ(text);
  return { charset, bytes, end: close + 2 };
}

function decodeRaw(value: ByteString): string {
  return /^[\0-\x7f]*$/.test(value) ? value : decodeText(fromByteString(value), null).text;
}

/** Text as a header value in ASCII: unchanged when it is ASCII, else UTF-8 encoded words of at most 75 characters joined by `\n `. */
export function encodeWords(text: string): ByteString {
  if (/^[ -~]*$/.test(text) && !text.includes("=?")) return text;
  const words: string[] = [];
  let piece = "";
  for (const char of text) {
    // 45 bytes give 60 base64 characters, and "=?utf-8?B??=" 12 more.
    if (Buffer.byteLength(piece + char) > 45) {
      words.push(piece);
      piece = "";
    }
    piece += char;
  }
  words.push(piece);
  return words
    .map((word) => byteString(Buffer.from(`=?utf-8?B?${Buffer.from(word).toString("base64")}?=`)))
    .join("\n ");
}
