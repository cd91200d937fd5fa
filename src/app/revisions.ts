// The revisions of a patch's series that were posted, as far as the tree's mail index knows.
import { UserError } from "#model/bytes";
import { printRevision } from "#model/postings";
import type { Tree } from "#io/store";
import { findMails } from "./find-mail.ts";
import type { FoundPosting } from "./postings.ts";
import { postingOf } from "./postings.ts";
import type { World } from "./world.ts";

export interface PostedRevision {
  /** `v5`, and whether it was an RFC. */
  readonly revision: string;
  readonly rfc: boolean;
  /** Of its cover letter or first patch, without `<>`. */
  readonly messageId: string;
  /** UTC; null when the mail has no date that can be read. */
  readonly at: string | null;
  readonly subject: string;
}

/** All revisions of the series that has this mail, oldest first; null when the tree has no archives, or they do not have it. */
export async function revisionsOf(world: World, tree: Tree, messageId: string): Promise<PostedRevision[] | null> {
  if (tree.config.mail.archives.length === 0) return null;
  try {
    return revisionsIn(postingOf(await findMails(world, tree, [], [messageId]), messageId));
  } catch (error) {
    // No index yet, or a mail that it has not seen: what the ledger knows can be shown all the same.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The newest revision, when it was posted after the one that is `queued` (Message-ID of its posting); null also when that is not known. */
export function newerRevision(posted: readonly PostedRevision[] | null, queued: string): PostedRevision | null {
  const place = posted?.findIndex(({ messageId }) => messageId === queued) ?? -1;
  const newest = posted?.at(-1);
  return place < 0 || newest === undefined || newest.messageId === queued ? null : newest;
}

/** The revisions of a posting's series, oldest first. */
export function revisionsIn({ chain }: FoundPosting): PostedRevision[] {
  return chain.postings.map(({ revision, rfc, id, date, subject }) => ({
    revision: printRevision(revision),
    rfc,
    messageId: id ?? "",
    at: momentOf(date?.time ?? null),
    subject,
  }));
}

function momentOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
