// What the log says of one mail, and with that and the rules: to whom it still has to go, and whether it may go now.
import type { OutboxLine } from "./log.ts";
import type { OutboxRule } from "./rules.ts";
import { ruleFor } from "./rules.ts";

/** One mail as the log leaves it; keys of maps and sets are addresses in lower case. */
export interface MailLog {
  readonly public: boolean;
  readonly held: boolean;
  readonly freed: boolean;
  readonly suppressed: ReadonlySet<string> | "all";
  /** Recipients for whom it is over, with the server's words. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, string>;
  /** Recipients to try again: last words, when, how often it was tried. */
  readonly later: ReadonlyMap<string, { readonly answer: string; readonly at: string; readonly tries: number }>;
  /** An attempt that nobody answered: the sender was killed, or the connection broke. */
  readonly open: { readonly attempt: string; readonly at: string; readonly to: readonly string[] } | null;
  /** Recipients who get it inside another mail, named by its file. */
  readonly digested: ReadonlyMap<string, string>;
}

/** What is known of a mail besides the log. */
export interface MailFacts {
  readonly name: string;
  /** The notice's kind; null for a mail that is none. */
  readonly kind: string | null;
  /** File names of the patches that it is about; a digest has several, an answer none. */
  readonly patches: readonly string[];
  /** Message-ID of the posting's first mail, by which the mails of a series belong together. */
  readonly posting: string | null;
  readonly recipients: readonly string[];
  /** Tells of something that must be public first. */
  readonly waitsForPublish: boolean;
}

export type MailStatus =
  | { readonly kind: "ready"; readonly to: readonly string[] }
  | { readonly kind: "unpublished"; readonly to: readonly string[] }
  | { readonly kind: "held"; readonly to: readonly string[] }
  /** `until` is when it is tried again, milliseconds since 1970. */
  | { readonly kind: "later"; readonly to: readonly string[]; readonly until: number; readonly answer: string }
  | { readonly kind: "uncertain"; readonly to: readonly string[]; readonly since: string; readonly attempt: string }
  /** `mails` are those that cancel each other, itself among them. */
  | { readonly kind: "cancelled"; readonly why: string; readonly mails: readonly string[] }
  /** Nobody is left to send it to: everybody has it, was refused, is in a digest or shall not have it. */
  | { readonly kind: "done"; readonly outcome: "sent" | "partly refused" | "refused" | "digested" | "suppressed" };

/** Waits between tries, in minutes; after the last one "try later" is taken for a refusal. RFC 5321 section 4.5.4.1 asks for 4-5 days. */
export const RETRY_MINUTES: readonly number[] = [5, 15, 60, 240, 720, 1440, 1440, 1440, 1440];

const NEW: MailLog = {
  public: false,
  held: false,
  freed: false,
  suppressed: new Set(),
  accepted: new Map(),
  refused: new Map(),
  later: new Map(),
  open: null,
  digested: new Map(),
};

/** The state of every mail that the log names, by file name. */
export function mailLogs(lines: readonly OutboxLine[]): ReadonlyMap<string, MailLog> {
  const logs = new Map<string, MailLog>();
  const change = (mail: string, edit: (log: MailLog) => Partial<MailLog>): void => {
    const log = logs.get(mail) ?? NEW;
    logs.set(mail, { ...log, ...edit(log) });
  };
  for (const line of lines) {
    switch (line.do) {
      case "public":
        for (const mail of line.mails) change(mail, () => ({ public: true }));
        break;
      case "hold":
        change(line.mail, () => ({ held: true, freed: false }));
        break;
      case "suppress":
        change(line.mail, ({ suppressed }) => ({
          freed: false,
          suppressed:
            line.to === null || suppressed === "all" ? "all" : new Set([...suppressed, ...line.to.map(folded)]),
        }));
        break;
      case "free":
        change(line.mail, () => ({ held: false, freed: true, suppressed: new Set<string>() }));
        break;
      case "cancel":
        // Told for people only: what is cancelled follows from the queue, and from where the mail lies.
        break;
      case "sending":
        change(line.mail, () => ({ open: { attempt: line.attempt, at: line.at, to: line.to } }));
        break;
      case "answered":
        change(line.mail, (log) => answered(log, line));
        break;
      case "settled":
        change(line.mail, (log) => {
          if (log.open?.attempt !== line.attempt) return {};
          const arrived = line.arrived ? log.open.to.map((to) => [folded(to), line.by] as const) : [];
          return { open: null, accepted: new Map([...log.accepted, ...arrived]) };
        });
        break;
      case "digest":
        for (const mail of line.mails)
          change(mail, ({ digested }) => ({ digested: new Map([...digested, [folded(line.to), line.into]]) }));
        break;
    }
  }
  return logs;
}

