// `outbox`: the mails that wait, for what and for whom, and what a person says of them. Sending is send.ts's task.
import { UserError } from "#model/bytes";
import type { Bytes } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { operationsOf, patchStates } from "#model/ledger";
import type { Envelope, MailFacts, MailLog, MailStatus, OutboxLine } from "#model/outbox";
import { envelopeOf, fits, fitsMail, mailLogs, statusOf } from "#model/outbox";
import type { MailPlace, Tree } from "#io/store";
import { appendOutboxLog, mailNames, readLedger, readMail, readOutboxLog, takeLock } from "#io/store";
import { operationOf } from "./operation-commits.ts";
import { returnedMails } from "./returned.ts";
import { seenPublic } from "./seen-public.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** One mail of the outbox. */
export interface OutboxMail {
  readonly facts: MailFacts;
  readonly place: MailPlace;
  readonly envelope: Envelope;
  /** When its operation was, UTC; "" when the ledger does not say. */
  readonly since: string;
  readonly log: MailLog | undefined;
  readonly status: MailStatus;
}

/** The mails that wait, in order; with `all` also those that were sent or put aside. */
export async function listOutbox(world: World, all: boolean): Promise<OutboxMail[]> {
  return withTree(world, async (tree) =>
    readOutbox(tree, world.now(), all ? ["sent", "withdrawn", "waiting"] : ["waiting"]),
  );
}

/** One mail with its text and the log's lines about it. Throws UserError when there is none. */
export async function showMail(
  world: World,
  typed: string,
): Promise<{ readonly mail: OutboxMail; readonly bytes: Bytes; readonly lines: readonly OutboxLine[] }> {
  return withTree(world, async (tree) => {
    const mail = mailNamed(await readOutbox(tree, world.now(), ["sent", "withdrawn", "waiting"]), typed);
    const { name } = mail.facts;
    const lines = readOutboxLog(tree.privateDir).filter((line) =>
      "mail" in line ? line.mail === name : line.mails.includes(name) || (line.do === "digest" && line.into === name),
    );
    return { mail, bytes: readMail(tree.privateDir, mail.place, name) ?? mail.envelope.bytes, lines };
  });
}

/** Which waiting mails are meant: by number, file name or Message-ID, or by what they are about. */
export interface OutboxChoice {
  readonly mails: readonly string[];
  /** Patterns; `*` stands for any characters. */
  readonly to: string | null;
  readonly kind: string | null;
  readonly patch: string | null;
  readonly posting: string | null;
}

export interface DecideRequest {
  readonly choice: OutboxChoice;
  /** `arrived` and `again` answer the question about a mail whose sending was interrupted. */
  readonly decision: "hold" | "suppress" | "release" | "arrived" | "again";
  readonly dryRun: boolean;
}

/** Writes a person's decision about waiting mails into the log. Throws UserError when no mail is meant, or an answer has no question. */
export async function decideOutbox(world: World, request: DecideRequest): Promise<readonly OutboxMail[]> {
  return withTree(world, async (tree) => {
    const decide = async (): Promise<readonly OutboxMail[]> => {
      const mails = chosenMails(await readOutbox(tree, world.now(), ["sent", "withdrawn", "waiting"]), request);
      const lines = mails.flatMap((mail) => decisionOf(mail, request, at(world.now())));
      if (!request.dryRun) appendOutboxLog(tree.privateDir, lines);
      return mails;
    };
    if (request.dryRun) return await decide();
    using _lock = takeLock(tree.privateDir, "outbox");
    world.unchanged?.();
    return await decide();
  });
}

function decisionOf(mail: OutboxMail, { choice, decision }: DecideRequest, now: string): OutboxLine[] {
  const { name, recipients } = mail.facts;
  switch (decision) {
    case "hold":
      return [{ at: now, do: "hold", mail: name }];
    case "suppress": {
      const to = choice.to === null ? null : recipients.filter((one) => fits(choice.to, one));
      return [{ at: now, do: "suppress", mail: name, to }];
    }
    case "release":
      return [{ at: now, do: "free", mail: name }];
    case "arrived":
    case "again": {
      if (mail.status.kind !== "uncertain") {
        throw new UserError(`nothing is uncertain about "${name}"`, { hint: 'see its state with "longarm outbox"' });
      }
      const { attempt } = mail.status;
      return [{ at: now, do: "settled", mail: name, attempt, arrived: decision === "arrived", by: "a person" }];
    }
  }
}

function chosenMails(all: readonly OutboxMail[], { choice, decision }: DecideRequest): readonly OutboxMail[] {
  if (choice.mails.length > 0) return choice.mails.map((typed) => waitingMail(all, typed));
  const waiting = all.filter(({ place }) => place === "waiting");
  const { to, kind, patch, posting } = choice;
  if ([to, kind, patch, posting].every((one) => one === null)) {
    throw new UserError("no mail is named", {
      hint: "name mails by number, or choose them with --to, --kind, --patch or --posting",
    });
  }
  const found = waiting.filter(
    ({ facts }) =>
      fitsMail(choice, facts, decision === "suppress" ? "suppress" : "hold") &&
      (to === null || facts.recipients.some((one) => fits(to, one))),
  );
  if (found.length > 0) return found;
  // A mail of several patches would take the news of the others with it.
  const among =
    decision === "suppress" && patch !== null && waiting.find(({ facts }) => fitsMail(choice, facts, "hold"));
  throw new UserError("no waiting mail is like that", {
    hint: among
      ? `"${among.facts.name}" is about other patches, too; to suppress it all the same, name it by its number`
      : 'see what waits with "longarm outbox"',
  });
}

