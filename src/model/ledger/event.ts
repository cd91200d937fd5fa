// The events of the ledger: what happened to the tree and its patches, one JSON object a line (docs/formats/ledger.md).
// It only shapes, prints and reads them; what they add up to is in history.ts.
import type { Bytes, Problem } from "#model/bytes";
import { bytesOf, splitLines, textOf } from "#model/bytes";

/** Names one operation: 12 hex digits, given by the store. All events of an operation carry it. */
export type OperationId = string & { readonly operationId: never };

/** What every event says. */
interface Common {
  readonly op: OperationId;
  /** When, in UTC: `2024-02-12T16:30:54Z`. */
  readonly at: string;
  /** Who ran the operation, `Name <address>`. */
  readonly by: string;
}

/** Where a patch came from. */
export type Origin =
  | {
      readonly kind: "mail";
      readonly messageId: string;
      readonly posting: string;
      readonly revision: string;
      readonly part: string;
    }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "quilt"; readonly path: string };

/** A tag that was taken from a reply, or not, and why. */
export interface TagRecord {
  readonly tag: string;
  readonly messageId: string;
  readonly verdict: string;
}

export type LedgerEvent = Common &
  (
    | { readonly kind: "created"; readonly preset: string; readonly base: string }
    | {
        readonly kind: "queued";
        readonly patch: string;
        readonly branch: string;
        readonly title: string;
        readonly author: string;
        readonly origin: Origin;
        readonly tags: readonly TagRecord[];
      }
    | {
        readonly kind: "dropped";
        readonly patch: string;
        readonly branch: string;
        readonly reason: string;
        /** Branch it was merged into, or patch it was folded into, for reasons that name one. */
        readonly into: string | null;
        readonly note: string | null;
      }
    | { readonly kind: "announced"; readonly patch: string; readonly notice: string; readonly messageId: string }
    | {
        readonly kind: "built";
        readonly base: string;
        /** Branch name to the commit it now points to. */
        readonly branches: Readonly<Record<string, string>>;
        readonly rejected: readonly string[];
      }
    | { readonly kind: "undone"; readonly undoes: OperationId }
  );

/** What an operation writes, before it has a name, a time and a person. */
export type EventBody = LedgerEvent extends infer E ? (E extends Common ? Omit<E, keyof Common> : never) : never;

const KINDS: ReadonlySet<string> = new Set<LedgerEvent["kind"]>([
  "created",
  "queued",
  "dropped",
  "announced",
  "built",
  "undone",
]);

/** Reads a ledger file. A line that is no event is reported and passed over; unknown kinds of newer versions are kept out silently. */
export function parseEvents(bytes: Bytes): {
  readonly events: readonly LedgerEvent[];
  readonly problems: readonly Problem[];
} {
  const events: LedgerEvent[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of splitLines(bytes).entries()) {
    const text = textOf(line).trim();
    if (text === "") continue;
    const event = parseEvent(text);
    if (event === null) problems.push({ message: "not a ledger event", line: index + 1 });
    else if (KINDS.has(event.kind)) events.push(event);
  }
  return { events, problems };
}

function parseEvent(text: string): LedgerEvent | null {
  try {
    const value = JSON.parse(text) as Partial<LedgerEvent> | null;
    const whole =
      typeof value === "object" &&
      typeof value?.kind === "string" &&
      typeof value.op === "string" &&
      typeof value.at === "string";
    return whole ? (value as LedgerEvent) : null;
  } catch {
    return null;
  }
}

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
