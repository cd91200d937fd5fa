// Asks `git range-diff` which commits of two ranges correspond. One process for two whole ranges; it compares every commit
// of one with every commit of the other, so the caller bounds both.
import type { Path } from "#model/bytes";
import { textOf, UserError } from "#model/bytes";
import { pathspec } from "./history.ts";
import type { CommitId } from "./ids.ts";
import { parseCommitId } from "./ids.ts";
import { type Place, runGitIn } from "./run.ts";

/** The commits that are reachable from `to` and not from `from`. */
export interface CommitRange {
  readonly from: CommitId;
  readonly to: CommitId;
}

/** Two commits that git takes for versions of one change; `same` when nothing but their place differs. */
export interface CommitPair {
  readonly old: CommitId;
  readonly new: CommitId;
  readonly same: boolean;
}

/** Milliseconds for one run. */
const rangeDiffTimeout = 30_000;

/**
 * The pairs of corresponding commits, looking at these files only (none means all).
 * Null when this git cannot tell: one before 2.38 takes no paths, and one that finds too much to compare gives up.
 */
export async function rangeDiffOf(
  place: Place,
  old: CommitRange,
  made: CommitRange,
  paths: readonly Path[],
): Promise<CommitPair[] | null> {
  const args = ["-c", "core.abbrev=no", "range-diff", "--no-patch", "--no-color", "--no-notes"];
  args.push(`${old.from}..${old.to}`, `${made.from}..${made.to}`, "--", ...paths.map(pathspec));
  const output = await runGitIn(place, args, { timeout: rangeDiffTimeout, exitCodes: [0, 128, 129] }).catch(refused);
  if (output === null || output.exitCode !== 0) return null;
  const pairs: CommitPair[] = [];
  for (const [, one = "", mark, other = ""] of textOf(output.stdout).matchAll(LINE)) {
    const [first, second] = [parseCommitId(one), parseCommitId(other)];
    if (first !== null && second !== null) pairs.push({ old: first, new: second, same: mark === "=" });
  }
  return pairs;
}

/** It is evidence among others: where it takes too long or says too much, the rest has to do. */
function refused(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}

const LINE = /^ *\d+: {2}([0-9a-f]+) ([=!]) +\d+: {2}([0-9a-f]+) /gm;
