// What a branch asks of a patch that wants to enter it, and what a patch lacks. Rules are data of the tree's configuration;
// facts come from the patch file and the ledger. It decides nothing about which patches move together: app does.
import { parseAddresses } from "#model/mail";
import type { PatchState } from "#model/ledger";
import type { PatchFile } from "#model/queue";

/** What must be true of a patch. A hold always keeps it where it is. */
export interface EnterRules {
  /** Its author, and whoever else handed it on, signed it off. */
  readonly signedOff: boolean;
  /** How many people besides its author reviewed or acknowledged it. */
  readonly reviews: number;
  /** Days in the branch it comes from. */
  readonly days: number;
  /** No fix of it waits to be folded. */
  readonly folded: boolean;
  /** No tag that a reply gave is still to be taken. */
  readonly tagsTaken: boolean;
  /** No tag was refused because somebody else sent it. */
  readonly noMismatch: boolean;
  /** No lint finds an error at the levels of the branch. */
  readonly lint: boolean;
  /** Contexts of checks that must have passed last time: `build/x86_64`. */
  readonly checks: readonly string[];
}

/** Nothing but that it is not held. */
export const NO_RULES: EnterRules = {
  signedOff: false,
  reviews: 0,
  days: 0,
  folded: false,
  tagsTaken: false,
  noMismatch: false,
  lint: false,
  checks: [],
};

export interface Candidate {
  readonly patch: PatchFile;
  readonly state: PatchState;
  /** Its fixes in the queue, as a person reads their names. */
  readonly fixes: readonly string[];
  /** Tags that arrived and were not taken, `Acked-by: A <a@example.org>`. */
  readonly untaken: readonly string[];
  /** Errors that lints found, a sentence without a subject each. */
  readonly lint: readonly string[];
}

/** One thing that a patch lacks, with the rule that asks for it. */
export interface Missing {
  readonly rule: keyof EnterRules | "held";
  /** A sentence without a subject: `has 1 of 2 reviews`. */
  readonly message: string;
}

const DAY = 86_400_000;
const REVIEW = /^(?:reviewed|acked)-by$/i;

/** Everything that `candidate` lacks at the time `now`, milliseconds since 1970; empty when it may enter. */
export function missingFor(
  { patch, state, fixes, untaken, lint }: Candidate,
  rules: EnterRules,
  now: number,
): Missing[] {
  const missing: Missing[] = [];
  const lacks = (rule: Missing["rule"], message: string): void => void missing.push({ rule, message });
  const hold = state.hold;
  if (hold !== null && !isOver(hold, patch, now)) {
    const ends = [hold.until, hold.tag, hold.person].filter((end) => end !== null);
    lacks("held", `is held${ends.length === 0 ? "" : ` until ${ends.join(", ")}`}: ${hold.reason}`);
  }
  // A cover letter is judged by its patches, and goes with them.
  if (patch.mergeOf.length > 0) return missing;
  const author = patch.author?.address.toLowerCase() ?? "";
  if (rules.signedOff && !peopleOf(patch, /^signed-off-by$/i).has(author)) {
    lacks("signedOff", "lacks the Signed-off-by of its author");
  }
  const reviewers = peopleOf(patch, REVIEW);
  reviewers.delete(author);
  if (reviewers.size < rules.reviews) lacks("reviews", `has ${reviewers.size} of ${rules.reviews} reviews`);
  if (rules.days > 0) {
    const days = state.entered === null ? 0 : Math.floor((now - Date.parse(state.entered)) / DAY);
    if (days < rules.days) lacks("days", `is ${days} of ${rules.days} days in its branch`);
  }
  if (rules.folded && fixes.length > 0) lacks("folded", `has fixes to fold: ${fixes.join(", ")}`);
  if (rules.tagsTaken && untaken.length > 0) lacks("tagsTaken", `has tags to take: ${untaken.join(", ")}`);
  const mismatches = state.tags.filter(({ verdict }) => verdict === "mismatch").map(({ tag }) => tag);
  if (rules.noMismatch && mismatches.length > 0) {
    lacks("noMismatch", `has tags that somebody else sent: ${mismatches.join(", ")}`);
  }
  if (rules.lint) for (const message of lint) lacks("lint", message);
  for (const context of rules.checks) {
    const found = state.checks.get(context);
    if (found?.state !== "success") lacks("checks", `check "${context}" ${found?.state ?? "was not run"}`);
  }
  return missing;
}

function isOver(hold: NonNullable<PatchState["hold"]>, patch: PatchFile, now: number): boolean {
  if (hold.until !== null && now >= Date.parse(hold.until)) return true;
  const { tag } = hold;
  return tag !== null && patch.trailers.some(({ key }) => key.toLowerCase() === tag.toLowerCase());
}

/** Addresses in the trailers with such keys, in lower case. */
function peopleOf(patch: PatchFile, keys: RegExp): Set<string> {
  return new Set(
    patch.trailers
      .filter(({ key }) => keys.test(key))
      .flatMap(({ value }) => parseAddresses(value).map(({ address }) => address.toLowerCase())),
  );
}
