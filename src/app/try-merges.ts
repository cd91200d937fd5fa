// The merged branches of a plan that is not to be written: its branches go into a repository that is thrown away, one commit for
// what each adds, and are merged there.
import type { PlannedCommit, Tip } from "#model/branches";
import type { ConflictId, Resolution } from "#model/merge";
import { bytesOf } from "#model/bytes";
import type { CommitId, CommitPlan, Git } from "#io/git";
import { makeScratch } from "#io/git";
import type { Tree } from "#io/store";
import type { MergedBranch } from "./merge-branches.ts";
import { knownCommit, mergeBranches } from "./merge-branches.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { commitPlan } from "./write-commits.ts";

/** What the merges come to, for `work` to look at while the commits are still there. */
export async function withMerges<T>(
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  resolutions: ReadonlyMap<ConflictId, Resolution> | undefined,
  work: (merges: readonly MergedBranch[]) => Promise<T>,
): Promise<T> {
  if (tree.config.merges.length === 0) return await work([]);
  await using git = await makeScratch(tree.privateDir, source);
  return await work(await mergesIn(tree, git, planned, resolutions));
}

/** The merges, written to `git`, which must have the source's objects. */
export async function mergesIn(
  tree: Tree,
  git: Git,
  { base, plan }: QueuePlan,
  resolutions?: ReadonlyMap<ConflictId, Resolution>,
): Promise<readonly MergedBranch[]> {
  const ends = new Map<Tip, CommitId>();
  const branches = new Map<string, CommitId>();
  for (const { name, tip } of plan.branches) {
    const end = typeof tip === "string" ? knownCommit(tip) : (ends.get(tip) ?? (await joinedEnd(git, plan, tip, ends)));
    ends.set(tip, end);
    branches.set(name, end);
  }
  return await mergeBranches(tree, git, { base, branches }, resolutions);
}

/** One commit with everything between an end that is known and this one: only its files matter to a merge. */
async function joinedEnd(
  git: Git,
  { commits }: QueuePlan["plan"],
  tip: number,
  ends: ReadonlyMap<Tip, CommitId>,
): Promise<CommitId> {
  const chain: PlannedCommit[] = [];
  let at: Tip = tip;
  while (typeof at === "number" && !ends.has(at)) {
    const commit: PlannedCommit | undefined = commits[at];
    if (commit === undefined) throw new Error(`plan has no commit ${at}`);
    chain.push(commit);
    at = commit.on;
  }
  const parent = typeof at === "number" ? ends.get(at) : knownCommit(at);
  const last = chain[0];
  if (parent === undefined || last === undefined) throw new Error(`plan has no commit ${at}`);
  const changes = chain.toReversed().flatMap((commit) => commitPlan(commit).changes);
  const plan: CommitPlan = {
    parent,
    author: last.author,
    committer: last.committer,
    message: bytesOf(`${chain.length} patches\n`),
    changes: [...new Map(changes.map((change) => [change.path, change])).values()].map((change) =>
      change.mode === "delete" ? change : { path: change.path, mode: change.mode, content: change.content },
    ),
  };
  const [commit] = await git.writeCommits([plan]);
  if (commit === undefined) throw new Error("git wrote no commit for a trial");
  return commit;
}
