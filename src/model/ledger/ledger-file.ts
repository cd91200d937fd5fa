// A file of the ledger, one event a line: read, printed and named. What an event must say is parse-event.ts.
import type { Bytes, Problem } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import type { LedgerEvent } from "./event.ts";
import { parseEvent } from "./parse-event.ts";

/** Reads a ledger file. A line that is no event is reported and passed over; unknown kinds of newer versions are kept out silently. */
export function parseEvents(bytes: Bytes): {
  readonly events: readonly LedgerEvent[];
  readonly problems: readonly Problem[];
} {
  const events: LedgerEvent[] = [];
  const problems: Problem[] = [];
  let at = 0;
  for (let number = 1; at < bytes.length; number++) {
    const newline = bytes.indexOf(LF, at);
    const end = newline < 0 ? bytes.length : newline;
    const text = end - at > MAX_LINE ? null : textOf(bytes.subarray(at, end)).trim();
    at = end + 1;
    if (text === "") continue;
    const event = text === null ? null : parseEvent(text);
    if (event === null) {
      if (problems.length < MAX_PROBLEMS) problems.push({ message: "not a ledger event", line: number });
    } else if (event !== "unknown") events.push(event);
  }
  return { events, problems };
}

/** A longer line is no event: a build of ten thousand branches has 1 MB. */
const MAX_LINE = 16 * 1024 * 1024;
/** More problems than this are not told. */
const MAX_PROBLEMS = 1000;
const LF = 10;

/** One line per event, each with LF; the three common fields come first, so that the file can be read by eye. */
export function printEvents(events: readonly LedgerEvent[]): Bytes {
  return bytesOf(
    events.map(({ at, op, by, kind, ...rest }) => `${JSON.stringify({ at, op, by, kind, ...rest })}\n`).join(""),
  );
}

/** The ledger file that an event of this time goes to: one a month. */
export function ledgerFileOf(at: string): string {
  return `ledger/${at.slice(0, 7)}.jsonl`;
}
