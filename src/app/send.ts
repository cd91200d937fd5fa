// `outbox --send`: hands over what may go, mail by mail, so that a kill at any moment sends nothing twice and forgets nothing.
// SMTP itself cannot promise that: a mail whose text had begun to leave when the sender died may have arrived. Such a mail is
// uncertain, and only an archive or a person settles it (docs/decisions/0023-outbox.md).
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { textOf, UserError } from "#model/bytes";
import { contentDigest } from "#model/notices";
import { envelopeOf, mailLogs, statusOf } from "#model/outbox";
import type { Delivery, Mailer } from "#io/mailer";
import { openMailer, passwordOf } from "#io/mailer";
import type { Lock, Tree } from "#io/store";
import { appendOutboxLog, outboxState, placeMail, readIfThere, readMail, readOutboxLog, tryLock } from "#io/store";
import type { OutboxMail } from "./outbox.ts";
import { at, readOutbox, readyFor } from "./outbox.ts";
import { prepareOutbox } from "./prepare-outbox.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** One mail and what came of handing it over. */
export interface SentMail {
  readonly name: string;
  readonly subject: string;
  readonly to: readonly string[];
  /** Null in a dry run. */
  readonly delivery: Delivery | null;
}

export interface SendReport {
  readonly sent: readonly SentMail[];
  /** Uncertain mails that an archive settled. */
  readonly settled: readonly { readonly name: string; readonly arrived: boolean }[];
  /** Mails that need a person: nobody knows whether they arrived. */
  readonly uncertain: readonly OutboxMail[];
  readonly cancelled: readonly { readonly name: string; readonly why: string }[];
  /** Mails that wait on, for whatever reason. */
  readonly waiting: number;
  /** What ended it early, such as a server that went away; null when nothing did. */
  readonly stopped: string | null;
}

/** Sends what may go. A server's refusals are in the report; throws UserError when there is no server to send to. */
export async function sendOutbox(world: World, dryRun: boolean): Promise<SendReport> {
  return withTree(world, (tree) => sendFrom(world, tree, dryRun));
}

/** As {@link sendOutbox}, on an open tree; the caller must not hold its lock, which is taken mail by mail. */
export async function sendFrom(world: World, tree: Tree, dryRun: boolean): Promise<SendReport> {
  if (dryRun) return await planSending(world, tree);
  const prepared = await locked(world, tree, () => prepareOutbox(world, tree));
  const { sent, stopped } = await sendReady(world, tree);
  const after = await readOutbox(tree, world.now(), ["waiting"]);
  return {
    ...prepared,
    sent,
    stopped,
    uncertain: after.filter(({ status }) => status.kind === "uncertain"),
    waiting: after.length,
  };
}

async function planSending(world: World, tree: Tree): Promise<SendReport> {
  const mails = await readOutbox(tree, world.now(), ["waiting"]);
  const of = (kind: OutboxMail["status"]["kind"]): OutboxMail[] => mails.filter(({ status }) => status.kind === kind);
  return {
    sent: of("ready").map((mail) => ({ ...named(mail), to: readyFor(mail), delivery: null })),
    settled: [],
    uncertain: of("uncertain"),
    cancelled: of("cancelled").flatMap(({ facts, status }) =>
      status.kind === "cancelled" ? [{ name: facts.name, why: status.why }] : [],
    ),
    waiting: mails.length,
    stopped: null,
  };
}

async function sendReady(world: World, tree: Tree): Promise<Pick<SendReport, "sent" | "stopped">> {
  const look = watchedOutbox(world, tree);
  const names = [...(await look())].filter(([, { status }]) => status.kind === "ready").map(([name]) => name);
  const sent: SentMail[] = [];
  if (names.length === 0) return { sent, stopped: null };
  const mailer = await openConfigured(tree);
  try {
    for (const [index, name] of names.entries()) {
      world.progress(`sending mail ${index + 1} of ${names.length}`);
      const one = await locked(world, tree, () => sendOne(world, tree, mailer, look, name));
      if (one === null) continue;
      sent.push(one);
      const { answer, accepted, open, later } = one.delivery ?? { answer: null, accepted: [], open: false, later: [] };
      // The connection is gone, or the server wants to be left alone: the rest waits.
      if (open || (answer === null && accepted.length === 0 && later.length > 0))
        return { sent, stopped: open ? "the connection broke while a mail was on its way" : (later[0]?.answer ?? "") };
    }
  } finally {
    mailer[Symbol.dispose]();
  }
  return { sent, stopped: null };
}

