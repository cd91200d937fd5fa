// Searches everything that a tree knows for one line of text: its patches, the files that they change, commits, and the mails of its
// archives. Words of the list's filters ask for patches, prefixes of the mail search for mails, bare words for both.
import type { Filter } from "#model/answers";
import { matches, parseFilter } from "#model/answers";
import { UserError } from "#model/bytes";
import type { Found, FoundMail, ListedMail } from "#io/mail-index";
import { mailNamed, searchMails } from "#io/mail-index";
import { parseQuery } from "#model/search";
import type { AskedPatches } from "./asked.ts";
import { askedAmong } from "./asked.ts";
import type { KnownPatch } from "./rows.ts";
import type { SearchWords } from "./search-words.ts";
import { searchWords } from "./search-words.ts";
import type { TreeView } from "./view.ts";
import type { World } from "./world.ts";

/** What a search found. Each list is cut at its limit, its count is not. */
export interface FoundInTree {
  /** Patches that the whole text names: by file name, Message-ID, commit or subject; null when it names none. */
  readonly named: AskedPatches | null;
  /** The mail whose Message-ID the text is. */
  readonly mail: ListedMail | null;
  /** Null where the words ask for mails only. */
  readonly patches: Listed<KnownPatch> | null;
  /** Paths that queued patches change, and how many do. */
  readonly files: Listed<{ readonly path: string; readonly patches: number }> | null;
  /** Null where the words ask for patches only; "no index" when there is none. */
  readonly mails: Listed<FoundMail> | "no index" | null;
  readonly words: SearchWords;
  /** Sentences about what could not be searched for. */
  readonly problems: readonly string[];
}

export interface Listed<T> {
  readonly found: readonly T[];
  readonly total: number;
}

export interface SearchLimit {
  readonly patches: number;
  readonly files: number;
  readonly mails: number;
}

/** A shorter word is in every path. */
const MIN_FILE_WORD = 3;

/** Never throws for what was typed. Private remarks are no reason to be found, unless a maintainer asks (`seesPrivate`). */
export async function searchTree(
  world: World,
  view: TreeView,
  text: string,
  limit: SearchLimit,
  seesPrivate: boolean,
): Promise<FoundInTree> {
  const now = world.now().getTime();
  const words = searchWords(text);
  const problems: string[] = [];
  return {
    named: await namedBy(view, text),
    mail: await mailOf(view, text),
    patches:
      words.patches === null
        ? null
        : patchesFor(view, words.patches, { now, limit: limit.patches, seesPrivate }, problems),
    files: filesFor(view, words.bare, limit.files),
    mails: words.mails === null ? null : await mailsFor(view, words.mails, now, limit.mails, problems),
    words,
    problems,
  };
}

/** A piece of a name is no name: such patches are found by words. */
async function namedBy(view: TreeView, text: string): Promise<AskedPatches | null> {
  if (text.trim() === "") return null;
  try {
    const asked = await askedAmong(view, text);
    return asked.by === "piece" ? null : asked;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

async function mailOf(view: TreeView, text: string): Promise<ListedMail | null> {
  const id = text.trim().replace(/^<(.*)>$/s, "$1");
  if (!id.includes("@") || /\s/.test(id)) return null;
  return await view.mails.ask((index) => mailNamed(index, id));
}

function patchesFor(
  { patches }: TreeView,
  words: readonly string[],
  { now, limit, seesPrivate }: { readonly now: number; readonly limit: number; readonly seesPrivate: boolean },
  problems: string[],
): Listed<KnownPatch> {
  const parsed = parseFilter(words);
  problems.push(...parsed.problems);
  // Who looks for a patch wants to know as well that it left.
  const asksState = parsed.filter.some(({ key }) => key === "state");
  const filter: Filter = asksState ? parsed.filter : [...parsed.filter, { key: "state", value: "any", not: false }];
  const isQuestion = parsed.filter.length > 0;
  const found = isQuestion
    ? patches.filter(({ row }) => matches(seesPrivate ? row : { ...row, privateNotes: [] }, filter, now))
    : [];
  return { found: found.slice(0, limit), total: found.length };
}

function filesFor(
  { patches }: TreeView,
  bare: readonly string[],
  limit: number,
): Listed<{ readonly path: string; readonly patches: number }> | null {
  const pieces = bare.map((word) => word.toLowerCase()).filter((word) => word.length >= MIN_FILE_WORD);
  if (pieces.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { row, queued } of patches) {
    if (queued === null) continue;
    for (const path of row.files) {
      const lower = path.toLowerCase();
      if (pieces.every((piece) => lower.includes(piece))) counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  const found = [...counts].map(([path, count]) => ({ path, patches: count }));
  found.sort((a, b) => b.patches - a.patches || (a.path < b.path ? -1 : 1));
  return { found: found.slice(0, limit), total: found.length };
}

async function mailsFor(
  view: TreeView,
  words: string,
  now: number,
  limit: number,
  problems: string[],
): Promise<Listed<FoundMail> | "no index"> {
  const { query, problems: unread } = parseQuery(words, now);
  problems.push(...unread.map(({ message }) => message));
  if (query === null) return { found: [], total: 0 };
  let found: Found | null;
  try {
    found = await view.mails.ask((index) => searchMails(index, query, { limit, once: "mail" }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(`${error.message}: ${error.hint}`);
    return { found: [], total: 0 };
  }
  return found === null ? "no index" : { found: found.mails, total: found.total };
}
