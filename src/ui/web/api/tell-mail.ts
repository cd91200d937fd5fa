// A mail of the index as the API tells it, with the field names of `mail search --json`.
import { readableBytes } from "#model/bytes";
import type { SearchedMail } from "#app";
import type { Told } from "./route.ts";
import type { Mail } from "./schemas.ts";

export function tellMail({
  messageId,
  subject,
  author,
  sent,
  received,
  archives,
}: SearchedMail["mails"][number]): Told<typeof Mail> {
  return {
    id: readableBytes(messageId),
    subject,
    from: author,
    date: timeOf(sent),
    received: timeOf(received),
    archives,
  };
}

/** A Date field may say any year; what no calendar has is told as null. */
function timeOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
