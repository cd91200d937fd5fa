// `mail commands`: finds what people wrote to the tree in replies (`#longarm hold …`), checks who they are and what they may, and
// carries it out: one operation a mail, with the answer in it, so that no mail is ever obeyed twice or left without an answer.
import { resolve } from "node:path";
import type { Bytes } from "#model/bytes";
import { textOf, UserError } from "#model/bytes";
import type { CommandResult } from "#model/commands";
import { parseCommands, printAnswer, whyNoAnswer } from "#model/commands";
import type { LedgerEvent } from "#model/ledger";
import type { Message } from "#model/mail";
import { parseAddresses, parseMessage, patchText, toUtf8, unflow } from "#model/mail";
import { contentDigest } from "#model/notices";
import { parseQuery } from "#model/search";
import { readArchive } from "#io/archive";
import { openExistingIndex, readMails, searchMails, withDamageTold } from "#io/mail-index";
import type { Tree, TreeChange } from "#io/store";
import { readLedger } from "#io/store";
import { changeTree } from "./change.ts";
import { openerOf } from "./mail-archives.ts";
import { obey } from "./obey.ts";
import { patchesMeant } from "./patches-meant.ts";
import type { Voucher } from "./vouch.ts";
import { vouchers } from "./vouch.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface CommandsRequest {
  /** Archives, from the current directory; empty for what the tree's index knows. */
  readonly archives: readonly string[];
  /** Only show what would be done. */
  readonly dryRun: boolean;
}

/** One mail with commands, and what came of it. */
export interface ObeyedMail {
  readonly messageId: string;
  readonly from: string;
  readonly subject: string;
  readonly results: readonly CommandResult[];
  /** Why no answer goes; null when one does. */
  readonly silent: string | null;
  /** Null in a dry run. */
  readonly operation: string | null;
}

/** A mail that begins with less than this in common with a command is not parsed; bytes of a text that are looked at. */
const MARK = "#longarm";
const MAX_TEXT = 1_000_000;
/** Mails of the index that are read. */
const MAX_FOUND = 20_000;
/** Answers to one address within a day; what is more gets none, because a forged sender must not be flooded by us. */
const MAX_ANSWERS = 10;
const DAY = 86_400_000;

/** Reads the archives and carries out what is new in them. What is refused is in the result, not thrown. */
export async function mailCommands(world: World, request: CommandsRequest): Promise<ObeyedMail[]> {
  return withTree(world, async (tree) => {
    const found: ObeyedMail[] = [];
    const known = new Set<string>();
    const voucher = vouchers(world, tree);
    for (const message of await mailsWithCommands(world, tree, request.archives)) {
      // The same mail is in several archives; it is read once.
      if (message.messageId === null || known.has(message.messageId)) continue;
      known.add(message.messageId);
      const one = await obeyMail(world, tree, message, voucher, request.dryRun);
      if (one !== null) found.push(one);
    }
    return found;
  });
}

async function mailsWithCommands(world: World, tree: Tree, archives: readonly string[]): Promise<Message[]> {
  const messages: Message[] = [];
  const look = (bytes: Bytes): void => {
    const message = parseMessage(bytes);
    if (commandText(message).toLowerCase().includes(MARK)) messages.push(message);
  };
  for (const path of archives) {
    world.progress(`reading ${path}`);
    for (const bytes of (await readArchive(resolve(world.cwd, path))).messages) look(bytes);
  }
  if (archives.length === 0) for (const bytes of await mailsOfIndex(world, tree)) look(bytes);
  return messages.toSorted((a, b) => (a.date?.time ?? 0) - (b.date?.time ?? 0));
}

/** Mails that the tree's index finds the word in. Which of them were obeyed before, the ledger knows. */
async function mailsOfIndex(world: World, tree: Tree): Promise<Bytes[]> {
  if (tree.config.mail.archives.length === 0) {
    throw new UserError("no archive to look for commands in", {
      hint: 'name those that replies come to with --from ARCHIVE, or write [mail] archives = ["PATH or URL"] into longarm.toml',
    });
  }
  const { query } = parseQuery("nq:longarm", world.now().getTime());
  if (query === null) return [];
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, async () => {
    const { mails, total } = searchMails(index, query, { limit: MAX_FOUND, once: "mail" });
    if (total > mails.length) world.tell(`${total} mails have the word, the newest ${mails.length} are read`);
    const found: Bytes[] = [];
    for await (const bytes of readMails(
      index,
      mails.map(({ mail }) => mail),
      openerOf(tree),
    ))
      if (bytes !== null) found.push(bytes);
    return found;
  });
}

