// `mail postings --json` and `mail show`: postings as records for programs, made one by one.
import type { PostingRecord, ShownPosting } from "#model/export";
import { postingRecord, shownPosting } from "#model/export";
import type { Posting, RevisionChain } from "#model/postings";
import { collectTrailers } from "#model/postings";
import { composePatches } from "#model/queue";
import { PLAIN_SETTINGS } from "./mail-settings.ts";
import type { FoundPosting, Postings } from "./postings.ts";

/** Records are the same wherever they are made: b4's order of trailers, no links, no sign-off, no cover letter in a log. */
const RECORD_SETTINGS = { ...PLAIN_SETTINGS, link: "", foldCover: false, signOff: null } as const;

/** The records of all postings of these chains, oldest first; each is made when it is asked for. */
export function* postingRecords({ chains }: Pick<Postings, "chains">): Generator<PostingRecord> {
  const found: FoundPosting[] = chains.flatMap((chain) => chain.postings.map((posting) => ({ posting, chain })));
  found.sort((a, b) => timeOf(a.posting) - timeOf(b.posting) || 0);
  for (const { posting, chain } of found) yield recordOf(posting, chain);
}

/** One posting with everything that was said about it. */
export function showPosting({ posting, chain }: FoundPosting): ShownPosting {
  return shownPosting(posting, chain, composePatches(posting, RECORD_SETTINGS), collectTrailers(posting));
}

function recordOf(posting: Posting, chain: RevisionChain): PostingRecord {
  return postingRecord(posting, chain, composePatches(posting, RECORD_SETTINGS));
}

function timeOf({ date }: Posting): number {
  return date?.time ?? Infinity;
}
