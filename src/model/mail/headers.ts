// The header block of a mail or of a MIME part, kept byte for byte. Does not know what any header means.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { byteString } from "#model/bytes";

/** One header field. `name + ":" + value` is what was written, without the last line end. */
export interface Header {
  /** As written, upper and lower case kept. */
  readonly name: ByteString;
  /** Everything after the colon, with leading blanks and the line ends of folds. */
  readonly value: ByteString;
}

/** Where the header block ends, and what it holds. */
export interface HeaderBlock {
  readonly headers: readonly Header[];
  /** Offset of the first byte of the body. */
  readonly bodyStart: number;
  /** True when the first line ends in CRLF: then CRLF is the line end of transport, not content. */
  readonly crlf: boolean;
  readonly problems: readonly Problem[];
}

/** More fields than this in one header block are counted as the beginning of the body. */
export const MAX_HEADERS = 10_000;
/** A longer field name is no field name. */
const MAX_NAME = 200;

const LF = 10;
const CR = 13;
const FIELD = /^([!-9;-~]+)[ \t]*:/;

/**
 * Reads header fields from `start` until the first empty line or the first line that cannot be a header.
 * A leading mbox `From ` or `>From ` line is passed over, as are empty lines before the first field.
 * Fields may end in LF or CRLF (RFC 5322 section 2.2; git 2.39 mailinfo reads mail the same way).
 */
export function splitHeaders(bytes: Bytes, start = 0): HeaderBlock {
  const fields: Field[] = [];
  const problems: Problem[] = [];
  let at = start;
  let crlf = false;
  for (let line = 1; at < bytes.length; line++) {
    const newline = bytes.indexOf(LF, at);
    const lineEnd = newline < 0 ? bytes.length : newline;
    const end = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (line === 1) crlf = end < lineEnd;
    const next = newline < 0 ? bytes.length : newline + 1;
    if (end === at) {
      at = next;
      if (fields.length === 0) continue;
      break;
    }
    const open = fields.at(-1);
    if ((bytes[at] === 32 || bytes[at] === 9) && open !== undefined) open.end = end;
    else {
      const head = byteString(bytes, at, Math.min(end, at + MAX_NAME));
      const name = FIELD.exec(head);
      if (name?.[1] !== undefined && fields.length < MAX_HEADERS) {
        fields.push({ name: name[1], valueStart: at + name[0].length, end });
      } else if (fields.length > 0 || !/^>?From /.test(head)) {
        problems.push({ message: "Read header: no empty line between header and body", line });
        break;
      }
    }
    at = next;
  }
  const headers = fields.map(({ name, valueStart, end }) => ({ name, value: byteString(bytes, valueStart, end) }));
  return { headers, bodyStart: at, crlf, problems };
}

interface Field {
  readonly name: ByteString;
  readonly valueStart: number;
  end: number;
}

/** The values of all fields of that name (any case), unfolded and trimmed, bytes unchanged, in order. */
export function headerValuesOf(headers: readonly Header[], name: string): ByteString[] {
  const wanted = name.toLowerCase();
  const values: ByteString[] = [];
  for (const header of headers) {
    if (header.name.length === wanted.length && header.name.toLowerCase() === wanted) values.push(unfold(header.value));
  }
  return values;
}

/** A value without its line ends; the blanks of a fold stay (RFC 5322 section 2.2.3). */
export function unfold(value: ByteString): ByteString {
  return value.replace(/\r?\n(?=[ \t])/g, "").trim();
}
