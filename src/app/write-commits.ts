// Carries out a build plan but for its refs: writes the commits, and makes sure that the branches may move.
import type { Bytes } from "#model/bytes";
import { byteString, textOf, UserError } from "#model/bytes";
import type { BuildPlan, Tip } from "#model/branches";
import type { FileChange } from "#model/files";
import type { CommitChange, CommitId, CommitPlan, Git, ParentRef } from "#io/git";
import { parseCommitId } from "#io/git";

/** One branch and where it points now. */
export interface BuiltBranch {
  readonly name: string;
  /** Null after a check or a dry run. */
  readonly commit: CommitId | null;
  /** Where its ref was before; null when it is new. */
  readonly before: CommitId | null;
  /** Patches of its stretch, and how many of them are in it. */
  readonly patches: number;
  readonly applied: number;
  readonly complete: boolean;
}

/** What became of a plan: its commits' ids in its order, and where each branch is to go. */
export interface WrittenPlan {
  readonly commits: readonly CommitId[];
  readonly branches: readonly BuiltBranch[];
}

/**
 * Writes the plan's commits and says where each branch is to go; no ref moves. `known` says where this tree's builds left each
 * branch, see {@link refuseMoves}.
 */
export async function writeCommits(source: Git, plan: BuildPlan, known: Known | null): Promise<WrittenPlan> {
  // Git looks while the commits are written.
  const looking = checkedOutBranches(source);
  looking.catch(() => undefined);
  const ids = plan.commits.length === 0 ? [] : await source.writeCommits(plan.commits.map(commitPlan));
  const branches: BuiltBranch[] = [];
  for (const { name, tip, complete, patches, applied } of plan.branches) {
    branches.push({
      name,
      commit: commitAt(tip, ids),
      before: await source.find(`refs/heads/${name}`),
      patches,
      applied,
      complete,
    });
  }
  const moved = branches.filter((branch) => branch.commit !== branch.before);
  refuseCheckedOut(await looking, moved);
  if (known !== null) refuseForeign(moved, known);
  return { commits: ids, branches };
}

/** Branch name to every commit that builds of this tree left it at. */
type Known = ReadonlyMap<string, ReadonlySet<string>>;

/** Throws UserError when a branch may not move: it is checked out, or it is where no build left it and `known` is not null. */
export async function refuseMoves(
  source: Git,
  branches: readonly Pick<BuiltBranch, "name" | "before" | "commit">[],
  known: Known | null,
): Promise<void> {
  const moved = branches.filter(({ commit, before }) => commit !== before);
  if (moved.length === 0) return;
  refuseCheckedOut(await checkedOutBranches(source), moved);
  if (known !== null) refuseForeign(moved, known);
}

/** The commit at a tip of a plan whose commits got these ids. */
export function commitAt(tip: Tip, ids: readonly CommitId[]): CommitId {
  const commit = typeof tip === "number" ? ids[tip] : parseCommitId(tip);
  if (commit === null || commit === undefined) throw new Error(`plan has no commit "${tip}"`);
  return commit;
}

function parentOf(tip: Tip): ParentRef {
  return typeof tip === "number" ? tip : commitAt(tip, []);
}

/** A planned commit as git writes it; a numeric parent stays the index that it is. */
export function commitPlan(commit: BuildPlan["commits"][number]): CommitPlan {
  const merged = commit.merges === null ? null : parentOf(commit.merges);
  return {
    parent: parentOf(commit.parent),
    ...(merged === null ? {} : { extraParents: [merged], treeOf: merged }),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    changes: commit.changes.map(commitChange),
  };
}

/** The commit that a submodule's text names; push has refused any other text. */
function submoduleCommit(text: Bytes): CommitId {
  const id = parseCommitId(/^Subproject commit ([0-9a-f]+)\n?$/.exec(byteString(text))?.[1] ?? "");
  if (id === null) throw new Error(`submodule text "${byteString(text)}" names no commit`);
  return id;
}

function commitChange({ path, before, after }: FileChange): CommitChange {
  if (after === null) return { path, mode: "delete" };
  if (after.mode === "160000") return { path, mode: after.mode, content: submoduleCommit(after.lines.bytes) };
  return { path, mode: after.mode, content: after.lines, before: before?.lines ?? null };
}

async function checkedOutBranches(source: Git): Promise<ReadonlySet<string>> {
  if (!source.hasWorkTrees()) return new Set();
  const { stdout } = await source.run(["worktree", "list", "--porcelain"]);
  return new Set([...textOf(stdout).matchAll(/^branch refs\/heads\/(.*)$/gm)].map((found) => found[1] ?? ""));
}

/** Moving a checked-out branch would make its work tree look changed. */
function refuseCheckedOut(checkedOut: ReadonlySet<string>, moved: readonly Pick<BuiltBranch, "name">[]): void {
  const clash = moved.find(({ name }) => checkedOut.has(name));
  if (clash) {
    throw new UserError(`branch "${clash.name}" is checked out in the source repository, so it cannot be rebuilt`, {
      hint: "check out another branch there, or use a bare clone as source",
      exitCode: 3,
    });
  }
}

/** A branch that somebody else made, or moved since, holds work that a rebuild would lose from sight. */
function refuseForeign(moved: readonly Pick<BuiltBranch, "name" | "before">[], known: Known): void {
  const foreign = moved.find(({ name, before }) => before !== null && known.get(name)?.has(before) !== true);
  if (foreign) {
    throw new UserError(
      `branch "${foreign.name}" of the source repository is at ${foreign.before ?? ""}, which this tree did not build`,
      { hint: "rename it there, or let the build move it with --take-over", exitCode: 3 },
    );
  }
}
