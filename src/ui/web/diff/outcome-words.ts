// What became of a hunk, in a few words and a tone.
import type { HunkOutcome } from "#model/diff";

export interface ToneWords {
  readonly text: string;
  readonly tone: "good" | "warn" | "bad" | "";
}

/** Null for a hunk that went where it says: that needs no word. `isMerged`: the file was made by a merge. */
export function hunkWords(outcome: HunkOutcome, isMerged: boolean): ToneWords | null {
  if (outcome.kind === "rejected") {
    if (isMerged) return { text: "merged", tone: "warn" };
    return {
      text: outcome.alreadyAt === null ? "rejected" : `already applied at line ${outcome.alreadyAt}`,
      tone: "bad",
    };
  }
  const { line, offset, fuzz } = outcome;
  if (offset === 0 && fuzz === 0) return null;
  const parts = [
    `at line ${line}`,
    ...(offset === 0 ? [] : [`offset ${offset}`]),
    ...(fuzz === 0 ? [] : [`fuzz ${fuzz}`]),
  ];
  return { text: parts.join(", "), tone: fuzz > 0 ? "warn" : "good" };
}
