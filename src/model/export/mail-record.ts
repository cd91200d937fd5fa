// A mail of the index for machines: the field names are those of `mail search --json` and of the API.
import type { ByteString } from "#model/bytes";
import { readableBytes } from "#model/bytes";

/** A mail as an index knows it; milliseconds since 1970. */
export interface IndexedMail {
  readonly messageId: ByteString;
  readonly subject: string;
  readonly author: string;
  readonly sent: number;
  readonly received: number;
  readonly archives: readonly string[];
}

export interface MailRecord {
  readonly id: string;
  readonly subject: string;
  readonly from: string;
  /** When it says that it was sent, and when an archive got it, UTC. */
  readonly date: string | null;
  readonly received: string | null;
  readonly archives: readonly string[];
}

/** The record of one mail. */
export function mailRecord({ messageId, subject, author, sent, received, archives }: IndexedMail): MailRecord {
  return {
    id: readableBytes(messageId),
    subject,
    from: author,
    date: timeOf(sent),
    received: timeOf(received),
    archives,
  };
}

/** A Date field may say any year; what no calendar has is null. */
export function timeOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
