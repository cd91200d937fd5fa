// `mail search`: the mails that a query finds in the tree's index. Reads no archive, so it knows what the last sync knew.
import { UserError } from "#model/bytes";
import type { QueryProblem } from "#model/search";
import { parseQuery } from "#model/search";
import type { FoundMail } from "#io/mail-index";
import { describeMails, openExistingIndex, rootOfThread, searchMails, withDamageTold } from "#io/mail-index";
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
export async function searchMail(world: World, { query: text, limit, threads }: SearchRequest): Promise<SearchedMail> {
  const { query, problems } = parseQuery(text, world.now().getTime());
  if (query === null) {
    throw new UserError(`nothing to search for in "${text}"`, {
      hint: problems[0]?.message ?? "docs/formats/search.md describes the language",
    });
  }
  return await withTree(world, async (tree) => {
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
  });
}