/** What the writer of a mail typed, quotes and all, as text. */
function commandText(message: Message): string {
  const text = patchText(message);
  const bytes = text.flowed === null ? text.bytes : unflow(text.bytes, text.flowed.delsp);
  return textOf(toUtf8(bytes.subarray(0, MAX_TEXT), text.charset).bytes);
}

/** Null when the mail has no command of its own, is about no patch of this tree, or was obeyed before. */
async function obeyMail(
  world: World,
  tree: Tree,
  message: Message,
  voucher: Voucher,
  dryRun: boolean,
): Promise<ObeyedMail | null> {
  const { messageId } = message;
  const parsed = parseCommands(commandText(message));
  if (messageId === null || parsed.commands.length + parsed.problems.length === 0) return null;
  if (wasObeyed(readLedger(tree), messageId) || patchesMeant(tree, message) === null) return null;
  const vouchedFor = await voucher(message);
  const from = message.from[0]?.address ?? "";
  let results: readonly CommandResult[] = [];
  let silent: string | null = null;
  const { done } = await changeTree(world, tree, "mail commands", dryRun, () => {
    const events = readLedger(tree);
    // Looked at again under the lock: another command may have obeyed it meanwhile.
    if (wasObeyed(events, messageId))
      throw new UserError(`<${messageId}> is being obeyed already`, { hint: "run it again" });
    const obeyed = obey(world, tree, message, { address: from, vouchedFor }, parsed.commands);
    results = [
      ...obeyed.results,
      ...parsed.problems.map(({ message: text }): CommandResult => ({ line: "", outcome: "refused", text })),
    ];
    silent = whyNoAnswer(message, ownAddresses(tree)) ?? tooMany(events, from, world.now());
    return { change: withAnswer(world, tree, message, obeyed.change, results, silent) };
  });
  return { messageId, from, subject: message.subject, results, silent, operation: done?.operation ?? null };
}

function withAnswer(
  world: World,
  tree: Tree,
  message: Message,
  change: Pick<TreeChange, "files" | "events" | "notices">,
  results: readonly CommandResult[],
  silent: string | null,
): TreeChange {
  const from = message.from[0]?.address ?? "";
  const messageId = message.messageId ?? "";
  const sender = tree.config.notices?.sender ?? tree.config.maintainer;
  const host = tree.config.notices?.host ?? (parseAddresses(sender)[0]?.address ?? "").replace(/^.*@/, "");
  const answer = printAnswer(results, {
    from: sender,
    to: from,
    host,
    date: { time: world.now().getTime(), zone: 0 },
    messageId,
    subject: message.subject,
  });
  const digest = contentDigest(answer.bytes).slice(0, 8);
  return {
    summary: `mail: commands of ${from.replace(/[^\x21-\x7e]/g, "?")}`,
    files: change.files,
    events: [
      ...change.events,
      { kind: "commanded", messageId, from, results, answer: silent === null ? answer.messageId : null, silent },
    ],
    notices: [...change.notices, ...(silent === null ? [{ name: `answer-${digest}.eml`, bytes: answer.bytes }] : [])],
  };
}

function wasObeyed(events: readonly LedgerEvent[], messageId: string): boolean {
  return events.some((event) => event.kind === "commanded" && event.messageId === messageId);
}

function tooMany(events: readonly LedgerEvent[], from: string, now: Date): string | null {
  const since = now.getTime() - DAY;
  const answers = events.filter(
    (event) =>
      event.kind === "commanded" &&
      event.answer !== null &&
      event.from.toLowerCase() === from.toLowerCase() &&
      Date.parse(event.at) > since,
  );
  return answers.length < MAX_ANSWERS ? null : `it had ${MAX_ANSWERS} answers within a day`;
}

function ownAddresses(tree: Tree): string[] {
  const { notices, sending } = tree.config;
  // The maintainer may write commands himself; only what sends notices is a machine, unless both are one address.
  const sender = parseAddresses(notices?.sender ?? "")[0]?.address;
  const isPerson = sending.commands.maintainers.some((one) => one.toLowerCase() === sender?.toLowerCase());
  return sender === undefined || isPerson ? [] : [sender];
}
