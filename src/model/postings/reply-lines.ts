// A reply as lines: which of them its writer typed, which are quoted, pasted or below the signature. Reads no tag.
import type { ByteString } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Message } from "#model/mail";
import { bodyParts, htmlText, patchText, toUtf8, unflow } from "#model/mail";

/**
 * `own`: typed by the writer; `quoted`: behind a quote mark; `change`: of a diff in the mail; `pasted`: of a commit as `git log`
 * shows it.
 */
export type LineKind = "own" | "quoted" | "change" | "pasted";

export interface ReplyLine {
  readonly kind: LineKind;
  /** UTF-8 without line end, quote marks and what looks blank at the start: blanks, no-break and zero-width ones. */
  readonly text: ByteString;
  /** 1-based line in the text of the mail. */
  readonly number: number;
}

export interface ReplyText {
  /** Lines above the signature, and above a message that Outlook-like mailers quote without marks. */
  readonly lines: readonly ReplyLine[];
  /** Whether the writer put a diff into the mail. */
  readonly hasChange: boolean;
  /** The mail had no plain text; line numbers count the lines made of its HTML. */
  readonly isHtml: boolean;
}

/** Bytes of a reply that are looked at. */
export const MAX_REPLY = 1_000_000;

/** The lines of a mail's text, transfer encoding and `format=flowed` undone. */
export function replyLines(message: Message): ReplyText {
  const { text, isHtml } = textOfReply(message);
  const all = text.split("\n");
  const lines: ReplyLine[] = [];
  let state: "text" | "change" | "commit" = "text";
  let hasChange = false;
  for (const [index, raw] of all.entries()) {
    const line = raw.replace(/\r$/, "");
    // Exactly "-- " (RFC 3676 section 4.3); "--" alone is a rule that people draw, and tags below it count.
    if (/^-- $/.test(line) || isQuoteWithoutMarks(all, index)) break;
    const bare = line.replace(LEADING_BLANKS, "");
    const number = index + 1;
    if (/^[>|]/.test(bare)) {
      state = "text";
      lines.push({ kind: "quoted", text: bare.replace(QUOTE_MARKS, ""), number });
      continue;
    }
    if (CHANGE.test(line) && (state === "change" || beginsChange(all, index))) {
      state = "change";
      hasChange = true;
    } else if (/^commit [0-9a-f]{12,64}\b/.test(line)) state = "commit";
    else if (state === "change" && !/^(?:[-+ \\@]|$)/.test(line)) state = "text";
    else if (state === "commit" && !/^(?: {4}|\t|$|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge):)/.test(line))
      state = "text";
    const kind = state === "change" ? "change" : state === "commit" ? "pasted" : "own";
    lines.push({ kind, text: bare, number });
  }
  return { lines, hasChange, isHtml };
}

/** Blanks, U+00A0, U+200B, U+FEFF as UTF-8 bytes. */
const LEADING_BLANKS = /^(?:[ \t]|\xc2\xa0|\xe2\x80\x8b|\xef\xbb\xbf)+/;
const QUOTE_MARKS = /^(?:[>|][ \t]*|\xc2\xa0)+/;
/** Lines that open a diff, or a file or hunk of it. */
const CHANGE = /^(?:diff --git |index [0-9a-f]{7,}\.\.|(?:new|deleted|old) (?:file )?mode |--- \S|\+\+\+ \S|@@ -\d)/;

function beginsChange(lines: readonly ByteString[], at: number): boolean {
  const line = lines[at] ?? "";
  if (line.startsWith("diff --git ") || line.startsWith("@@ -")) return true;
  return line.startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ ");
}

function textOfReply(message: Message): { readonly text: ByteString; readonly isHtml: boolean } {
  const chosen = patchText(message);
  if (chosen.bytes.length > 0) {
    const bytes = chosen.flowed === null ? chosen.bytes : unflow(chosen.bytes, chosen.flowed.delsp);
    return { text: byteString(toUtf8(bytes.subarray(0, MAX_REPLY), chosen.charset).bytes), isHtml: false };
  }
  const html = bodyParts(message).find(({ type }) => type === "text/html");
  return { text: html === undefined ? "" : htmlText(html.bytes, html.charset), isHtml: html !== undefined };
}

/** Lines below which a quote without marks is looked for marks. */
const MAX_LOOK_AHEAD = 2000;

/**
 * "-----Original Message-----", or "From: … Sent: …" as Outlook puts above the mail that it quotes. Where marked lines follow,
 * the quote has marks after all, and what has none was typed below it.
 */
function isQuoteWithoutMarks(lines: readonly ByteString[], at: number): boolean {
  const line = (lines[at] ?? "").replace(/\r$/, "");
  const opens =
    /^-{4,}\s*(?:Original Message|Forwarded message|Urspr.{1,2}ngliche Nachricht|Message d'origine|\xe9\x82\xae\xe4\xbb\xb6\xe5\x8e\x9f\xe4\xbb\xb6|\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x82\xae\xe4\xbb\xb6)\s*-{4,}/i.test(
      line,
    );
  const names = FROM.test(line) && lines.slice(at + 1, at + 4).some((below) => SENT.test(below));
  if (!opens && !names) return false;
  return !lines.slice(at + 1, at + MAX_LOOK_AHEAD).some((below) => below.startsWith(">"));
}

/** "From:" and "Sent:" of mailers in English, German, French, Spanish, Italian and Chinese, also in bold. */
const FROM = /^\*?(?:From|Von|De|Da|\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba)\s?(?::|\xef\xbc\x9a)\*?\s*\S/;
const SENT =
  /^\*?(?:Sent|Date|Gesendet|Envoy\xc3\xa9|Enviado|Inviato|\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6\xe9\x97\xb4)\s?(?::|\xef\xbc\x9a)/;
