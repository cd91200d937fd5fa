// What was posted, for commands that are about one mail or all: from archives named at the command line, else from the index.
import { UserError } from "#model/bytes";
import type { Message } from "#model/mail";
import { parseMessage, parseMessageId } from "#model/mail";
import { findPostings, revisionChains } from "#model/postings";
import type { MailIndex } from "#io/mail-index";
import {
  allMails,
  MAX_RELATED_MAILS,
  openExistingIndex,
  readMails,
  relatedMails,
  withDamageTold,
} from "#io/mail-index";
import type { Tree } from "#io/store";
import { openerOf } from "./mail-archives.ts";
import type { Postings } from "./postings.ts";
import { readPostings } from "./postings.ts";
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
  if (from.length > 0) return await readPostings(world, from);
  if (tree === null || tree.config.archives.length === 0) {
    throw new UserError(`no archive to look for "${about}" in`, {
      hint: 'name one with --from PATH, or write [mail] archives = ["PATH or URL"] into longarm.toml',
    });
  }
  const id = parseMessageId(about.startsWith("<") ? about : `<${about}>`);
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, async () => {
    const mails = id === null ? [] : relatedMails(index, id);
    if (mails.length === 0) {
      throw new UserError(`the mail index does not know "${about}"`, {
        hint: "bring it up to date with: longarm mail sync",
      });
    }
    if (mails.length >= MAX_RELATED_MAILS) world.tell(`only ${MAX_RELATED_MAILS} mails around "${about}" are read`);
    return await postingsOf(world, tree, index, mails);
  });
}

/** The same for a command that needs no tree when archives are named. */
export async function findMailHere(world: World, from: readonly string[], about: string): Promise<Postings> {
  if (from.length > 0) return await readPostings(world, from);
  return await withTree(world, (tree) => findMail(world, tree, [], about));
}

/** Mails of an index that are read into memory together, about 10 kB each. */
export const MAX_ALL_MAILS = 200_000;

/** Everything posted in the tree's archives, as far as the index knows. Throws UserError when that is too much for one process. */
export async function allPostings(world: World): Promise<Postings> {
  return await withTree(world, async (tree) => {
    using index = openExistingIndex(tree.privateDir);
    return await withDamageTold(index, async () => {
      const mails = allMails(index, MAX_ALL_MAILS + 1);
      if (mails.length > MAX_ALL_MAILS) {
        throw new UserError(`the mail index has more than ${MAX_ALL_MAILS} mails, too many to list what was posted`, {
          hint: "find a mail with longarm mail search QUERY, then use longarm mail show ID",
        });
      }
      return await postingsOf(world, tree, index, mails);
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
  const found = findPostings(messages);
  const problems = found.problems.map((problem) => problem.message);
  if (gone > 0) problems.unshift(`${gone} of ${mails.length} mails are in no archive any more, run: longarm mail sync`);
  return { chains: revisionChains(found.postings), messages: messages.length, strays: found.strays, problems };
}
