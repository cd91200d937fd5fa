// Webhooks over HTTP: one try to tell one receiver.

export type { Posted, Receiver } from "./post-message.ts";
export { postMessage, WEBHOOK_LIMITS } from "./post-message.ts";
