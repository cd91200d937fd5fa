// Where patches have been seen in branches of others, as the ledger knows it. A patch that left the queue because it had landed
// is still known here, so that its leaving that branch can be told.
import type { LedgerEvent } from "./event.ts";
import { standingEvents } from "./patch-state.ts";

/** A patch in a watched branch. */
export interface Landing {
  readonly patch: string;
  readonly branch: string;
  /** Commit id. */
  readonly commit: string;
}

/** The landings that stand: not left again, of the patch that has the name now. */
export function landingsOf(events: readonly LedgerEvent[]): Landing[] {
  let landings: Landing[] = [];
  for (const event of standingEvents(events)) {
    if (event.kind === "landed") {
      const { patch, branch, commit } = event;
      const others = landings.filter((one) => one.patch !== patch || one.branch !== branch);
      landings = [...others, { patch, branch, commit }];
    } else if (event.kind === "left") {
      landings = landings.filter(({ patch, branch }) => patch !== event.patch || branch !== event.branch);
    } else if (event.kind === "queued" || (event.kind === "updated" && event.change === "diff")) {
      // Another patch, or another revision of it, has the name now.
      landings = landings.filter(({ patch }) => patch !== event.patch);
    } else if (event.kind === "renamed") {
      landings = landings.map((one) => (one.patch === event.from ? { ...one, patch: event.patch } : one));
    }
  }
  return landings;
}
