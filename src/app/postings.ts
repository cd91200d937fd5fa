// `mail postings` and `mail show`: what was posted in an archive; and the choice of one posting for other operations.
import { resolve } from "node:path";
import { UserError } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { parseMessage, parseMessageId } from "#model/mail";
import type { ManualLink, Posting, RevisionChain } from "#model/postings";
import { findPostings, printRevision, revisionChains } from "#model/postings";
import type { LedgerEvent } from "#model/ledger";
import { manualLinksOf } from "#model/ledger";
import type { ArchiveContent } from "#io/archive";
import { fetchThread, readArchive, remoteScheme } from "#io/archive";
import type { Tree } from "#io/store";
import { findTree, readLedger } from "#io/store";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** Everything posted in some archives. */
export interface Postings {
  /** Each series with its revisions, oldest first. */
  readonly chains: readonly RevisionChain[];
  readonly messages: number;
  readonly strays: readonly Message[];
  /** Sentences about damaged input, each with the archive's name. */
  readonly problems: readonly string[];
}

/** What a tree says about reading mail. */
interface ReadingSettings {
  readonly lists: readonly string[];
  readonly links: readonly ManualLink[];
}

/**
 * Reads the archives at these paths and finds the postings in them, with the lists that `tree` prefers and the links that were made
 * there; without one, with those of the tree that the person stands in, if any. `about` is the mail that is wanted, when it is one.
 */
export async function readPostings(
  world: World,
  paths: readonly string[],
  tree?: Tree,
  about: MessageId | null = null,
): Promise<Postings> {
  const settings = tree === undefined ? await settingsHere(world) : settingsOf(tree);
  const messages: Message[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    world.progress(`reading ${path}`);
    const content = await contentOf(world, path, about);
    for (const problem of content.problems) problems.push(`${path}: ${problem.message}`);
    for (const [index, bytes] of content.messages.entries()) {
      const message = parseMessage(bytes);
      if (message.headers.length === 0)
        problems.push(`${path}: message ${index + 1} has no mail header, it is passed over`);
      else messages.push(message);
    }
  }
  world.progress(`finding postings in ${messages.length} messages`);
  const found = postingsAmong(messages, settings);
  return { ...found, problems: [...problems, ...found.problems] };
}

/** What was posted, in these mails. */
export function postingsAmong(messages: readonly Message[], { lists, links }: ReadingSettings): Postings {
  const found = findPostings(messages, lists);
  const problems = found.problems.map((problem) => problem.message);
  return { chains: revisionChains(found.postings, links), messages: messages.length, strays: found.strays, problems };
}

/** The series with a posting, or an answer to one, whose Date is not before then (milliseconds); each with all of its revisions. */
export function postingsSince(found: Postings, since: number): Postings {
  const isNews = ({ date }: Message): boolean => (date?.time ?? -Infinity) >= since;
  const chains = found.chains.filter(({ postings }) => postings.some((one) => messagesOf(one).some(isNews)));
  return { ...found, chains };
}

function messagesOf({ cover, slots, extras, replies }: Posting): Message[] {
  const patches = [...slots.filter((slot) => slot !== null), ...extras.map(({ patch }) => patch)];
  return [
    ...(cover === null ? [] : [cover.message]),
    ...patches.map(({ message }) => message),
    ...replies.map(({ message }) => message),
  ];
}

/** All messages of an archive; of one on the web, where a whole list is far, only the thread of the mail that is asked about. */
async function contentOf(world: World, path: string, about: MessageId | null): Promise<ArchiveContent> {
  const scheme = remoteScheme(path);
  if (scheme === null) return await readArchive(resolve(world.cwd, path));
  const isWeb = scheme === "http" || scheme === "https";
  return isWeb && about !== null ? { messages: await fetchThread(path, about), problems: [] } : await readArchive(path);
}

async function settingsHere(world: World): Promise<ReadingSettings> {
  if (findTree(resolve(world.cwd)) === null) return { lists: [], links: [] };
  return withTree(world, (tree) => Promise.resolve(settingsOf(tree)));
}

/** What `tree` says about reading mail. */
export function settingsOf(tree: Tree): ReadingSettings {
  return settingsFrom(tree, readLedger(tree));
}

/** The same with what was read of its ledger before. */
export function settingsFrom({ config }: Pick<Tree, "config">, events: readonly LedgerEvent[]): ReadingSettings {
  return { lists: config.mail.preferLists, links: manualLinksOf(events) };
}

/** A posting and all revisions of its series. */
export interface FoundPosting {
  readonly posting: Posting;
  readonly chain: RevisionChain;
}

/** The posting with a mail of this Message-ID (with or without `<>`), or with a reply of it, and its chain. Throws UserError when there is none. */
export function postingOf(postings: Postings, id: string): FoundPosting {
  const found = postingAround(postings, id);
  if (found !== null) return found;
  throw new UserError(`no posting has the message "${id}"`, {
    hint: 'list what was posted with "longarm mail postings"',
  });
}

/** The same; null when there is none. */
export function postingAround(postings: Postings, id: string): FoundPosting | null {
  const wanted = parseMessageId(id.startsWith("<") ? id : `<${id}>`);
  for (const chain of postings.chains) {
    const posting = chain.postings.find((one) => idsOf(one).has(wanted));
    if (posting) return { posting, chain };
  }
  for (const chain of postings.chains) {
    const posting = chain.postings.find((one) => one.replies.some(({ message }) => message.messageId === wanted));
    if (posting) return { posting, chain };
  }
  return null;
}

/** The newest revision of the only series there; UserError lists the series when there are several, or says that there is none. */
export function onlyPosting(postings: Postings, shown: string): FoundPosting {
  const [chain, ...others] = postings.chains;
  if (chain === undefined) {
    throw new UserError(`no patch was found in "${shown}"`, { hint: "a patch is a mail or file with a unified diff" });
  }
  if (others.length > 0) {
    const list = postings.chains.slice(0, 10).map((one) => `  ${describe(newestOf(one))}`);
    throw new UserError(`"${shown}" holds ${postings.chains.length} series, not one`, {
      hint: `name one by its Message-ID: longarm add ID --from ${shown}\n${list.join("\n")}${postings.chains.length > 10 ? "\n  …" : ""}`,
    });
  }
  return { posting: newestOf(chain), chain };
}

/** The last posting of a chain. */
function newestOf(chain: RevisionChain): Posting {
  const posting = chain.postings.at(-1);
  if (posting === undefined) throw new Error("a chain has no posting");
  return posting;
}

function describe(posting: Posting): string {
  return `${posting.id ?? "(no id)"}  ${printRevision(posting.revision)}  ${posting.subject}`;
}

/** Message-IDs of the posting's own mails. */
function idsOf(posting: Posting): Set<string | null> {
  return new Set([
    posting.id,
    posting.cover?.message.messageId ?? null,
    ...posting.slots.map((slot) => slot?.message.messageId ?? null),
    ...posting.extras.map(({ patch }) => patch.message.messageId),
  ]);
}
