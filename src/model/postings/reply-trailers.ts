// The trailer lines that the writer of a reply typed: not what is quoted, not the signature. Judges nothing.
import type { ByteString } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Message, Trailer } from "#model/mail";
import { patchText, readTrailer, toUtf8, unflow } from "#model/mail";

/** A trailer and its 1-based line in the text of the mail. */
export interface ReplyTrailer {
  readonly trailer: Trailer;
  readonly line: number;
}

/** Bytes of a reply that are looked at. */
export const MAX_REPLY = 1_000_000;
/** Trailers of one mail that are read. */
export const MAX_REPLY_TRAILERS = 200;

/**
 * Lines `Key: value` outside quotes, above the signature (`-- `) and above a message that Outlook-like mailers quote without marks.
 * A line `[note]` below a trailer belongs to it. Wrapped names and `Fixes:` lines are joined. Values are UTF-8, otherwise verbatim.
 */
export function replyTrailers(message: Message): ReplyTrailer[] {
  const text = patchText(message);
  const bytes = text.flowed === null ? text.bytes : unflow(text.bytes, text.flowed.delsp);
  const lines = byteString(toUtf8(bytes.subarray(0, MAX_REPLY), text.charset).bytes).split(/(?<=\n)/);
  const found: ReplyTrailer[] = [];
  for (let at = 0; at < lines.length && found.length < MAX_REPLY_TRAILERS; at++) {
    const line = lines[at] ?? "";
    if (/^--\s?\r?\n?$/.test(line) || isQuoteWithoutMarks(lines, at)) break;
    if (!/^[ \t]{0,8}[A-Za-z]/.test(line)) continue;
    const read = readTrailer(unindented(lines, at), 0);
    if (read === null || read.trailer.key === "" || read.trailer.value === "") continue;
    const note = readTrailer([lines[at + read.lines] ?? ""], 0);
    const attached = note !== null && note.trailer.key === "" ? note.trailer.raw : "";
    const { trailer } = read;
    found.push({ trailer: attached === "" ? trailer : withNote(trailer, attached), line: at + 1 });
    at += read.lines - 1;
  }
  return found;
}

function withNote(trailer: Trailer, note: ByteString): Trailer {
  return { ...trailer, value: `${trailer.value}\n${note.trim()}`, raw: trailer.raw + note };
}

// A few lines from `at`; people indent tags, and the first line's indent is no fold.
function unindented(lines: readonly ByteString[], at: number): ByteString[] {
  const [first = "", ...rest] = lines.slice(at, at + 4);
  const indent = /^[ \t]*/.exec(first)?.[0] ?? "";
  return [
    first.slice(indent.length),
    ...rest.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)),
  ];
}

// "-----Original Message-----", or "From: … Sent: …" as Outlook puts above the mail it quotes.
function isQuoteWithoutMarks(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at] ?? "";
  if (/^-{4,}\s*(?:Original Message|Forwarded message|Urspr.{1,2}ngliche Nachricht)\s*-{4,}/i.test(line)) return true;
  return line.startsWith("From: ") && lines.slice(at + 1, at + 4).some((below) => /^(?:Sent|Date): /.test(below));
}
