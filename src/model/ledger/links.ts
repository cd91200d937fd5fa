// What persons decided about the revisions of series, as the ledger has it. Which postings are meant is for postings to find.
import { parseMessageId } from "#model/mail";
import type { ManualLink } from "#model/postings";
import type { LedgerEvent } from "./event.ts";
import { standingEvents } from "./patch-state.ts";

/** The links that stand, oldest first: not those of operations that were undone, and not those that were forgotten. */
export function manualLinksOf(events: readonly LedgerEvent[]): ManualLink[] {
  const links = new Map<string, ManualLink>();
  for (const event of standingEvents(events)) {
    if (event.kind !== "linked") continue;
    const pair = [event.newer, event.older].toSorted().join(" ");
    const [newer, older] = [parseMessageId(event.newer), parseMessageId(event.older)];
    links.delete(pair);
    if (event.relation === "forgotten" || newer === null || older === null) continue;
    links.set(pair, { newer, older, kind: event.relation });
  }
  return [...links.values()];
}
