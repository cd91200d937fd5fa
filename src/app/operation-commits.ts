// Which commit of the tree's repository an operation is, and which operation a mail of the outbox comes from.
import { textOf } from "#model/bytes";
import type { CommitId } from "#io/git";
import { parseCommitId } from "#io/git";
import type { Tree } from "#io/store";

/** Operations looked through, newest first. */
const MAX_OPERATIONS = 100_000;

/** An operation's commit and the one before. */
export interface OperationCommit {
  readonly id: CommitId;
  readonly parent: CommitId;
}

/** The commits of operations, by id, that are in `head` and not in `not`; the one that made the tree is not among them. */
export async function operationCommits(
  tree: Tree,
  { head = "HEAD", not = [] }: { readonly head?: string; readonly not?: readonly CommitId[] } = {},
): Promise<ReadonlyMap<string, OperationCommit>> {
  const { stdout } = await tree.git.run([
    "log",
    `--max-count=${MAX_OPERATIONS}`,
    "--format=%H %P %(trailers:key=Operation,valueonly,separator=%x20)",
    head,
    ...not.map((commit) => `^${commit}`),
  ]);
  const commits = new Map<string, OperationCommit>();
  for (const line of textOf(stdout).split("\n")) {
    const [id, parent, operation] = line.trim().split(" ");
    const [commit, before] = [parseCommitId(id ?? ""), parseCommitId(parent ?? "")];
    if (commit !== null && before !== null && operation !== undefined)
      commits.set(operation, { id: commit, parent: before });
  }
  return commits;
}

/** The operation that wrote a mail, by its file name; null for a digest that was made of several. */
export function operationOf(name: string): string | null {
  return /^\d+-([0-9a-f]{12})-/.exec(name)?.[1] ?? null;
}
