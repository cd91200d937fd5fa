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
  /** UTC. */
  readonly at: string;
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

/** A series whose newest revision came lately, with what its mails say; what the queue has of it is not in it. */
export interface PostedSeries {
  readonly newest: Omit<InboxEntry, "kind" | "queued">;
  /** Message-IDs of the mails with the patches of its newest revision, and of all earlier ones. */
  readonly mails: readonly string[];
  readonly earlier: readonly string[];
}

/**
 * The series whose newest revision came since then (milliseconds since 1970). It takes a while, and holds as long as the mail index,
 * `[mail]` of the configuration and the links between postings are the same. Throws UserError when there is no mail index.
 */
export async function postedSince(
  world: World,
  { tree }: Pick<TreeView, "tree">,
  since: number,
): Promise<readonly PostedSeries[]> {
  if (tree.config.mail.archives.length === 0) return [];
  const { chains } = await allPostings(world, since);
  const rules = tagRules(tree.config.mail.tags);
  return chains.flatMap((chain) => seriesOf(chain, rules, since) ?? []);
}

/** Those of which the newest revision is not, or not whole, in the queue. What was taken and left again is not among them. */
export function inboxOf(posted: readonly PostedSeries[], { events }: Pick<TreeView, "events">): readonly InboxEntry[] {
  const known = knownMails(livesOf(events).values());
  return posted
    .flatMap((series) => entryOf(series, known) ?? [])
    .toSorted((left, right) => right.at.localeCompare(left.at))
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

function seriesOf({ postings }: RevisionChain, rules: TagRules, since: number): PostedSeries | null {
  const newest = postings.at(-1);
  const time = newest?.date?.time ?? null;
  if (newest === undefined || newest.id === null || time === null || time < since) return null;
  const { slots } = carryTags(postings, newest, rules);
  return {
    newest: {
      id: newest.id,
      title: newest.subject,
      author: newest.sender === null ? "" : printAddress(newest.sender),
      revision: `${newest.rfc ? "RFC " : ""}${printRevision(newest.revision)}`,
      at: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
      total: newest.total,
      seen: newest.seen,
      tags: [...new Set(slots.flatMap(({ taken }) => taken.map(({ trailer }) => tagText(trailer))))],
    },
    mails: mailsOf(newest),
    earlier: postings.slice(0, -1).flatMap(mailsOf),
  };
}

function entryOf({ newest, mails, earlier }: PostedSeries, known: ReadonlyMap<string, KnownMail>): InboxEntry | null {
  const [ofNewest, ofEarlier] = [mails, earlier].map((ids) => ids.flatMap((id) => known.get(id) ?? []));
  const queued = [...(ofNewest ?? []), ...(ofEarlier ?? [])].filter(({ isQueued }) => isQueued);
  const hasOlder = ofEarlier?.some(({ isQueued }) => isQueued) ?? false;
  // All of it was taken, and perhaps left since: there is nothing to do, unless an earlier revision stayed beside it.
  if ((ofNewest?.length ?? 0) >= newest.seen && !hasOlder) return null;
  const kind = hasOlder ? "newer" : queued.length > 0 ? "partly" : "new";
  return { ...newest, kind, queued: queued.map(({ patch, revision }) => ({ patch, revision })) };
}

/** Message-IDs of the mails that patches of it came in. */
function mailsOf({ slots }: Posting): string[] {
  return slots.flatMap((slot) => slot?.message.messageId ?? []);
}
