// Header values with parameters: `text/plain; charset=utf-8`, with RFC 2231 continuations and encodings.
import type { ByteString } from "#model/bytes";
import { fromByteString } from "#model/bytes";
import { decodeText } from "./decode-text.ts";
import { decodeWords } from "./decode-words.ts";

/** A value and its parameters. */
export interface ParameterizedValue {
  /** What stands before the first `;`, lower case. */
  readonly value: string;
  /** Parameter names in lower case; values decoded, quotes removed. The first of two equal names counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** More parameters, or pieces of one (RFC 2231 section 3), than this are not read. */
export const MAX_PARAMETERS = 200;

/** Reads `Content-Type` or `Content-Disposition`. Encoded words inside quotes, which RFC 2047 forbids and mailers write, are decoded. */
export function parseParameters(value: ByteString): ParameterizedValue {
  const end = value.indexOf(";");
  const main = (end < 0 ? value : value.slice(0, end)).replace(/\([^()]*\)/g, "");
  const plain = new Map<string, string>();
  const pieces = new Map<string, { text: string; encoded: boolean }[]>();
  let count = 0;
  for (const [name, text] of end < 0 ? [] : assignments(value, end + 1)) {
    if (++count > MAX_PARAMETERS) break;
    if (name === "") continue;
    const parts = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(name);
    const base = parts?.[1] ?? name;
    if (parts?.[2] === undefined && parts?.[3] === undefined) {
      if (!plain.has(base)) plain.set(base, decodeWords(text));
      continue;
    }
    const index = Number(parts[2] ?? 0);
    const known = pieces.get(base) ?? [];
    known[index] ??= { text, encoded: parts[3] !== undefined };
    pieces.set(base, known);
  }
  // The extended form wins over a plain one of the same name: it is the exact one (RFC 6266 section 4.3 says so for file names).
  for (const [base, list] of pieces) plain.set(base, joined(list));
  return { value: main.trim().toLowerCase(), parameters: plain };
}

function joined(pieces: readonly ({ text: string; encoded: boolean } | undefined)[]): string {
  const first = pieces[0];
  const told = first?.encoded === true ? /^([^']*)'[^']*'/.exec(first.text) : null;
  const bytes = pieces
    .filter((piece) => piece !== undefined)
    .map((piece, index) => {
      const text = index === 0 && told !== null ? piece.text.slice(told[0].length) : piece.text;
      if (!piece.encoded) return text;
      return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    })
    .join("");
  return decodeText(fromByteString(bytes), told?.[1] ?? null).text;
}

function* assignments(value: ByteString, start: number): Generator<[string, ByteString]> {
  let at = start;
  let equals = -1;
  while (at < value.length) {
    // Looked for once, not again for each of many semicolons in front of it.
    if (equals < at) equals = value.indexOf("=", at);
    const semicolon = value.indexOf(";", at);
    if (equals < 0) return;
    if (semicolon >= 0 && semicolon < equals) {
      at = semicolon + 1;
      continue;
    }
    const name = value.slice(at, equals).trim().toLowerCase();
    let from = equals + 1;
    while (value.charAt(from) === " " || value.charAt(from) === "\t") from++;
    if (value.charAt(from) === '"') {
      let end = from + 1;
      while (end < value.length && value.charAt(end) !== '"') end += value.charAt(end) === "\\" ? 2 : 1;
      yield [name, value.slice(from + 1, end).replace(/\\(.)/gs, "$1")];
      const next = value.indexOf(";", end);
      at = next < 0 ? value.length : next + 1;
    } else {
      const end = value.indexOf(";", from);
      const text = value.slice(from, end < 0 ? value.length : end);
      yield [name, withoutComment(text.trim())];
      at = end < 0 ? value.length : end + 1;
    }
  }
}

/** Without a comment at its end. By hand: an expression would look at every long run of blanks from each of its places. */
function withoutComment(text: ByteString): ByteString {
  if (!text.endsWith(")")) return text;
  const open = text.lastIndexOf("(");
  const inner = text.slice(open + 1, -1);
  return open < 0 || inner.includes(")") ? text : text.slice(0, open).trim();
}
