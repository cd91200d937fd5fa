// Writes a notice as the bytes of a mail, with LF line ends; the mailer makes them CRLF on the wire.
import type { Bytes, ByteString } from "#model/bytes";
import { concatBytes, fromByteString, readableBytes } from "#model/bytes";
import { encodeQuotedPrintable, encodeWords, parseAddresses } from "#model/mail";
import type { Notice } from "./notice.ts";

/** RFC 5322 section 2.1.1: a line has at most 998 bytes without its line end. */
const MAX_LINE = 998;

/**
 * The mail as RFC 5322 text. Bodies of ASCII have no MIME headers, others are sent as they are, marked 8bit and UTF-8.
 * A body with a CR, a NUL or a line over 998 bytes would not arrive whole and is made quoted-printable.
 * Headers are one line each; only a `To:` beyond 998 bytes is folded, behind a comma.
 */
export function printNotice(notice: Notice): Bytes {
  const encoding = encodingOf(notice.body);
  const headers = [...notice.headers];
  if (encoding !== "7bit") {
    headers.push(["MIME-Version", "1.0"]);
    headers.push(["Content-Type", "text/plain; charset=utf-8"]);
    headers.push(["Content-Transfer-Encoding", encoding]);
  }
  const lines = headers.map(([name, value]) => printHeader(name, value));
  const body = encoding === "quoted-printable" ? encodeQuotedPrintable(notice.body) : notice.body;
  return concatBytes([fromByteString(`${lines.join("")}\n`), body]);
}

function printHeader(name: string, value: ByteString): ByteString {
  const line = `${name}: ${encodeValue(name, value)}`;
  if (line.length <= MAX_LINE || name !== "To") return `${line}\n`;
  let text = "";
  let length = 0;
  for (const piece of line.split(/(?<=,)/)) {
    if (length + piece.length > MAX_LINE) {
      text += "\n ";
      length = 1;
    }
    text += piece;
    length += piece.length;
  }
  return `${text}\n`;
}

/** A `From:` keeps its address readable; bytes that are not UTF-8 become U+FFFD. */
function encodeValue(name: string, value: ByteString): ByteString {
  if (name !== "From") return oneLine(encodeWords(readableBytes(value)));
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  const mailboxes = parseAddresses(value).map(
    (mailbox) => `${oneLine(encodeWords(mailbox.name))} <${mailbox.address}>`,
  );
  return mailboxes.join(", ");
}

/** Subjects of notices are looked for by programs that read one line. */
function oneLine(words: ByteString): ByteString {
  return words.replaceAll("\n ", " ");
}

function encodingOf(body: Bytes): "7bit" | "8bit" | "quoted-printable" {
  let ascii = true;
  let length = 0;
  for (const byte of body) {
    length = byte === 10 ? 0 : length + 1;
    if (byte === 0 || byte === 13 || length > MAX_LINE) return "quoted-printable";
    if (byte > 126) ascii = false;
  }
  return ascii ? "7bit" : "8bit";
}
