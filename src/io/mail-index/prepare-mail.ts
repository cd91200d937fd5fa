// One mail on its way into the index: everything that is stored of it, worked out before the transaction begins.
import { deflateRawSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { headerValues, parseDate, parseMessage, printAddress } from "#model/mail";
import type { SearchEntry } from "#model/search";
import { searchEntry } from "#model/search";
import type { ArchivedMail } from "#io/archive";
import { fingerprint } from "./fingerprint.ts";

/** A mail, ready to be stored. */
export interface PreparedMail {
  readonly key: string;
  readonly messageId: MessageId | null;
  /** The mails above it that join it to a thread. */
  readonly parents: readonly MessageId[];
  readonly print: Bytes;
  readonly subject: string;
  readonly author: string;
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly received: number;
  readonly size: number;
  readonly entry: SearchEntry;
  /** Raw deflate; null where the archive keeps the mail for us. */
  readonly deflated: Bytes | null;
}

/** Ids of a References field that are followed: the oldest and the nearest; a thread needs no more to hang together. */
export const MAX_PARENTS = 50;

/** What to store of a mail; null for what has no mail header at all. `list` is the List-Id of an archive whose mails lack one. */
export function prepareMail(mail: ArchivedMail, options: PrepareOptions): PreparedMail | null {
  const message = parseMessage(mail.bytes);
  if (message.headers.length === 0) return null;
  const received = receivedAt(message) ?? mail.received ?? message.date?.time ?? 0;
  const [author] = message.from;
  const entry = searchEntry(message);
  return {
    key: mail.key,
    messageId: message.messageId,
    parents: parentsOf(message),
    print: fingerprint(message),
    subject: message.subject,
    author: author === undefined ? "" : printAddress(author),
    address: author?.address.toLowerCase() ?? "",
    sent: message.date?.time ?? received,
    received,
    size: mail.bytes.length,
    entry: options.list === null ? entry : withList(entry, options.list),
    deflated: options.keep ? deflateRawSync(mail.bytes, { level: DEFLATE_LEVEL }) : null,
  };
}

export interface PrepareOptions {
  /** Whether the bytes are kept. */
  readonly keep: boolean;
  /** The List-Id that the archive's mails belong to; null when they say so themselves. */
  readonly list: string | null;
}

// Deflating is the largest single cost of a mail that is kept, and higher levels save little.
const DEFLATE_LEVEL = 3;

function parentsOf(message: Message): MessageId[] {
  const { references, inReplyTo } = message;
  const [root, ...nearer] = references;
  const ids = [inReplyTo, ...nearer.slice(2 - MAX_PARENTS).toReversed(), root];
  return [...new Set(ids)].filter((id) => id !== null && id !== undefined && id !== message.messageId) as MessageId[];
}

/** When the last server had it: the topmost Received field (RFC 5321 section 4.4 puts the date behind the last semicolon). */
function receivedAt(message: Message): number | null {
  for (const value of headerValues(message, "received").slice(0, MAX_RECEIVED)) {
    const { time } = parseDate(value.slice(value.lastIndexOf(";") + 1)).date;
    if (time !== null) return time;
  }
  return null;
}

const MAX_RECEIVED = 50;

function withList(entry: SearchEntry, list: string): SearchEntry {
  if (entry.text.list !== "") return entry;
  const value = list.toLowerCase();
  return { text: { ...entry.text, list: value }, keys: [...entry.keys, { kind: "list-id", value }] };
}
