// What was posted, for commands that are about one mail or all: from archives named at the command line, else from the index.
import { resolve } from "node:path";
import { UserError } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { parseMessage, parseMessageId } from "#model/mail";
import type { MailIndex } from "#io/mail-index";
import {
  allMails,
  MAX_RELATED_MAILS,
  openExistingIndex,
  readMails,
  relatedMails,
  relatedMailsSince,
  withDamageTold,
} from "#io/mail-index";
import type { Tree } from "#io/store";
import { findTree } from "#io/store";
import { openerOf } from "./mail-archives.ts";
import type { Postings } from "./postings.ts";
import { postingsAmong, postingsSince, readPostings, settingsOf } from "./postings.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/**
 * The postings around one mail: those of its thread, and of every thread that may hold another revision.
 * `from` are archives to read instead of the tree's index. The index is only asked, not brought up to date.
 * Throws UserError when there is neither, or when the index has not seen the mail.
 */
export async function findMail(
  world: World,
  tree: Tree | null,
  from: readonly string[],
  about: string,
): Promise<Postings> {
  if (from.length > 0) return await readPostings(world, from, undefined, messageIdOf(about));
  if (tree === null || tree.config.mail.archives.length === 0) {
    throw new UserError(`no archive to look for "${about}" in`, {
      hint: 'name one with --from PATH, or write [mail] archives = ["PATH or URL"] into longarm.toml',
    });
  }
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, async () => {
    const mails = mailsAbout(world, index, [about]);
    if (mails.length > 0) return await postingsOf(world, tree, index, mails);
    throw new UserError(`the mail index does not know "${about}"`, {
      hint: "bring it up to date with: longarm mail sync",
    });
  });
}

/** The postings around several mails; those that the index has not seen are passed over. Else as {@link findMail}. */
export async function findMails(
  world: World,
  tree: Tree,
  from: readonly string[],
  about: readonly string[],
): Promise<Postings> {
  if (from.length > 0) return await readPostings(world, from, tree);
  if (tree.config.mail.archives.length === 0) {
    throw new UserError("no archive to look for mails in", {
      hint: 'name one with --from PATH, or write [mail] archives = ["PATH or URL"] into longarm.toml',
    });
  }
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, async () => postingsOf(world, tree, index, mailsAbout(world, index, about)));
}

function mailsAbout(world: World, index: MailIndex, about: readonly string[]): number[] {
  const found = new Set<number>();
  for (const one of about) {
    const id = messageIdOf(one);
    const mails = id === null ? [] : relatedMails(index, id);
    if (mails.length >= MAX_RELATED_MAILS) world.tell(`only ${MAX_RELATED_MAILS} mails around "${one}" are read`);
    for (const mail of mails) found.add(mail);
  }
  return [...found];
}

/** The same for a command that needs no tree when archives are named. */
export async function findMailHere(world: World, from: readonly string[], about: string): Promise<Postings> {
  if (from.length > 0) return await readPostings(world, from, undefined, messageIdOf(about));
  refuseNowhere(world);
  return await withTree(world, (tree) => findMail(world, tree, [], about));
}

function messageIdOf(about: string): MessageId | null {
  return parseMessageId(about.startsWith("<") ? about : `<${about}>`);
}

/** Without a tree there is no index to ask. */
function refuseNowhere({ cwd }: World): void {
  if (findTree(resolve(cwd)) !== null) return;
  throw new UserError("no archive to read", {
    hint: "name an mbox, a Maildir, a folder of .eml files, a public-inbox repository or an address with --archive, or name a tree with -C",
  });
}

/** Mails of an index that are read into memory together: each takes its own bytes and 7.5 kB of the 4 GB that Node has for values. */
export const MAX_ALL_MAILS = 400_000;

/**
 * Everything posted in the tree's archives, as far as the index knows; with `since`, a time in milliseconds, only what was posted or
 * answered since then and its other revisions. Throws UserError when that is too much for one process.
 */
export async function allPostings(world: World, since: number | null): Promise<Postings> {
  refuseNowhere(world);
  return await withTree(world, async (tree) => {
    using index = openExistingIndex(tree.privateDir);
    return await withDamageTold(index, async () => {
      const mails =
        since === null ? allMails(index, MAX_ALL_MAILS + 1) : relatedMailsSince(index, since, MAX_ALL_MAILS);
      if (mails.length > MAX_ALL_MAILS) {
        throw new UserError(`list at most ${MAX_ALL_MAILS} mails at once, the mail index has more`, {
          hint: "name a later day with --since, or find a mail with longarm mail search QUERY and use longarm mail show ID",
        });
      }
      const found = await postingsOf(world, tree, index, mails);
      return since === null ? found : postingsSince(found, since);
    });
  });
}

async function postingsOf(world: World, tree: Tree, index: MailIndex, mails: readonly number[]): Promise<Postings> {
  world.progress(`reading ${mails.length} messages`);
  const messages: Message[] = [];
  let gone = 0;
  for await (const bytes of readMails(index, mails, openerOf(tree))) {
    if (bytes === null) gone += 1;
    else messages.push(parseMessage(bytes));
  }
  const found = postingsAmong(messages, settingsOf(tree));
  if (gone === 0) return found;
  const problem = `${gone} of ${mails.length} mails are in no archive any more, run: longarm mail sync`;
  return { ...found, problems: [problem, ...found.problems] };
}
