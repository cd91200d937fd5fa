// `mail search`: the mails that a query finds in the tree's index. Reads no archive, so it knows what the last sync knew.
import { UserError } from "#model/bytes";
import type { Query, QueryProblem } from "#model/search";
import { parseQuery } from "#model/search";
import type { FoundMail } from "#io/mail-index";
import {
  describeMails,
  mailsOfThread,
  openExistingIndex,
  rootOfThread,
  searchMails,
  withDamageTold,
} from "#io/mail-index";
import type { Tree } from "#io/store";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** What a search gave. */
export interface SearchedMail {
  /** The newest of those found, newest first. */
  readonly mails: readonly FoundMail[];
  /** All that were found. */
  readonly total: number;
  /** What of the query could not be searched. */
  readonly problems: readonly QueryProblem[];
}

export interface SearchRequest {
  readonly query: string;
  /** Most mails that are given. */
  readonly limit: number;
  /** Give the oldest mail of each thread in which something was found, instead of the mails. */
  readonly threads: boolean;
}

/** Searches. Throws UserError when there is no index, or nothing in the query to search for. */
export async function searchMail(world: World, request: SearchRequest): Promise<SearchedMail> {
  // A question that cannot be asked is refused before a tree is looked for.
  queryOf(world, request);
  return await withTree(world, (tree) => searchMailOf(world, tree, request));
}

/** The same in a tree that is open. */
export async function searchMailOf(world: World, tree: Tree, request: SearchRequest): Promise<SearchedMail> {
  const { query, problems } = queryOf(world, request);
  const { limit, threads } = request;
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, () => {
    const found = searchMails(index, query, { limit, once: threads ? "thread" : "mail" });
    const mails = threads
      ? describeMails(
          index,
          found.mails.map((one) => rootOfThread(index, one)),
        )
      : found.mails;
    return { mails, total: found.total, problems };
  });
}

/**
 * What the mail index knows of the mail with that Message-ID (without `<>`) and of those in its thread, oldest first; null for one that
 * it has not seen. Throws UserError when there is no index.
 */
export async function mailFacts(
  tree: Tree,
  messageId: string,
): Promise<{ readonly mail: FoundMail; readonly thread: readonly FoundMail[] } | null> {
  using index = openExistingIndex(tree.privateDir);
  return await withDamageTold(index, () => {
    const query = { kind: "key", key: "message-id", value: messageId } as const;
    const [mail] = searchMails(index, query, { limit: 1, once: "mail" }).mails;
    if (mail === undefined) return null;
    const thread = mail.thread === null ? [mail.mail] : mailsOfThread(index, mail.thread, MAX_THREAD);
    return { mail, thread: describeMails(index, thread) };
  });
}

/** Mails of a thread that are told of. */
const MAX_THREAD = 1000;

function queryOf(
  world: World,
  { query: text }: SearchRequest,
): { readonly query: Query; readonly problems: readonly QueryProblem[] } {
  const { query, problems } = parseQuery(text, world.now().getTime());
  if (query !== null) return { query, problems };
  throw new UserError(`nothing to search for in "${text}"`, {
    hint: problems[0]?.message ?? "docs/formats/search.md describes the language",
  });
}
