// A posting in short, as the mail commands list it. Not the record for machines.
import { printAddress } from "#model/mail";
import type { Posting } from "#model/postings";

/** One posting in a line or two. */
export interface Summary {
  readonly id: string;
  readonly subject: string;
  readonly from: string;
  readonly date: string;
  readonly revision: string;
  /** Patches that its subjects promise, and how many of them are in the archives. */
  readonly total: number;
  readonly seen: number;
}

/** `9`, or `6 of 9` when mails are missing. */
export function countOf({ seen, total }: Pick<Summary, "seen" | "total">): string {
  return seen === total ? `${total}` : `${seen} of ${total}`;
}

/** `printRevision` is handed in because #model/postings is loaded only when a command runs. */
export function summaryOf(posting: Posting, printRevision: (revision: Posting["revision"]) => string): Summary {
  const time = posting.date?.time ?? null;
  return {
    id: posting.id ?? "",
    subject: posting.subject,
    from: posting.sender === null ? "" : printAddress(posting.sender),
    date: time === null ? "" : new Date(time).toISOString().slice(0, 10),
    revision: `${posting.rfc ? "RFC " : ""}${printRevision(posting.revision)}`,
    total: posting.total,
    seen: posting.seen,
  };
}
