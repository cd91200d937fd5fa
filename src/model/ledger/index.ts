// The ledger: events, and what is derived from them.

export type { CheckState, EventBody, LedgerEvent, OperationId, Origin, TagRecord } from "./event.ts";
export { ledgerFileOf, parseEvents, printEvents } from "./ledger-file.ts";
export { uniteLedger } from "./unite.ts";
export type { Operation } from "./history.ts";
export {
  builtBranchesOf,
  builtOnOf,
  everBuiltOf,
  lastRedoable,
  lastUndoable,
  namesEver,
  operationsOf,
  publishedBranchesOf,
  storyOf,
} from "./history.ts";
export { manualLinksOf } from "./links.ts";
export type { Landing } from "./landings.ts";
export { landingsOf } from "./landings.ts";
export type { NamedEvent } from "./event-ids.ts";
export { eventsAfter, namedEvents } from "./event-ids.ts";
export { describeEvent } from "./describe-event.ts";
export type { Check, DatedTag, Disabling, Hold, Note, PatchState } from "./patch-state.ts";
export { lastStates, patchStates, standingEvents, unknownPatch } from "./patch-state.ts";
