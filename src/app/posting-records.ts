// `mail postings --json` and `mail show`: postings as records for programs, made one by one.
import type { PostingRecord, ShownPosting } from "#model/export";
import { postingRecord, shownPosting } from "#model/export";
import type { Posting, TagRules } from "#model/postings";
import { carryTags, DEFAULT_RULES } from "#model/postings";
import { composePatches } from "#model/queue";
import type { FoundPosting, Postings } from "./postings.ts";

/** Records are the same wherever they are made: b4's order of trailers, no links, no sign-off, no cover letter in a log. */
const RECORD_SETTINGS = { trailers: "b4", link: "", foldCover: false, signOff: null } as const;

/** The records of all postings of these chains, oldest first; each is made when it is asked for. */
export function* postingRecords({ chains }: Pick<Postings, "chains">): Generator<PostingRecord> {
  const found: FoundPosting[] = chains.flatMap((chain) => chain.postings.map((posting) => ({ posting, chain })));
  found.sort((a, b) => timeOf(a.posting) - timeOf(b.posting) || 0);
  for (const { posting, chain } of found) {
    const { slots } = carryTags(chain.postings, posting);
    yield postingRecord(posting, chain, composePatches(posting, RECORD_SETTINGS, slots));
  }
}

/** One posting with everything that was said about it, judged by these rules. */
export function showPosting({ posting, chain }: FoundPosting, rules: TagRules = DEFAULT_RULES): ShownPosting {
  const tags = carryTags(chain.postings, posting, rules);
  return shownPosting(posting, chain, composePatches(posting, RECORD_SETTINGS, tags.slots), tags);
}

function timeOf({ date }: Posting): number {
  return date?.time ?? Infinity;
}
