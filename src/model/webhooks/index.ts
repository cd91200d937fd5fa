// Webhooks: what receivers are told, how far each is, and when it is tried again.

export type { HookMessage } from "./message.ts";
export { hookMessage, isWanted, signedText } from "./message.ts";
export type { HookState } from "./schedule.ts";
export { afterDelivery, afterFailure, delayAfter, isDue, MAX_PENDING, newHook, withPending } from "./schedule.ts";
