// What a receiver is told of an operation: one JSON object, docs/formats/api.md. Signing and sending it is io's.
import type { LedgerEvent, NamedEvent } from "#model/ledger";
import { describeEvent } from "#model/ledger";

export interface HookMessage {
  /** The operation: the same message has the same id, however often it comes. */
  readonly id: string;
  readonly kinds: readonly string[];
  readonly body: string;
}

/** The message about the events of one operation. `site` is where the tree is shown. */
export function hookMessage(tree: string, site: string, events: readonly NamedEvent[]): HookMessage {
  const [first] = events;
  const kinds = [...new Set(events.map(({ event }) => event.kind))];
  const id = first?.event.op ?? "";
  const body = JSON.stringify({
    id,
    tree,
    site,
    at: first?.event.at ?? "",
    by: first?.event.by ?? "",
    text: events.map(({ event }) => describeEvent(event)),
    events: events.map((one) => ({ id: one.id, ...one.event })),
  });
  return { id, kinds, body };
}

/** Whether a receiver that wants these kinds (all when there are none) is told of an operation with these events. */
export function isWanted(kinds: readonly string[], events: readonly LedgerEvent[]): boolean {
  return kinds.length === 0 || events.some(({ kind }) => kinds.includes(kind));
}

/** What is signed: the time in seconds since 1970, a dot, and the body. */
export function signedText(seconds: number, body: string): string {
  return `${seconds}.${body}`;
}
