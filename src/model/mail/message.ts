// One mail: its raw bytes and what its header says. The body is read on demand by body-parts.ts and patch-text.ts.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { noBytes } from "#model/bytes";
import { parseAddresses, type Address } from "./address.ts";
import { parseDate, type MailDate } from "./date.ts";
import { decodeWords } from "./decode-words.ts";
import { headerValuesOf, splitHeaders, type Header } from "./headers.ts";
import { parseMessageIds, type MessageId } from "./message-id.ts";

/** A parsed mail. `source` is what came in; everything else is derived from it, header fields and recipients when they are asked for. */
export interface Message {
  readonly source: Bytes;
  readonly headers: readonly Header[];
  /** The body before any decoding, a view of `source`. */
  readonly body: Bytes;
  /** True when the mail was stored with CRLF line ends. */
  readonly crlf: boolean;
  readonly messageId: MessageId | null;
  /** The first id of In-Reply-To. */
  readonly inReplyTo: MessageId | null;
  /** All ids of all References headers, oldest first as written. */
  readonly references: readonly MessageId[];
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly date: MailDate | null;
  /** Decoded and unfolded, blanks otherwise as written; "" when there is none. */
  readonly subject: string;
  readonly problems: readonly Problem[];
}

/** The body of a larger mail is not read: no string can have more than 512 MiB, and no patch may have half of that. */
export const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * Reads one mail: LF or CRLF, with or without a leading mbox line. Takes any bytes and time linear in their length.
 * Does not look into the body.
 */
export function parseMessage(source: Bytes): Message {
  const isTooLarge = source.length > MAX_MESSAGE_BYTES;
  const read = isTooLarge ? source.subarray(0, MAX_MESSAGE_BYTES) : source;
  const { headers, bodyStart, crlf, problems: found } = splitHeaders(read);
  lastRead = { read, headers };
  const problems: Problem[] = [...found];
  if (isTooLarge)
    problems.push({
      message: `Read mail: it has ${source.length} bytes, more than ${MAX_MESSAGE_BYTES}, its body is not read`,
    });
  const byName = new Map<string, ByteString[]>();
  for (const { name } of headers) {
    const key = name.toLowerCase();
    if (READ.has(key) && !byName.has(key)) byName.set(key, headerValuesOf(headers, key));
  }
  const values = (name: string): readonly ByteString[] => byName.get(name) ?? [];
  for (const name of ONCE) {
    if (values(name).length > 1)
      problems.push({ message: `Read header: ${values(name).length} "${name}" fields, the first counts` });
  }
  const ids = values("message-id").flatMap(parseMessageIds);
  const from = addressesIn(headers, "from");
  const dateText = values("date")[0];
  const date = dateText === undefined ? null : parseDate(dateText);
  if (ids.length === 0) problems.push({ message: "Read header: no Message-ID" });
  if (from.length === 0) problems.push({ message: "Read header: no address in From" });
  if (date !== null) problems.push(...date.problems);
  return {
    source,
    get headers() {
      return headersOf(read);
    },
    body: isTooLarge ? noBytes : source.subarray(bodyStart),
    crlf,
    messageId: ids[0] ?? null,
    inReplyTo: values("in-reply-to").flatMap(parseMessageIds)[0] ?? null,
    references: [...new Set(values("references").flatMap(parseMessageIds))],
    from,
    get to() {
      return addressesIn(headersOf(read), "to");
    },
    get cc() {
      return addressesIn(headersOf(read), "cc");
    },
    date: date?.date ?? null,
    subject: decodeWords(values("subject")[0] ?? ""),
    problems,
  };
}

/** The values of all header fields of that name (any case), unfolded and trimmed but not decoded, in order. */
export function headerValues(message: Message, name: string): ByteString[] {
  return headerValuesOf(message.headers, name);
}

const ONCE = ["message-id", "in-reply-to", "from", "date", "subject"];
const READ = new Set([...ONCE, "references"]);

// Fields and recipients of real mail take 15 kB of heap, three times what all else of a message takes, and an archive has a hundred
// thousand of them: they are read again from the bytes, but for those of the mail that was read last.
let lastRead: { readonly read: Bytes; readonly headers: readonly Header[] } | null = null;

function headersOf(read: Bytes): readonly Header[] {
  if (lastRead?.read !== read) lastRead = { read, headers: splitHeaders(read).headers };
  return lastRead.headers;
}

function addressesIn(headers: readonly Header[], name: string): Address[] {
  return headerValuesOf(headers, name).flatMap((value) => parseAddresses(value));
}