function answered(log: MailLog, line: Extract<OutboxLine, { do: "answered" }>): Partial<MailLog> {
  const later = new Map(log.later);
  for (const { to } of [...line.accepted, ...line.refused]) later.delete(folded(to));
  const refused = new Map([...log.refused, ...line.refused.map(({ to, answer }) => [folded(to), answer] as const)]);
  for (const { to, answer } of line.later) {
    const tries = (later.get(folded(to))?.tries ?? 0) + 1;
    if (tries <= RETRY_MINUTES.length) later.set(folded(to), { answer, at: line.at, tries });
    else {
      later.delete(folded(to));
      refused.set(folded(to), answer);
    }
  }
  const accepted = new Map([...log.accepted, ...line.accepted.map(({ to, answer }) => [folded(to), answer] as const)]);
  return { later, refused, accepted, open: log.open?.attempt === line.attempt ? null : log.open };
}

/** Whether and to whom the mail may go at `now` (milliseconds since 1970). What a person said of it goes before the rules. */
export function statusOf(
  facts: MailFacts,
  found: MailLog | undefined,
  rules: readonly OutboxRule[],
  now: number,
): MailStatus {
  const log = found ?? NEW;
  if (log.open !== null) return { kind: "uncertain", to: log.open.to, since: log.open.at, attempt: log.open.attempt };
  const verdicts = facts.recipients.map((to) => ({ to, verdict: log.freed ? "send" : ruleFor(rules, facts, to) }));
  const left = verdicts.filter(({ to, verdict }) => verdict !== "suppress" && isLeft(log, folded(to)));
  if (left.length === 0) return { kind: "done", outcome: outcomeOf(log) };
  const to = left.map((one) => one.to);
  if (log.held) return { kind: "held", to };
  const free = left.filter(({ verdict }) => verdict !== "hold").map((one) => one.to);
  if (free.length === 0) return { kind: "held", to };
  if (facts.waitsForPublish && !log.public) return { kind: "unpublished", to };
  const due = free.filter((one) => dueAt(log, one) <= now);
  if (due.length > 0) return { kind: "ready", to: due };
  const until = Math.min(...free.map((one) => dueAt(log, one)));
  return { kind: "later", to: free, until, answer: log.later.get(folded(free[0] ?? ""))?.answer ?? "" };
}

function isLeft(log: MailLog, address: string): boolean {
  if (log.suppressed === "all" || log.suppressed.has(address)) return false;
  return !log.accepted.has(address) && !log.refused.has(address) && !log.digested.has(address);
}

function dueAt(log: MailLog, to: string): number {
  const later = log.later.get(folded(to));
  return later === undefined ? 0 : Date.parse(later.at) + (RETRY_MINUTES[later.tries - 1] ?? 0) * 60_000;
}

function outcomeOf(log: MailLog): Extract<MailStatus, { kind: "done" }>["outcome"] {
  if (log.accepted.size > 0) return log.refused.size > 0 ? "partly refused" : "sent";
  if (log.refused.size > 0) return "refused";
  return log.digested.size > 0 ? "digested" : "suppressed";
}

/** Addresses are compared without regard to case; what is sent keeps its own. */
function folded(address: string): string {
  return address.toLowerCase();
}
