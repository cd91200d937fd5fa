// Branches that are not rebased once they are public: a build or a publishing that would rewrite one stops with a sentence.
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { publishedBranchesOf } from "#model/ledger";
import type { CommitId, Git } from "#io/git";
import { parseCommitId, shownRemote } from "#io/git";
import type { Tree } from "#io/store";

/** Throws UserError (exit code 3) when a branch with `rebase = false` would lose commits that were published; null commits are passed over. */
export async function refuseRewriting(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  branches: readonly { readonly name: string; readonly commit: CommitId | null }[],
): Promise<void> {
  const remote = tree.config.sending.publish?.remote ?? null;
  const fixed = new Set(tree.config.branches.flatMap(({ name, rebase }) => (rebase ? [] : [name as string])));
  if (remote === null || fixed.size === 0) return;
  const published = publishedBranchesOf(events, shownRemote(remote));
  for (const { name, commit } of branches) {
    const before = parseCommitId(published.get(name) ?? "");
    if (!fixed.has(name) || before === null || commit === null || before === commit) continue;
    if ((await source.find(before)) !== null && (await source.mergeBase(before, commit)) === before) continue;
    throw new UserError(
      `branch "${name}" is not rebased ("rebase = false"), but ${commit.slice(0, 12)} does not contain ${before.slice(0, 12)}, which was published`,
      {
        hint: 'take the change below its published patches back with "longarm undo", put new patches at its end, or allow it with rebase = true',
        exitCode: 3,
      },
    );
  }
}
