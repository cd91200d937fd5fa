// What became of a hunk, and who made the difference, in words that follow `hunk 2:`. Terminal and pages say the same.
import type { HunkOutcome } from "#model/diff";
import type { ChangedText } from "./diagnose.ts";

/** `isCompared`: expected and found lines can be shown beside it. */
export function describeHunk(outcome: HunkOutcome, isCompared: boolean, onlyWhiteSpace: boolean): string {
  if (outcome.kind === "applied") {
    const { line, offset, fuzz } = outcome;
    return `applies at line ${line}${offset === 0 ? "" : `, offset ${offset}`}${fuzz === 0 ? "" : `, fuzz ${fuzz}`}`;
  }
  const { line, fuzzNeeded, alreadyAt } = outcome;
  if (alreadyAt !== null) return `rejected at line ${line}: already applied at line ${alreadyAt}`;
  const space = onlyWhiteSpace ? ", only white space differs" : "";
  if (fuzzNeeded !== null) return `rejected at line ${line}: would apply with fuzz ${fuzzNeeded}${space}`;
  if (isCompared) return `rejected at line ${line}: it expects other lines than the file has${space}`;
  return `rejected at line ${line}: its lines are nowhere in the file`;
}

/** What a patch or commit did to the lines that were expected: `changed by` stands before its name. */
export function describeBlame({ removed, added }: ChangedText): string {
  if (removed.length > 0) return added.length > 0 ? "changed by" : "taken away by";
  return "put there by";
}

/** The same for a whole file; `reason` is why it was rejected, `movedTo` where it was moved. */
export function describeFileBlame(reason: string, movedTo: string | null): string {
  if (movedTo !== null) return `moved to ${movedTo} by`;
  return reason.includes("not exist") ? "deleted by" : "made by";
}
