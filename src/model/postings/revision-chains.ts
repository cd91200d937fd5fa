// Which posting replaces which. Compares postings only; never changes one. What a person said wins, everything else is a guess that
// says why and how sure.
import type { MessageId } from "#model/mail";
import { findOlder, indexPostings, messagesOf, timeOf, type LinkReason } from "./find-older.ts";
import type { Posting } from "./posting.ts";

/** `newer` replaces `older`. */
export interface RevisionLink {
  readonly newer: Posting;
  readonly older: Posting;
  /** Strongest first. */
  readonly reasons: readonly LinkReason[];
  /**
   * `manual`: a person said so. `certain`: one change-id, or the sender says that it supersedes the other one.
   * `likely`: the sender shows it by thread or archive link, or two other reasons agree. `guess`: one other reason.
   */
  readonly confidence: Confidence;
}

/** How sure a link is, from the least to the most. */
export type Confidence = "guess" | "likely" | "certain" | "manual";

/** All revisions of one series. */
export interface RevisionChain {
  /** Oldest first. */
  readonly postings: readonly Posting[];
  /** One for each posting but the first. */
  readonly links: readonly RevisionLink[];
}

/** What a person decided about two postings, each named by any of its own mails. */
export interface ManualLink {
  readonly newer: MessageId;
  readonly older: MessageId;
  /** `revision`: `newer` is the next revision of `older`. `unrelated`: they are not of one series, whatever else speaks for it. */
  readonly kind: "revision" | "unrelated";
}

/** A chain in the making. */
interface Chain {
  postings: Posting[];
  links: RevisionLink[];
}

/**
 * Joins postings, given in any order, into chains; a posting without relatives is a chain of one. Oldest chain first.
 * Of several manual links about one pair the last counts; one that names a mail which no posting has says nothing.
 */
export function revisionChains(postings: readonly Posting[], manualLinks: readonly ManualLink[] = []): RevisionChain[] {
  const sorted = postings.toSorted((a, b) => timeOf(a) - timeOf(b) || 0);
  const said = readManual(sorted, manualLinks);
  const seen = indexPostings();
  const chainOf = new Map<Posting, Chain>();
  for (const posting of sorted) {
    const manual = said.older.get(posting);
    const chosen = manual !== undefined && chainOf.has(manual) ? manual : null;
    const barred = new Set([...(said.unrelated.get(posting) ?? [])].map((other) => chainOf.get(other)));
    const link =
      manual === undefined
        ? findOlder(posting, seen, (older) => !barred.has(chainOf.get(older)))
        : chosen && manualLink(posting, chosen);
    const home = link === null ? undefined : chainOf.get(link.older);
    const chain = home ?? { postings: [], links: [] };
    if (link !== null && home !== undefined) chain.links.push(link);
    chain.postings.push(posting);
    chainOf.set(posting, chain);
    seen.add(posting);
  }
  joinBackwards(said.older, chainOf);
  const chains = [...new Set(sorted.flatMap((posting) => chainOf.get(posting) ?? []))];
  return chains.filter((chain) => chain.postings.length > 0);
}

// A person may say that a posting replaces one with a later date: clocks err.
function joinBackwards(older: ReadonlyMap<Posting, Posting>, chainOf: Map<Posting, Chain>): void {
  for (const [newer, above] of older) {
    const [chain, home] = [chainOf.get(newer), chainOf.get(above)];
    if (chain === undefined || home === undefined || chain === home) continue;
    for (const posting of chain.postings) chainOf.set(posting, home);
    home.postings = [...home.postings, ...chain.postings];
    home.links = [...home.links, manualLink(newer, above), ...chain.links.filter((link) => link.newer !== newer)];
    chain.postings = [];
  }
}

function manualLink(newer: Posting, older: Posting): RevisionLink {
  return { newer, older, reasons: ["manual"], confidence: "manual" };
}

interface Said {
  readonly older: ReadonlyMap<Posting, Posting>;
  readonly unrelated: ReadonlyMap<Posting, ReadonlySet<Posting>>;
}

function readManual(postings: readonly Posting[], links: readonly ManualLink[]): Said {
  const older = new Map<Posting, Posting>();
  const unrelated = new Map<Posting, Set<Posting>>();
  if (links.length === 0) return { older, unrelated };
  const byMessage = new Map<MessageId, Posting>();
  for (const posting of postings) {
    for (const { messageId } of messagesOf(posting)) if (messageId !== null) byMessage.set(messageId, posting);
  }
  for (const link of links) {
    const [one, other] = [byMessage.get(link.newer), byMessage.get(link.older)];
    if (one === undefined || other === undefined || one === other) continue;
    // Nothing speaks for a pair in either direction once a person parted it.
    for (const [left, right] of [
      [one, other],
      [other, one],
    ] as const) {
      if (older.get(left) === right) older.delete(left);
      const parted = unrelated.get(left) ?? new Set<Posting>();
      unrelated.set(left, parted);
      if (link.kind === "unrelated") parted.add(right);
      else parted.delete(right);
    }
    if (link.kind === "revision") older.set(one, other);
  }
  return { older, unrelated };
}
