// The inbox: series of the mail index of which the newest revision is not, or not whole, in the queue. It reads mails; what is done
// with a posting is for `add` and `update`.
import { livesOf } from "#model/answers";
import type { Life } from "#model/answers";
import { printAddress } from "#model/mail";
import { carryTags, printRevision, tagRules } from "#model/postings";
import type { Posting, RevisionChain, TagRules } from "#model/postings";
import { allPostings } from "./find-mail.ts";
import { tagText } from "./tag-records.ts";
import type { TreeView } from "./view.ts";
import type { World } from "./world.ts";

/** One series, as its newest revision. */
export interface InboxEntry {
  /** Message-ID of the posting, without `<>`. */
  readonly id: string;
  readonly title: string;
  /** `Name <address>`. */
  readonly author: string;
  /** `v2`, `RFC v1`. */
  readonly revision: string;
  /** UTC; null when its mail has no date that can be read. */
  readonly at: string | null;
  /** Patches that its subjects promise, and those that are there. */
  readonly total: number;
  readonly seen: number;
  /** Tags that replies gave to its patches, or to the same changes before. */
  readonly tags: readonly string[];
  /** `new`: nothing of the series is queued; `newer`: an earlier revision is; `partly`: some patches of this one are. */
  readonly kind: "new" | "newer" | "partly";
  /** The patches of the series that are queued, and of which revision. */
  readonly queued: readonly { readonly patch: string; readonly revision: string }[];
}

/** More entries are not given; the newest come first. */
export const MAX_INBOX = 200;

/**
 * What came since then (milliseconds since 1970) and is not in the queue. What was taken and left again is not there, unless a newer
 * revision came. Throws UserError when there is no mail index.
 */
export async function inbox(world: World, { tree, events }: TreeView, since: number): Promise<readonly InboxEntry[]> {
  if (tree.config.mail.archives.length === 0) return [];
  const { chains } = await allPostings(world, since);
  const rules = tagRules(tree.config.mail.tags);
  const known = knownMails(livesOf(events).values());
  return chains
    .flatMap((chain) => entryOf(chain, known, rules, since) ?? [])
    .toSorted((left, right) => (right.at ?? "").localeCompare(left.at ?? ""))
    .slice(0, MAX_INBOX);
}

/** What the ledger knows of a mail: the patch that it became, and whether that is still there. */
interface KnownMail {
  readonly patch: string;
  readonly revision: string;
  readonly isQueued: boolean;
}

function knownMails(lives: Iterable<Life>): ReadonlyMap<string, KnownMail> {
  const known = new Map<string, KnownMail>();
  for (const { name: patch, gone, state } of lives) {
    const { origin } = state;
    if (origin?.kind !== "mail") continue;
    const isQueued = gone === null;
    if (known.get(origin.messageId)?.isQueued === true && !isQueued) continue;
    known.set(origin.messageId, { patch, revision: origin.revision, isQueued });
  }
  return known;
}

function entryOf(
  chain: RevisionChain,
  known: ReadonlyMap<string, KnownMail>,
  rules: TagRules,
  since: number,
): InboxEntry | null {
  const newest = chain.postings.at(-1);
  if (newest === undefined || newest.id === null || (newest.date?.time ?? -Infinity) < since) return null;
  const ofNewest = mailsOf(newest).flatMap((id) => known.get(id) ?? []);
  const ofOthers = chain.postings.slice(0, -1).flatMap((one) => mailsOf(one).flatMap((id) => known.get(id) ?? []));
  const queued = [...ofNewest, ...ofOthers].filter(({ isQueued }) => isQueued);
  const isTaken = ofNewest.length >= newest.seen;
  const hasOlder = ofOthers.some(({ isQueued }) => isQueued);
  // All of it was taken, and perhaps left since: there is nothing to do, unless an earlier revision stayed beside it.
  if (isTaken && !hasOlder) return null;
  const time = newest.date?.time ?? null;
  const { slots } = carryTags(chain.postings, newest, rules);
  return {
    id: newest.id,
    title: newest.subject,
    author: newest.sender === null ? "" : printAddress(newest.sender),
    revision: `${newest.rfc ? "RFC " : ""}${printRevision(newest.revision)}`,
    at: time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    total: newest.total,
    seen: newest.seen,
    tags: [...new Set(slots.flatMap(({ taken }) => taken.map(({ trailer }) => tagText(trailer))))],
    kind: hasOlder ? "newer" : queued.length > 0 ? "partly" : "new",
    queued: queued.map(({ patch, revision }) => ({ patch, revision })),
  };
}

/** Message-IDs of the mails that patches of it came in. */
function mailsOf({ slots }: Posting): string[] {
  return slots.flatMap((slot) => slot?.message.messageId ?? []);
}
