// Moves a tree to commits that are written already, all at once: what `sync` made of two people's operations.
// As in operation.ts the one atomic step is the move of HEAD, and recover.ts finishes after a crash.
import type { Bytes, Path } from "#model/bytes";
import { fileError, UserError } from "#model/bytes";
import type { OperationId } from "#model/ledger";
import type { CommitId, Git } from "#io/git";
import { stageFiles } from "./disk.ts";
import { writeJournal } from "./journal.ts";
import { refuseLockedIndex, refuseUncommitted, withdrawals } from "./operation.ts";
import { clearUnfinished, finishOperation } from "./recover.ts";

export interface Landing {
  /** Names it in the journal: a word, and a sentence. */
  readonly operation: string;
  readonly summary: string;
  readonly from: CommitId;
  readonly to: CommitId;
  /** Operations whose waiting mails are put aside. */
  readonly withdraw: readonly OperationId[];
}

/**
 * Brings branch, work tree and index from one commit to another; the caller holds the tree's lock. Refuses to overwrite files that
 * are not as `from` has them. Killed at any moment, the tree is as before or, once the next command has looked, as after.
 */
export async function landCommits(
  tree: { readonly dir: string; readonly privateDir: string; readonly git: Git },
  { operation, summary, from, to, withdraw }: Landing,
): Promise<void> {
  const { dir, privateDir, git } = tree;
  if (from === to) return;
  const paths = (await git.diffNames(from, to)).map(({ path }) => path);
  await refuseUncommitted(tree, from, paths);
  refuseLockedIndex(git.gitDir);
  try {
    const files = new Map<Path, Bytes | null>();
    for (const path of paths) files.set(path, await git.readFile(to, path));
    stageFiles(dir, privateDir, files);
    const outbox = withdrawals(privateDir, { withdraw });
    writeJournal(privateDir, { operation, summary, before: from, after: to, files: paths, outbox });
    await git.updateRefs([{ ref: "HEAD", new: to, old: from }], `longarm: ${summary}`);
    await finishOperation(dir, privateDir, git);
  } catch (error) {
    const shown = fileError(error, dir);
    if ((await git.find("HEAD")) === from) {
      clearUnfinished(privateDir);
      throw shown;
    }
    if (!(shown instanceof UserError)) throw shown;
    throw new UserError(`${operation} took effect, but its files are not all in place: ${shown.message}`, {
      hint: "mend that; the next command puts them in place, do not run this one again",
      exitCode: 3,
      cause: error,
    });
  }
}
