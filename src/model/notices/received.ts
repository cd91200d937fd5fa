// A notice as it came through lists and mail stores, with what they did to it taken back and named. Knows no template.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { Message } from "#model/mail";
import { bodyParts, headerValues, parseMessage } from "#model/mail";
import type { NoticeDate } from "./notice-date.ts";

/** The mail as its sender wrote it, as far as that can be known. */
export interface ReceivedNotice {
  readonly message: Message;
  readonly from: ByteString;
  readonly to: ByteString;
  /** Whether a transport broke `To:` into lines: then the blanks between its addresses tell nothing. */
  readonly toFolded: boolean;
  readonly subject: ByteString;
  /** Null when the mail has none that can be read. */
  readonly date: NoticeDate | null;
  readonly body: ByteString;
  /** Whether a list may have cut or added empty lines at the end of the body. */
  readonly endTouched: boolean;
  /** What was taken back, each as a sentence without full stop. */
  readonly undone: readonly string[];
}

/** Footers that list software puts below a mail; each begins a line and goes on to the end. */
const FOOTERS: readonly { readonly of: string; readonly starts: RegExp }[] = [
  { of: "Google Groups", starts: /^-- ?\nYou received this message because you are subscribed to the Google Groups/m },
  { of: "Majordomo", starts: /^-- ?\nTo unsubscribe\b/m },
  { of: "Mailman", starts: /^_{40,}\n.*mailing list\b/m },
];

/** Reads any bytes; what no list is known to do stays as it is. */
export function readReceived(source: Uint8Array): ReceivedNotice {
  const message = parseMessage(source);
  const undone: string[] = [];
  if (message.crlf) undone.push("CRLF line ends made LF");
  const raw = (name: string): ByteString =>
    message.headers.find((header) => header.name.toLowerCase() === name)?.value ?? "";
  const coding = (headerValues(message, "content-transfer-encoding")[0] ?? "").toLowerCase();
  if (coding === "quoted-printable" || coding === "base64") undone.push(`${coding} decoded`);
  const [first, ...others] = bodyParts(message).filter(({ type }) => type === "text/plain");
  if (others.length > 0) undone.push(`${others.length} further MIME parts left out`);
  let body = first === undefined ? "" : byteString(first.bytes);
  let endTouched = headerValues(message, "x-mailman-version").length > 0 || others.length > 0;
  for (const { of, starts } of FOOTERS) {
    const found = starts.exec(body);
    if (found === null) continue;
    body = body.slice(0, found.index);
    endTouched = true;
    undone.push(`footer of ${of} cut off`);
  }
  const toFolded = /\n/.test(raw("to").trim());
  if (toFolded) undone.push("folded To: made one line");
  const subject = readSubject(message, raw("subject"), undone);
  const from = headerValues(message, "from")[0] ?? "";
  if (/ via .*</i.test(from)) undone.push(`From: was rewritten by a list, "${from}"`);
  const time = message.date?.time ?? null;
  return {
    message,
    from,
    to: raw("to")
      .replace(/\s*\n\s+/g, " ")
      .trim(),
    toFolded,
    subject,
    date: time === null ? null : { time, zone: message.date?.zone ?? 0 },
    body,
    endTouched,
    undone,
  };
}

function readSubject(message: Message, raw: ByteString, undone: string[]): ByteString {
  if (/\n/.test(raw.trim())) undone.push("folded Subject: made one line");
  if (/=\?[^?\s]+\?[bq]\?/i.test(raw)) undone.push("encoded words of Subject: decoded");
  return byteString(bytesOf(message.subject)).replace(/\s+/g, " ").trim();
}
