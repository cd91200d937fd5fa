// Why a tag that was given is not in the patch, in words for whom it is about.

/** By the verdict that the ledger has; `judge-tag.ts` makes them. */
const WORDS: Readonly<Record<string, string>> = {
  mismatch: "sent by somebody else than it names",
  suggested: "only hinted at: the maintainer decides",
  refused: "not a tag that this tree takes",
  objection: "an objection, not a tag",
  lost: "given to an earlier revision",
};

/** The words for a verdict; one that is not known stays as it is. */
export function verdictWords(verdict: string): string {
  return WORDS[verdict] ?? verdict;
}
