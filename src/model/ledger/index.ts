// The ledger: events, and what is derived from them.

export type { EventBody, LedgerEvent, OperationId, Origin, TagRecord } from "./event.ts";
export { ledgerFileOf, parseEvents, printEvents } from "./event.ts";
export type { Operation } from "./history.ts";
export { builtBranchesOf, builtOnOf, lastUndoable, operationsOf, queuedEventOf, storyOf } from "./history.ts";
