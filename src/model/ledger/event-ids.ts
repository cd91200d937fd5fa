// Names of single events, by which readers that come again say what they have seen: `1f2e3d4c5b6a.0`, the operation and the place
// in it. An operation's events stay in their order, so that a name means the same for ever, also after two ledgers were united.
import type { LedgerEvent, OperationId } from "./event.ts";

/** An event with its name. */
export interface NamedEvent {
  readonly id: string;
  readonly event: LedgerEvent;
}

/** The events in the order of the ledger, each with its name. */
export function namedEvents(events: readonly LedgerEvent[]): NamedEvent[] {
  const counts = new Map<OperationId, number>();
  return events.map((event) => {
    const place = counts.get(event.op) ?? 0;
    counts.set(event.op, place + 1);
    return { id: `${event.op}.${place}`, event };
  });
}

/** What the ledger has behind the event of that name; null when it has no such event. */
export function eventsAfter(events: readonly NamedEvent[], id: string): readonly NamedEvent[] | null {
  const place = events.findIndex((one) => one.id === id);
  return place < 0 ? null : events.slice(place + 1);
}
