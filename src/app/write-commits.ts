// Carries out a build plan but for its refs: writes the commits, and makes sure that the branches may move.
import { textOf, UserError } from "#model/bytes";
import type { BuildPlan } from "#model/branches";
import type { FileChange } from "#model/files";
import type { CommitChange, CommitId, CommitPlan, Git } from "#io/git";

/** One branch and where it points now. */
export interface BuiltBranch {
  readonly name: string;
  readonly commit: CommitId | null;
  /** Where its ref was before; null when it is new. */
  readonly before: CommitId | null;
  /** Patches of its stretch, and how many of them are in it. */
  readonly patches: number;
  readonly applied: number;
  readonly complete: boolean;
}

/**
 * Writes the plan's commits and says where each branch is to go; no ref moves. `known` says where this tree's last builds
 * left each branch: one that is elsewhere makes a UserError, unless `known` is null.
 */
export async function writeCommits(
  source: Git,
  base: CommitId,
  plan: BuildPlan,
  known: ReadonlyMap<string, string> | null,
): Promise<BuiltBranch[]> {
  const ids = await source.writeCommits(plan.commits.map((commit) => commitPlan(commit, base)));
  const branches: BuiltBranch[] = [];
  for (const { name, tip, complete, patches, applied } of plan.branches) {
    const commit = tip === null ? base : (ids[tip] ?? null);
    branches.push({ name, commit, before: await source.find(`refs/heads/${name}`), patches, applied, complete });
  }
  const moved = branches.filter((branch) => branch.commit !== branch.before);
  await refuseCheckedOut(source, moved);
  if (known !== null) refuseForeign(moved, known);
  return branches;
}

function commitPlan(commit: BuildPlan["commits"][number], base: CommitId): CommitPlan {
  return {
    parent: commit.parent ?? base,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    changes: commit.changes.map(commitChange),
  };
}

function commitChange({ path, after }: FileChange): CommitChange {
  return after === null ? { path, mode: "delete" } : { path, mode: after.mode, content: after.lines.bytes };
}

/** Moving a checked-out branch would make its work tree look changed. */
async function refuseCheckedOut(source: Git, moved: readonly BuiltBranch[]): Promise<void> {
  const { stdout } = await source.run(["worktree", "list", "--porcelain"]);
  const checkedOut = new Set([...textOf(stdout).matchAll(/^branch refs\/heads\/(.*)$/gm)].map((found) => found[1]));
  const clash = moved.find(({ name }) => checkedOut.has(name));
  if (clash) {
    throw new UserError(`branch "${clash.name}" is checked out in the source repository, so it cannot be rebuilt`, {
      hint: "check out another branch there, or use a bare clone as source",
      exitCode: 3,
    });
  }
}

/** A branch that somebody else made, or moved since, holds work that a rebuild would lose from sight. */
function refuseForeign(moved: readonly BuiltBranch[], known: ReadonlyMap<string, string>): void {
  const foreign = moved.find(({ name, before }) => before !== null && before !== known.get(name));
  if (foreign) {
    throw new UserError(
      `branch "${foreign.name}" of the source repository is at ${foreign.before ?? ""}, which this tree did not build`,
      { hint: "rename it there, or let the build move it with --take-over", exitCode: 3 },
    );
  }
}
