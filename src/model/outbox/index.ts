// The outbox: which mails wait, for what, and for whom; digests, rules and schedules. It sends nothing and reads no file.

export { describeStatus } from "./describe-status.ts";
export type { DigestGroup } from "./digest.ts";
export { digestGroups, printDigest } from "./digest.ts";
export type { Envelope } from "./envelope.ts";
export { envelopeOf } from "./envelope.ts";
export type { Answer, OutboxLine } from "./log.ts";
export { parseOutboxLog, printOutboxLines } from "./log.ts";
export type { MailFacts, MailLog, MailStatus } from "./mail-state.ts";
export { mailLogs, RETRY_MINUTES, statusOf } from "./mail-state.ts";
export type { Telling, ToldMail } from "./returned.ts";
export { cancelGroups } from "./returned.ts";
export type { OutboxRule, RuleVerdict } from "./rules.ts";
export { fits, fitsMail, ruleFor } from "./rules.ts";
export type { Schedule } from "./schedule.ts";
export { nextDue, parseSchedule } from "./schedule.ts";
