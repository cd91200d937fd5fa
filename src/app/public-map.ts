// Which public commits became which, for people who have the old ids in mails, bug reports and test results.
import type { LedgerEvent } from "#model/ledger";
import type { PatchName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { PendingPublish, Tree } from "#io/store";
import { readQueue } from "#io/store";
import { lastBuildOf } from "./last-build.ts";

/** Commits of one branch that are compared. */
const MAX_COMMITS = 20_000;

/**
 * Lines `OLD NEW PATCH` for the patches whose public commit is replaced by these refs; patches are found again by their titles,
 * in the order of the branch. "" when no public commit is replaced. As a byte string, as patch names are.
 */
export async function publicMap(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  refs: PendingPublish["refs"],
): Promise<string> {
  const replaced = refs.filter(({ ref, before }) => before !== null && ref.startsWith("refs/heads/"));
  if (replaced.length === 0) return "";
  const { commits } = await lastBuildOf(tree, source, events, readQueue(tree).patches, null);
  const names = new Map<CommitId, PatchName>([...commits].map(([name, commit]) => [commit, name]));
  const lines = new Set<string>();
  for (const { before, commit } of replaced) {
    const [old, made] = [parseCommitId(before ?? ""), parseCommitId(commit ?? "")];
    if (old === null || made === null || (await source.find(old)) === null) continue;
    const left = await source.log(old, { not: [made], reverse: true, limit: MAX_COMMITS });
    const right = await source.log(made, { not: [old], reverse: true, limit: MAX_COMMITS });
    const places = new Map<string, CommitId[]>();
    for (const { id, subject } of right) places.set(subject, [...(places.get(subject) ?? []), id]);
    for (const { id, subject } of left) {
      const next = places.get(subject)?.shift();
      const name = next === undefined ? undefined : names.get(next);
      if (next !== undefined && name !== undefined) lines.add(`${id} ${next} ${name}`);
    }
  }
  return [...lines].map((line) => `${line}\n`).join("");
}
