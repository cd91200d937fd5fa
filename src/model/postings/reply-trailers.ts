// The trailer lines that the writer of a reply typed: not what is quoted or pasted, not the signature. Judges nothing.
import type { ByteString } from "#model/bytes";
import type { Message, Trailer } from "#model/mail";
import { makeTrailer } from "#model/mail";
import type { ReplyLine, ReplyText } from "./reply-lines.ts";
import { replyLines } from "./reply-lines.ts";

/** A trailer and where it was found. */
export interface ReplyTrailer {
  readonly trailer: Trailer;
  /** 1-based line in the text of the mail. */
  readonly line: number;
  /** What transport or typing did to it, a sentence part behind "it"; null when nothing. */
  readonly damage: string | null;
  /** It signs the change that this very mail holds, not the one it answers. */
  readonly signsOwnChange: boolean;
}

/** Trailers of one mail that are read. */
export const MAX_REPLY_TRAILERS = 200;
/** Lines that one note in brackets may have. */
const MAX_NOTE_LINES = 5;

/**
 * Lines `Key: value` that the writer typed, whatever their indent. Names and `Fixes:` titles that were wrapped are joined by one
 * blank; a note in brackets below a tag belongs to it and follows a line end. Values are UTF-8, otherwise verbatim.
 */
export function replyTrailers(
  message: Message,
  { lines, hasChange, isHtml }: ReplyText = replyLines(message),
): ReplyTrailer[] {
  const found: ReplyTrailer[] = [];
  for (let at = 0; at < lines.length && found.length < MAX_REPLY_TRAILERS; at++) {
    const line = lines[at];
    if (line?.kind !== "own") continue;
    const match = /^([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:(?!\/\/)(?:[ \t]|\xc2\xa0)*(.*)$/.exec(line.text);
    if (match === null) continue;
    const key = match[1] ?? "";
    const written = trimEnd(match[2] ?? "");
    const value = withoutLinks(written);
    const joined = joinWrapped(key, value, lines, at + 1);
    if (joined.value === "") continue;
    const note = noteBelow(lines, at + 1 + joined.lines);
    const damage =
      joined.lines > 0
        ? "was wrapped"
        : value !== written
          ? "had a link in its address"
          : isHtml
            ? "was in HTML"
            : damageOf(key, joined.value);
    found.push({
      trailer: makeTrailer(key, note.text === "" ? joined.value : `${joined.value}\n${note.text}`),
      line: line.number,
      damage,
      signsOwnChange: hasChange && OWN_CHANGE.test(key),
    });
    at += joined.lines + note.lines;
  }
  return found;
}

/** Keys that say who made a change: in a mail with a change they are about that one. */
const OWN_CHANGE = /^(?:signed-off-by|co-developed-by)$/i;
const PERSON = /-by$/i;

function joinWrapped(
  key: string,
  value: ByteString,
  lines: readonly ReplyLine[],
  at: number,
): { value: ByteString; lines: number } {
  const next = lines[at];
  if (next?.kind !== "own") return { value, lines: 0 };
  const text = trimEnd(next.text);
  // A name whose end or address went to the next line: "Name" and "<a@b>", "First" and "Last <a@b>", "" and "Name <a@b>".
  if (PERSON.test(key) && !value.includes("@") && !value.includes("<") && value.length < MAX_NAME) {
    if (/^[^<>@:;,]{0,60}<[^<>\s]+@[^<>\s]+>\s*(?:\([^()]*\)|#.*)?$/.test(text))
      return { value: value === "" ? text : `${value} ${text}`, lines: 1 };
  }
  // Fixes: 0123456789ab ("a title that was wrapped")
  if (/^fixes$/i.test(key) && /\("/.test(value) && !/"\)/.test(value)) {
    if (/^[^>].*"\)\s*$/.test(text) || /^"\)\s*$/.test(text)) return { value: `${value} ${text}`, lines: 1 };
  }
  return { value, lines: 0 };
}

/** Mailers that make a link of every address write `<a@b<mailto:a@b>>`, also in plain text. */
function withoutLinks(value: ByteString): ByteString {
  if (!/<mailto:/i.test(value)) return value;
  return value
    .replace(/<?([^\s<>]{1,300}@[^\s<>]{1,300})<mailto:[^\s<>]{1,600}>>?/gi, "<$1>")
    .replace(/<mailto:([^\s<>]{1,600})>/gi, "<$1>");
}

/** Longer text in front of a line with an address is prose. */
const MAX_NAME = 100;

function noteBelow(lines: readonly ReplyLine[], at: number): { readonly text: ByteString; readonly lines: number } {
  let text = "";
  for (let count = 0; count < MAX_NOTE_LINES; count++) {
    const line = lines[at + count];
    if (line?.kind !== "own" || line.text === "" || (count === 0 && !line.text.startsWith("["))) break;
    text += `${count === 0 ? "" : "\n"}${trimEnd(line.text)}`;
    if (text.endsWith("]")) return { text: text.length > 2 ? text : "", lines: text.length > 2 ? count + 1 : 0 };
  }
  return { text: "", lines: 0 };
}

/** What stands behind the address: a scope note is no damage. */
function damageOf(key: string, value: ByteString): string | null {
  const open = value.indexOf("<");
  if (!PERSON.test(key) || open < 0) return null;
  const close = value.indexOf(">", open);
  if (close < 0) return 'lacks the ">" behind its address';
  const rest = value.slice(close + 1);
  return /^\s*(?:[([#].*)?$/s.test(rest) ? null : `ends in "${value.slice(close).slice(0, 40)}"`;
}

function trimEnd(text: ByteString): ByteString {
  return text.replace(/(?:[ \t]|\xc2\xa0|\xe2\x80\x8b)+$/, "");
}
