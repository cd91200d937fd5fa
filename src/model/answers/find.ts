// Which patches a person means: by file name, Message-ID, commit or subject, whole or a piece of it.
// It looks through what it is given; where that comes from is the caller's business.
import type { Life } from "./life.ts";

/** What can be asked for. */
export interface Candidate {
  readonly name: string;
  /** Names that it had before. */
  readonly names: readonly string[];
  readonly title: string;
  /** Message-IDs without `<>`: of its mails, and of the postings they belong to. */
  readonly messageIds: readonly string[];
  /** Commit ids that it has or had, here and at others. */
  readonly commits: readonly string[];
  readonly queued: boolean;
}

/** What the text turned out to be. */
export type Asked = "name" | "message" | "commit" | "subject" | "piece";

export type Found =
  | { readonly kind: "found"; readonly by: Asked; readonly names: readonly string[] }
  | {
      readonly kind: "unknown";
      /** Names that look like it, the likeliest first. */
      readonly near: readonly string[];
    };

/** Names that are offered when nothing was found. */
const MAX_NEAR = 5;
/** Names less alike than this, from 0 to 1, are not offered. */
const LIKENESS = 0.4;
/** Shorter pieces are in everything. */
const MIN_PIECE = 3;
/** Longer texts are nothing that anybody typed; git's ids have 40 or 64 digits, Message-IDs at most 998 bytes. */
export const MAX_ASKED = 1000;

/** Looks for a patch in the ways above, in that order; the first that finds any decides. One name may have meant two patches: those queued come first. */
export function findAsked(text: string, candidates: readonly Candidate[]): Found {
  const asked = text.slice(0, MAX_ASKED).trim();
  const ordered = [...candidates.filter(({ queued }) => queued), ...candidates.filter(({ queued }) => !queued)];
  const file = asked.replace(/^patches\//, "");
  const isFile = (name: string): boolean => name === file || name === `${file}.patch`;
  const ways: readonly (readonly [Asked, (one: Candidate) => boolean])[] = [
    ["name", ({ name }) => isFile(name)],
    ["name", ({ names }) => names.some(isFile)],
    ["message", messageTest(asked)],
    ["commit", commitTest(asked)],
    ["subject", ({ title }) => titleKey(title) !== "" && titleKey(title) === titleKey(asked)],
    ["piece", pieceTest(asked)],
  ];
  for (const [by, test] of ways) {
    const found = ordered.filter(test);
    if (found.length > 0) return { kind: "found", by, names: found.map(({ name }) => name) };
  }
  return { kind: "unknown", near: nearest(asked, ordered) };
}

/** Whether the text can be a commit, so that it is worth while to look commits up. */
export function looksLikeCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text.trim());
}

/** The Message-IDs by which a patch can be asked for. */
export function messageIdsOf({ arrivals, notices }: Pick<Life, "arrivals" | "notices">): string[] {
  const mails = arrivals.flatMap(({ origin }) => (origin.kind === "mail" ? [origin.messageId, origin.posting] : []));
  return [...new Set([...mails, ...notices.map(({ messageId }) => messageId)])].filter((id) => id !== "");
}

/** Accepts `<id>`, `id` and an address of an archive that ends with it, such as that of a `Link:` trailer. */
function messageTest(asked: string): (one: Candidate) => boolean {
  const bare = asked.replace(/^<|>$/g, "");
  const inUrl = /^https?:\/\/.*?\/([^/\s]+@[^/\s]+)\/?$/.exec(asked)?.[1];
  const id = inUrl === undefined ? bare : decoded(inUrl);
  return ({ messageIds }) => id.includes("@") && messageIds.includes(id);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function commitTest(asked: string): (one: Candidate) => boolean {
  const digits = asked.toLowerCase();
  return ({ commits }) => looksLikeCommit(asked) && commits.some((commit) => commit.startsWith(digits));
}

/** A subject without what mail puts before it, `Re: [PATCH v2 1/3]`, and without its spacing. */
export function titleKey(title: string): string {
  return title
    .replace(/^(?:\s*(?:re|aw|fwd?):|\s*\[[^\]]{0,200}\])+/i, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function pieceTest(asked: string): (one: Candidate) => boolean {
  const piece = titleKey(asked);
  return ({ name, title }) =>
    piece.length >= MIN_PIECE && (titleKey(title).includes(piece) || name.toLowerCase().includes(piece));
}

function nearest(asked: string, candidates: readonly Candidate[]): string[] {
  const wanted = pairsOf(asked);
  const scored = candidates.map(({ name, title }) => ({
    name,
    score: Math.max(likeness(wanted, pairsOf(name.replace(/\.patch$/, ""))), likeness(wanted, pairsOf(title))),
  }));
  return scored
    .filter(({ score }) => score >= LIKENESS)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_NEAR)
    .map(({ name }) => name);
}

/** Dice's coefficient of the pairs of neighbouring characters. */
function likeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared += 1;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

/** Each pair as one number: every name and title of a tree is taken apart for a question that nothing answers. */
function pairsOf(text: string): ReadonlySet<number> {
  const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  const pairs = new Set<number>();
  for (let at = 0; at + 1 < plain.length; at += 1) pairs.add(plain.charCodeAt(at) * 0x10000 + plain.charCodeAt(at + 1));
  return pairs;
}
