// One mail with its thread, and a posting with its revisions, for readers who come again and again; see mail-reader.ts.
import { setImmediate as othersTurn } from "node:timers/promises";
import type { Bytes } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { parseMessage, parseMessageId } from "#model/mail";
import type { TagRules } from "#model/postings";
import { tagRules } from "#model/postings";
import type { ShownPosting } from "#model/export";
import type { ListedMail, MailIndex } from "#io/mail-index";
import { mailNamed, relatedMails, threadListed, threadSize } from "#io/mail-index";
import type { Tree } from "#io/store";
import { showPosting } from "./posting-records.ts";
import type { FoundPosting, Postings } from "./postings.ts";
import { postingAround, postingsAmong, settingsFrom } from "./postings.ts";
import type { TreeView } from "./view.ts";

/** A mail and what the index knows of its thread. */
export interface MailThread {
  readonly mail: ListedMail;
  /** Oldest first, the mail among them; at most {@link MAX_THREAD_MAILS}. */
  readonly thread: readonly ListedMail[];
  /** All mails of the thread. */
  readonly total: number;
}

/** Mails of one thread that are given. */
export const MAX_THREAD_MAILS = 1000;
/** Of a larger mail only the beginning is parsed, in bytes. */
export const MAX_PARSED = 4 * 1024 * 1024;
/** Mails of a posting and its other revisions that are read, those of its own thread first. */
const MAX_POSTING_MAILS = 3000;
/** Bytes of them together; those behind are left out. */
const MAX_POSTING_BYTES = 64 * 1024 * 1024;

/** The mail with that Message-ID, without `<>`; "no index" when the tree has none, null when the index has not seen the mail. */
export async function mailThread(view: TreeView, messageId: string): Promise<MailThread | "no index" | null> {
  const found = await view.mails.ask((index) => {
    const mail = mailNamed(index, messageId);
    if (mail === null) return { mail };
    const { thread } = mail;
    return thread === null
      ? { mail, thread: [mail], total: 1 }
      : { mail, thread: threadListed(index, thread, MAX_THREAD_MAILS), total: threadSize(index, thread) };
  });
  if (found === null) return "no index";
  return found.mail === null ? null : found;
}

/** The first mails of a list that have no more bytes together than that, so that none needs to be read to know it. */
export function within(mails: readonly ListedMail[], bytes: number): readonly ListedMail[] {
  let total = 0;
  return mails.filter(({ size }) => (total += size) <= bytes);
}

/** The bytes of these mails, as they came; null for one that no archive gives any more. */
export async function mailBytes(view: TreeView, mails: readonly ListedMail[]): Promise<(Bytes | null)[]> {
  return await view.mails.read(
    view.tree,
    mails.map(({ mail }) => mail),
  );
}

/** These mails, parsed; of a very large one the beginning. Those that no archive gives any more are left out. */
export async function mailMessages(view: TreeView, mails: readonly ListedMail[]): Promise<Message[]> {
  return (await mailBytes(view, mails)).flatMap((bytes) => (bytes === null ? [] : [parsedMail(bytes)]));
}

/** One mail, parsed, up to {@link MAX_PARSED}. */
export function parsedMail(bytes: Bytes): Message {
  return parseMessage(bytes.length > MAX_PARSED ? bytes.subarray(0, MAX_PARSED) : bytes);
}

/** A posting with everything that was said about it. */
export interface PostingWithRevisions extends FoundPosting {
  readonly shown: ShownPosting;
}

/** The posting that this mail is part of, or answers; "no index" when the tree has none, null when there is no such posting. */
export async function postingWithRevisions(
  view: TreeView,
  messageId: string,
): Promise<PostingWithRevisions | "no index" | null> {
  const found = await postingInView(view, messageId);
  return found === null || found === "no index" ? found : { ...found, shown: showPosting(found, rulesOf(view)) };
}

/** The same without what was said about it. */
export async function postingInView(view: TreeView, messageId: string): Promise<FoundPosting | "no index" | null> {
  const wanted: MessageId | null = parseMessageId(messageId);
  const asked = await view.mails.ask((index) => ({ index, mails: wanted === null ? [] : relatedMails(index, wanted) }));
  if (asked === null) return "no index";
  if (asked.mails.length === 0) return null;
  const postings = await postingsOf(view, asked.index, asked.mails.slice(0, MAX_POSTING_MAILS));
  return postingAround(postings, messageId);
}

/** Postings that were found lately: revisions of one series are looked at one after the other. */
const FOUND = new WeakMap<MailIndex, Map<string, Postings>>();
const MAX_FOUND = 6;
/** Postings of more mails are found again each time: each mail takes its own bytes and 7.5 kB. */
const MAX_FOUND_MAILS = 500;

/** Mails that are parsed before other requests have their turn. */
const PARSED_AT_ONCE = 25;

async function postingsOf(view: TreeView, index: MailIndex, mails: readonly number[]): Promise<Postings> {
  const settings = settingsFrom(view.tree, view.events);
  const key = JSON.stringify([mails, settings]);
  const known = FOUND.get(index) ?? new Map<string, Postings>();
  FOUND.set(index, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const messages: Message[] = [];
  let size = 0;
  for (const [place, bytes] of (await view.mails.read(view.tree, mails)).entries()) {
    if (bytes === null || (size += bytes.length) > MAX_POSTING_BYTES) continue;
    if (place % PARSED_AT_ONCE === 0) await othersTurn();
    messages.push(parsedMail(bytes));
  }
  await othersTurn();
  const found = postingsAmong(messages, settings);
  if (mails.length > MAX_FOUND_MAILS) return found;
  known.set(key, found);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_FOUND) break;
    known.delete(oldest);
  }
  return found;
}

/** The rules of a tree by its configuration: tags that were collected by the same rules need not be collected again. */
const RULES = new WeakMap<Tree["config"], TagRules>();

function rulesOf({ tree: { config } }: TreeView): TagRules {
  const rules = RULES.get(config) ?? tagRules(config.mail.tags);
  RULES.set(config, rules);
  return rules;
}
