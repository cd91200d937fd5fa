// Mails out: the outbox. SMTP comes later.

export type { WaitingMail } from "./outbox.ts";
export { readOutbox } from "./outbox.ts";
