// What is done with the waiting mails before any is sent: uncertain ones settled, those that were taken back cancelled, those that go
// together put into digests, and what is done put away. It talks to no server; that is send.ts.
import { resolve } from "node:path";
import { UserError } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { contentDigest } from "#model/notices";
import type { OutboxLine } from "#model/outbox";
import { digestGroups, printDigest } from "#model/outbox";
import { readArchive } from "#io/archive";
import type { Tree } from "#io/store";
import { appendOutboxLog, finishDigests, nextMailNumber, placeMail, writeDigest } from "#io/store";
import { at, isUntouched, readOutbox, readyFor } from "./outbox.ts";
import { restoreMails } from "./restore-mails.ts";
import type { SendReport } from "./send.ts";
import type { World } from "./world.ts";

/** Prepares; the caller holds the tree's lock. */
export async function prepareOutbox(world: World, tree: Tree): Promise<Pick<SendReport, "settled" | "cancelled">> {
  finishDigests(tree.privateDir);
  restoreMails(tree);
  const settled = await settleUncertain(world, tree);
  const cancelled = await cancelReturned(world, tree);
  await putInDigests(world, tree);
  await putAway(world, tree);
  return { settled, cancelled };
}

/** Looks for uncertain mails in the archives: what is there arrived; what is in none of them after a while did not, and goes again. */
async function settleUncertain(world: World, tree: Tree): Promise<SendReport["settled"]> {
  const { archives, settle } = tree.config.sending.outbox;
  const open = (await readOutbox(tree, world.now(), ["waiting"])).filter(({ status }) => status.kind === "uncertain");
  if (open.length === 0 || archives.length === 0) return [];
  const seen = new Set<string>();
  let isWhole = true;
  for (const path of archives) {
    world.progress(`looking for mails in ${path}`);
    try {
      for (const bytes of (await readArchive(resolve(tree.dir, path))).messages) {
        const { messageId } = parseMessage(bytes);
        if (messageId !== null) seen.add(messageId);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // A list that nobody wrote to yet has no archive; but what cannot be read does not say that a mail is not there.
      world.tell(`${error.message}, so it does not say which mails arrived`);
      isWhole = false;
    }
  }
  const settled: { readonly name: string; readonly arrived: boolean }[] = [];
  for (const { facts, envelope, status } of open) {
    if (status.kind !== "uncertain") continue;
    const arrived = envelope.messageId !== null && seen.has(envelope.messageId);
    if (!arrived && (!isWhole || world.now().getTime() - Date.parse(status.since) < settle)) continue;
    const { attempt } = status;
    appendOutboxLog(tree.privateDir, [
      { at: at(world.now()), do: "settled", mail: facts.name, attempt, arrived, by: "archive" },
    ]);
    world.step?.("an uncertain mail is settled");
    settled.push({ name: facts.name, arrived });
  }
  return settled;
}

async function cancelReturned(world: World, tree: Tree): Promise<SendReport["cancelled"]> {
  const mails = (await readOutbox(tree, world.now(), ["waiting"])).filter(({ status }) => status.kind === "cancelled");
  // While one of them waits to be published, what was taken back may come again.
  const final = new Set(
    mails.filter(({ facts, log }) => !facts.waitsForPublish || log?.public === true).map(({ facts }) => facts.name),
  );
  const due = mails.filter(
    ({ status }) => status.kind === "cancelled" && status.mails.every((name) => final.has(name)),
  );
  // Each group has one line, at the place of its first mail.
  const lines = due.flatMap(({ facts, status }): OutboxLine[] =>
    status.kind === "cancelled" && status.mails[0] === facts.name
      ? [{ at: at(world.now()), do: "cancel", mails: status.mails, why: status.why }]
      : [],
  );
  appendOutboxLog(tree.privateDir, lines);
  if (due.length > 0) world.step?.("mails are cancelled");
  for (const { facts } of due) placeMail(tree.privateDir, facts.name, "waiting", "withdrawn");
  return due.flatMap(({ facts, status }) =>
    status.kind === "cancelled" ? [{ name: facts.name, why: status.why }] : [],
  );
}

async function putInDigests(world: World, tree: Tree): Promise<void> {
  const mails = (await readOutbox(tree, world.now(), ["waiting"])).filter(isUntouched);
  const ready = mails.filter(({ status }) => status.kind === "ready");
  const groups = digestGroups(
    ready.map((mail) => ({ facts: mail.facts, to: readyFor(mail) })),
    tree.config.sending.outbox.rules,
  );
  for (const { to, mails: names } of groups) {
    const parts = names.flatMap((name) => mails.filter(({ facts }) => facts.name === name));
    const from = parts[0]?.envelope.sender ?? tree.config.maintainer;
    const bytes = printDigest(
      parts.map(({ envelope }) => ({ subject: envelope.subject, bytes: envelope.bytes })),
      { from, to, date: { time: world.now().getTime(), zone: 0 }, host: from.replace(/^.*@|>$/g, "") },
    );
    const number = String(nextMailNumber(tree.privateDir)).padStart(6, "0");
    const into = `${number}-digest-${contentDigest(bytes).slice(0, 12)}.eml`;
    writeDigest(tree.privateDir, { at: at(world.now()), do: "digest", into, to, mails: names }, bytes);
    world.step?.("a digest is written");
  }
}

/** Moves mails that are done out of the way. */
async function putAway(world: World, tree: Tree): Promise<void> {
  for (const { facts, status } of await readOutbox(tree, world.now(), ["waiting"])) {
    if (status.kind === "done") placeMail(tree.privateDir, facts.name, "waiting", "sent");
  }
}
