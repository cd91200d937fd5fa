// What was posted lately, for a page that is looked at again and again: by what the mail index knows of subjects and threads, so that
// no mail is read. What a posting holds is found by postings.ts.
import type { SubjectParts } from "#model/postings";
import { parseSubject, printRevision } from "#model/postings";
import type { ListedMail, MailIndex, MailPlace } from "#io/mail-index";
import { newestMails, threadListed } from "#io/mail-index";
import type { TreeView } from "./view.ts";

/** One version of a series, or a single patch. */
export interface RecentPosting {
  /** Its cover letter, else the first of its patches that is here. */
  readonly root: ListedMail;
  readonly title: string;
  /** `v5`. */
  readonly revision: string;
  readonly rfc: boolean;
  /** How many patches its subjects promise. */
  readonly total: number;
  /** Message-IDs of its patches that are here, in order. */
  readonly patches: readonly string[];
  /** Mails of its thread that are no part of it. */
  readonly answers: number;
  /** Where the list goes on behind it. */
  readonly place: MailPlace;
}

export interface RecentPostings {
  /** Newest first. */
  readonly postings: readonly RecentPosting[];
  /** Where the next page begins; null when this is the last one. */
  readonly next: MailPlace | null;
}

/** Mails that are looked through for one page: behind more answers than that without a patch the page ends early. */
const MAX_WALK = 5000;
const CHUNK = 200;
/** Mails of one thread that are looked at. */
const MAX_THREAD = 1000;

/** The postings behind that place, or the newest; null when the tree has no mail index. */
export async function recentPostings(
  view: TreeView,
  after: MailPlace | null,
  limit: number,
): Promise<RecentPostings | null> {
  return await view.mails.ask((index) => walk(index, after, limit));
}

function walk(index: MailIndex, after: MailPlace | null, limit: number): RecentPostings {
  const postings: RecentPosting[] = [];
  const threads = new Map<number, readonly RecentPosting[]>();
  let place = after;
  for (let seen = 0; seen < MAX_WALK; seen += CHUNK) {
    const mails = newestMails(index, place, CHUNK);
    for (const mail of mails) {
      place = { received: mail.received, mail: mail.mail };
      const parts = parseSubject(mail.subject);
      if (!parts.patch || parts.reply || mail.thread === null) continue;
      const known = threads.get(mail.thread) ?? postingsIn(threadListed(index, mail.thread, MAX_THREAD));
      threads.set(mail.thread, known);
      const posting = known.find(({ root }) => root.mail === mail.mail);
      if (posting === undefined) continue;
      postings.push(posting);
      if (postings.length === limit) return { postings, next: place };
    }
    if (mails.length < CHUNK) return { postings, next: null };
  }
  return { postings, next: place };
}

interface Member {
  readonly mail: ListedMail;
  readonly parts: SubjectParts;
}

/** The postings of one thread: patches of one sender and one revision belong together. */
function postingsIn(thread: readonly ListedMail[]): RecentPosting[] {
  const groups = new Map<string, Member[]>();
  for (const mail of thread) {
    const parts = parseSubject(mail.subject);
    if (!parts.patch || parts.reply || parts.amends === "fix") continue;
    const key = `${mail.address} ${printRevision(parts.revision)} ${parts.total ?? 1}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ mail, parts }]);
    else if (group.every(({ mail: { messageId } }) => messageId !== mail.messageId)) group.push({ mail, parts });
  }
  const members = [...groups.values()].reduce((count, group) => count + group.length, 0);
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => (a.parts.counter ?? 1) - (b.parts.counter ?? 1));
    const [first] = sorted;
    if (first === undefined) return [];
    const { mail: root, parts } = first;
    const patches = sorted.filter((one) => one.parts.counter !== 0).map(({ mail }) => mail.messageId);
    return [
      {
        root,
        title: parts.title,
        revision: printRevision(parts.revision),
        rfc: parts.rfc,
        total: Math.max(parts.total ?? 1, patches.length),
        patches,
        answers: thread.length - members,
        place: { received: root.received, mail: root.mail },
      },
    ];
  });
}
