// Trailers: the `Key: value` lines at the end of a description, kept byte for byte. Judges no value.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";

/** One trailer, or one note among trailers. */
export interface Trailer {
  /** As written, `Reviewed-by`; "" for a note: `[someone@example.org: fixed a typo]`, `(cherry picked from …)`. */
  readonly key: ByteString;
  /** Verbatim from the first character after the colon's blanks to the last of the line, folds included. */
  readonly value: ByteString;
  /** All its lines with their line ends, and the empty lines above it. */
  readonly raw: ByteString;
}

/** A description cut in two: `body` and the raw of all trailers make the description again. */
export interface SplitDescription {
  readonly body: Bytes;
  readonly trailers: readonly Trailer[];
}

/** Paragraphs at the end of a description that are looked at. */
export const MAX_TRAILER_PARAGRAPHS = 20;
/** Bytes at the end of a paragraph that are looked at; the longest block of trailers of Linux has 10 kB. */
export const MAX_TRAILER_BYTES = 1024 * 1024;
/** Lines that one wrapped value may have. */
export const MAX_WRAPPED_LINES = 10;

/**
 * Cuts the trailers off a description. They are the last lines of its last paragraph, and all paragraphs above it that hold
 * nothing but trailers of review and custody (`…-by`, Fixes, Link, Cc …). Scope notes such as `(powerpc)` and `# 6.1+` stay in the value.
 * Law: body, then printTrailers(trailers), are the bytes given, except empty lines at the end, which belong to the last trailer.
 */
export function parseTrailers(description: Bytes): SplitDescription {
  const text = byteString(description);
  const paragraphs = lastParagraphs(text);
  // The block of each paragraph, last paragraph first.
  const blocks: Trailer[][] = [];
  let cut = text.length;
  // What stands between a block and the one below it, or the end: empty lines.
  let below = text.length;
  for (const { start, end } of paragraphs) {
    const { items, complete } = trailingItems(text.slice(start, end));
    const wanted = blocks.length === 0 || (complete && items.every(isCustody));
    if (!wanted || !items.some((item) => item.key !== "")) break;
    const gap = text.slice(end, below);
    const last = blocks.length === 0 ? items.at(-1) : blocks.at(-1)?.[0];
    // The empty lines between two blocks go to the raw of the trailer below them, those at the end to the last trailer.
    if (last !== undefined && blocks.length === 0) items[items.length - 1] = { ...last, raw: last.raw + gap };
    if (last !== undefined && blocks.length > 0) blocks.at(-1)?.splice(0, 1, { ...last, raw: gap + last.raw });
    const taken = items.reduce((sum, item) => sum + item.raw.length, 0) - (blocks.length === 0 ? gap.length : 0);
    blocks.push(items);
    cut = end - taken;
    below = cut;
    if (!complete) break;
  }
  return { body: fromByteString(text.slice(0, cut)), trailers: blocks.toReversed().flat() };
}

/** The trailers as they were written. A trailer made by us has its own line end in `raw`, see {@link makeTrailer}. */
export function printTrailers(trailers: readonly Trailer[]): Bytes {
  return fromByteString(trailers.map((trailer) => trailer.raw).join(""));
}

/** A new trailer line `key: value`. */
export function makeTrailer(key: ByteString, value: ByteString): Trailer {
  return { key, value, raw: `${key}: ${value}\n` };
}

/**
 * Reads trailers line by line from the start of `lines` (with line ends or without): null where a line is none.
 * `lines` is how many of the given lines the trailer takes: wrapped values, and names whose address is on the next line.
 */
export function readTrailer(
  lines: readonly ByteString[],
  at: number,
): { readonly trailer: Trailer; readonly lines: number } | null {
  const first = bare(lines[at] ?? "");
  const note = /^(?:\[[^\]]+\]|\(cherry picked from [^)]*\))$/.test(first.trim()) && !/^\s/.test(first);
  if (note) return { trailer: { key: "", value: first.trim(), raw: lines[at] ?? "" }, lines: 1 };
  const match = /^([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:(?!\/\/)[ \t]*/.exec(first);
  const key = match?.[1];
  if (match === null || key === undefined) return null;
  let value = first.slice(match[0].length);
  let count = 1;
  for (; count < MAX_WRAPPED_LINES && at + count < lines.length; count++) {
    const next = bare(lines[at + count] ?? "");
    if (next.trim() === "" || !continues(key, value, next)) break;
    value += `\n${next}`;
  }
  const raw = lines.slice(at, at + count).join("");
  return { trailer: { key, value: value.trimEnd(), raw }, lines: count };
}

function continues(key: string, value: ByteString, next: ByteString): boolean {
  if (/^[ \t]/.test(next)) return true;
  // A name whose address was wrapped to the next line.
  if (/^<[^<>\s]+@[^<>\s]+>/.test(next)) return PERSON.test(key) && !value.includes("@");
  // Fixes: 0123456789ab ("a title that was wrapped\nwithout indentation")
  return /^fixes$/i.test(key) && /\("/.test(value) && !/"\)/.test(value) && /"\)\s*$/.test(next);
}

const PERSON = /-by$|^cc$/i;
// Keys that mark a paragraph as trailers even when it is not the last one. Any key is accepted in the last paragraph.
const CUSTODY =
  /-by$|^(?:cc|fixes|link|closes|buglink|bug|url|references|depends-on|change-id|base-commit|message-id|from|note-to-stable|obsoleted-by)$/i;

function isCustody({ key }: Trailer): boolean {
  return key === "" || CUSTODY.test(key);
}

// The longest run of trailers at the end of a paragraph, and whether it is the whole paragraph.
function trailingItems(paragraph: ByteString): { items: Trailer[]; complete: boolean } {
  const from =
    paragraph.length > MAX_TRAILER_BYTES ? paragraph.indexOf("\n", paragraph.length - MAX_TRAILER_BYTES) + 1 : 0;
  const lines = paragraph.slice(from).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let items: Trailer[] = [];
  let complete = from === 0;
  for (let at = 0; at < lines.length;) {
    const found = readTrailer(lines, at);
    if (found === null) {
      items = [];
      complete = false;
      at += 1;
    } else {
      items.push(found.trailer);
      at += found.lines;
    }
  }
  return { items, complete };
}

// Offsets of the last paragraphs, last one first; empty and blank lines divide them.
function lastParagraphs(text: ByteString): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let end = -1;
  let at = text.length;
  while (at > 0 && found.length < MAX_TRAILER_PARAGRAPHS) {
    const start = at < 2 ? 0 : text.lastIndexOf("\n", at - 2) + 1;
    const blank = text.slice(start, at).trim() === "";
    if (!blank && end < 0) end = at;
    if (blank && end >= 0) {
      found.push({ start: at, end });
      end = -1;
    }
    at = start;
    if (at === 0 && !blank) found.push({ start: 0, end });
  }
  return found;
}

function bare(line: ByteString): ByteString {
  return line.replace(/\r?\n$/, "");
}