/** Sends one mail if it still may go, and writes what the server said; null when it may not any more. */
async function sendOne(
  world: World,
  tree: Tree,
  mailer: Mailer,
  look: WatchedOutbox,
  name: string,
): Promise<SentMail | null> {
  const mail = (await look()).get(name);
  if (mail?.status.kind !== "ready") return null;
  const to = mail.status.to;
  const { privateDir, config } = tree;
  const bytes = readMail(privateDir, "waiting", name);
  if (bytes === null) return null;
  const { bytes: text, eightBit, sender } = envelopeOf(bytes);
  const attempt = contentDigest(text).slice(0, 8) + Math.trunc(world.now().getTime()).toString(16);
  world.step?.("a mail is about to be sent");
  const delivery = await mailer.send(
    { sender: config.sending.smtp?.sender ?? sender ?? "", to, bytes: text, eightBit },
    () => {
      appendOutboxLog(privateDir, [{ at: at(world.now()), do: "sending", mail: name, attempt, to }]);
      world.step?.("a mail's text is about to leave");
    },
  );
  world.step?.("the server answered");
  const { answer, accepted, refused, later, open } = delivery;
  if (!open) {
    appendOutboxLog(privateDir, [
      { at: at(world.now()), do: "answered", mail: name, attempt, answer, accepted, refused, later },
    ]);
    world.step?.("the answer is logged");
    const log = mailLogs(readOutboxLog(privateDir)).get(name);
    const { kind } = statusOf(mail.facts, log, config.sending.outbox.rules, world.now().getTime());
    if (kind === "done") placeMail(privateDir, name, "waiting", "sent");
    world.step?.("the mail is put away");
  }
  await look("ours");
  return { ...named(mail), to, delivery };
}

/** The waiting mails by file name; with `ours`, what changed since the last look was our own doing and is of no matter for the others. */
type WatchedOutbox = (change?: "ours") => Promise<ReadonlyMap<string, OutboxMail>>;

/** Reads the outbox again only when another command has changed it or the tree: it may hold hundreds of mails. */
function watchedOutbox(world: World, tree: Tree): WatchedOutbox {
  let mails: ReadonlyMap<string, OutboxMail> = new Map();
  let seen: string | null = null;
  return async (change) => {
    const now = `${await tree.git.resolve("HEAD")} ${outboxState(tree.privateDir)}`;
    if (change === undefined && now !== seen)
      mails = new Map((await readOutbox(tree, world.now(), ["waiting"])).map((mail) => [mail.facts.name, mail]));
    seen = now;
    return mails;
  };
}

async function openConfigured(tree: Tree): Promise<Mailer> {
  const { smtp } = tree.config.sending;
  if (smtp === null) {
    throw new UserError("this tree has no server to send mails by", {
      hint: 'name one in longarm.toml: [mail.smtp] host = "…"; nothing was sent',
    });
  }
  const { host, port, tls, user, name, passwordCommand, authority } = smtp;
  const password = user !== null && passwordCommand !== null ? await passwordOf(passwordCommand, tree.dir) : null;
  const certificates = authority === null ? null : readIfThere(resolve(tree.dir, authority));
  if (authority !== null && certificates === null)
    throw new UserError(`there is no file "${authority}"`, { hint: 'mend "authority" in [mail.smtp] of longarm.toml' });
  return await openMailer(
    { host, port, tls, user, name, authority: certificates === null ? null : textOf(certificates) },
    password,
  );
}

/** Longest wait for another command, and how often it is looked, in milliseconds. */
const MAX_WAIT = 30_000;

const WAIT_STEP = 50;

/** Runs the work under the tree's lock, which other commands hold for moments. */
async function locked<T>(world: World, tree: Tree, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += WAIT_STEP) {
    using lock: Lock | null = tryLock(tree.privateDir, "sending mails");
    if (lock !== null) return await work();
    if (waited >= MAX_WAIT)
      throw new UserError("another command is changing this tree for long", {
        hint: "send again when it is done; what was sent is known",
        exitCode: 3,
      });
    world.progress("waiting for another command");
    await setTimeout(WAIT_STEP);
  }
}

function named({ facts, envelope }: OutboxMail): { readonly name: string; readonly subject: string } {
  return { name: facts.name, subject: envelope.subject };
}