function waitingMail(all: readonly OutboxMail[], typed: string): OutboxMail {
  const mail = mailNamed(all, typed);
  if (mail.place === "waiting") return mail;
  throw new UserError(
    `mail "${typed}" does not wait any more: it was ${mail.place === "sent" ? "dealt with" : "put aside"}`,
    {
      hint: `see what became of it with: longarm outbox show ${typed}`,
    },
  );
}

function mailNamed(mails: readonly OutboxMail[], typed: string): OutboxMail {
  const number = /^\d+$/.test(typed) ? Number(typed) : null;
  const id = typed.replace(/^<|>$/g, "");
  const found = mails.find(({ facts: { name }, envelope }) =>
    number === null ? name === typed || envelope.messageId === id : Number(/^\d+/.exec(name)?.[0]) === number,
  );
  if (found) return found;
  throw new UserError(`no mail "${typed}" in the outbox`, { hint: 'see its mails with "longarm outbox --all"' });
}

/** The mails of some places with what the ledger, the log and the rules say of them. */
export async function readOutbox(tree: Tree, now: Date, places: readonly MailPlace[]): Promise<OutboxMail[]> {
  const events = readLedger(tree);
  const lines = readOutboxLog(tree.privateDir);
  const logs = mailLogs(lines);
  const isPublic = seenPublic(events, lines);
  const about = aboutMails(tree, events);
  const mails = places.flatMap((place) =>
    mailNames(tree.privateDir, place).flatMap((name) => {
      const bytes = readMail(tree.privateDir, place, name);
      if (bytes === null) return [];
      const envelope = envelopeOf(bytes);
      const facts = about(name, envelope);
      const said = logs.get(name);
      const log = said && { ...said, public: said.public && isPublic(name, envelope.messageId) };
      const status = statusOf(facts, log, tree.config.sending.outbox.rules, now.getTime());
      return [{ facts, place, envelope, since: facts.since, log, status }];
    }),
  );
  return await withCancelled(tree, events, mails);
}

/** Says of each waiting mail that need not go any more why, and with which others. */
async function withCancelled(tree: Tree, events: readonly LedgerEvent[], mails: OutboxMail[]): Promise<OutboxMail[]> {
  const waiting = mails.filter(({ place }) => place === "waiting");
  const undone = new Set<string>(operationsOf(events).flatMap(({ id, undoneBy }) => (undoneBy === null ? [] : [id])));
  const groups = await returnedMails(
    tree,
    events,
    waiting.map((mail) => ({ name: mail.facts.name, patches: mail.facts.patches, firm: !isUntouched(mail) })),
  );
  const groupOf = new Map(groups.flatMap((group) => group.map((name) => [name, group] as const)));
  return mails.map((mail) => {
    const { name } = mail.facts;
    if (!isUntouched(mail)) return mail;
    // An undo of this clone put it aside; one of another clone came here by sync.
    if (undone.has(operationOf(name) ?? ""))
      return { ...mail, status: { kind: "cancelled", why: "its operation was undone", mails: [name] } };
    const group = groupOf.get(name);
    if (group === undefined) return mail;
    return { ...mail, status: { kind: "cancelled", why: AS_KNOWN, mails: group } };
  });
}

const AS_KNOWN = "its patch is again as people know it";

/** Whether the mail waits, nobody has it or may have it, and no person said that it shall go. */
export function isUntouched({ place, log, status }: OutboxMail): boolean {
  const untouched = log === undefined || (log.accepted.size === 0 && log.digested.size === 0 && !log.freed);
  return place === "waiting" && untouched && status.kind !== "uncertain" && status.kind !== "done";
}

function aboutMails(
  tree: Tree,
  events: readonly LedgerEvent[],
): (name: string, envelope: Envelope) => MailFacts & { readonly since: string } {
  const announced = new Map(
    events.flatMap((event) => (event.kind === "announced" ? [[event.messageId, event] as const] : [])),
  );
  const patchesOf = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== "announced") continue;
    const known = patchesOf.get(event.messageId);
    if (known === undefined) patchesOf.set(event.messageId, [event.patch]);
    else known.push(event.patch);
  }
  const postings = new Map(
    events.flatMap((event) =>
      event.kind === "queued" && event.origin.kind === "mail" ? [[event.patch, event.origin.posting] as const] : [],
    ),
  );
  const states = patchStates(events);
  return (name, { messageId, recipients }) => {
    const event = announced.get(messageId ?? "");
    const patch = event?.patch ?? null;
    const origin = patch === null ? null : (states.get(patch)?.origin ?? null);
    const posting = origin?.kind === "mail" ? origin.posting : patch === null ? null : (postings.get(patch) ?? null);
    const other = /^\d+-(?:[0-9a-f]{12}-)?(answer|digest)/.exec(name)?.[1] ?? null;
    return {
      name,
      kind: event?.notice ?? other,
      patches: patchesOf.get(messageId ?? "") ?? [],
      posting,
      recipients,
      // What is no notice tells of nothing that must be public first.
      waitsForPublish: tree.config.sending.publish !== null && event !== undefined,
      since: event?.at ?? "",
    };
  };
}

/** A time as the log writes it. */
export function at(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Those whom a mail may go to now; nobody while it waits. */
export function readyFor({ status }: OutboxMail): readonly string[] {
  return status.kind === "ready" ? status.to : [];
}
