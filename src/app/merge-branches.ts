// Makes the branches that are merges of others: one commit for each part that is merged, in the configured order.
// It writes commits and moves no ref; a part that is in conflict leaves the branch where it is.
import type { Merged } from "#model/branches";
import { UserError } from "#model/bytes";
import type { ConflictId, Resolution } from "#model/merge";
import type { BranchName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { MergePart, MergeSpec, Tree } from "#io/store";
import { readFetchedTrees, readResolutions } from "#io/store";
import type { MergeInput, MergeTrial } from "./merge-trial.ts";
import { tryMerge } from "./merge-trial.ts";
import { committerOf } from "./plan-queue.ts";

/** One part of a merged branch. */
export interface MergedPart {
  /** As it is configured: a branch of this tree, or the name of another one. */
  readonly name: string;
  readonly commit: CommitId | null;
  /** `waiting` behind a conflict, or because there is no commit of it. */
  readonly outcome: MergeTrial["kind"] | "waiting";
  readonly resolved: readonly { readonly path: string; readonly id: ConflictId }[];
}

/** A merged branch, as far as it came. */
export interface MergedBranch {
  readonly name: BranchName;
  readonly parts: readonly MergedPart[];
  /** The finished branch; null when a person must look at it first, or a branch that it takes in was not built. */
  readonly commit: CommitId | null;
  /** The first part that is in conflict. */
  readonly stopped: StoppedMerge | null;
  /** What must be done before it can be made, besides solving the conflict; a sentence. */
  readonly lacks: string | null;
}

/** The merge at which a branch ended, with all that is needed to try it again. */
export interface StoppedMerge {
  readonly part: string;
  readonly input: MergeInput;
  readonly trial: Extract<MergeTrial, { kind: "conflict" }>;
}

/** The ends of the branches that were built, and the base. */
export interface Ends {
  readonly base: CommitId;
  readonly branches: ReadonlyMap<string, CommitId>;
}

/** Merges every merged branch of the tree, those above each other in order. `git` is where its commits are written. */
export async function mergeBranches(
  tree: Tree,
  git: Git,
  { base, branches }: Ends,
  resolutions: ReadonlyMap<ConflictId, Resolution> = readResolutions(tree),
): Promise<MergedBranch[]> {
  const ends = new Map(branches);
  const fetched = readFetchedTrees(tree);
  const made: MergedBranch[] = [];
  for (const spec of tree.config.merges) {
    const start = spec.start === null ? base : (ends.get(spec.start) ?? null);
    const branch = await mergeOne(tree, git, spec, start, { ends, fetched }, resolutions);
    made.push(branch);
    if (branch.commit !== null) ends.set(branch.name, branch.commit);
  }
  return made;
}

async function mergeOne(
  tree: Tree,
  git: Git,
  { name: into, parts, start: begins }: MergeSpec,
  start: CommitId | null,
  known: { readonly ends: ReadonlyMap<string, CommitId>; readonly fetched: ReadonlyMap<string, CommitId> },
  resolutions: ReadonlyMap<ConflictId, Resolution>,
): Promise<MergedBranch> {
  const done: MergedPart[] = [];
  let at = start;
  let lacks = start === null ? `branch "${begins ?? ""}" was not built` : null;
  let stopped: StoppedMerge | null = null;
  const committer = committerOf(tree);
  const seen = new Set<CommitId>();
  for (const part of parts) {
    const name = nameOf(part);
    const theirs = await commitOf(git, part, known);
    if (theirs === null && lacks === null && stopped === null) {
      lacks =
        part.kind === "branch"
          ? `branch "${name}" was not built`
          : `tree "${name}" was not fetched: longarm fetch ${name}`;
    }
    if (at === null || theirs === null || lacks !== null || stopped !== null) {
      done.push({ name, commit: theirs, outcome: "waiting", resolved: [] });
      continue;
    }
    if (theirs === at || seen.has(theirs)) {
      done.push({ name, commit: theirs, outcome: "up to date", resolved: [] });
      continue;
    }
    seen.add(theirs);
    const input = { ours: at, theirs, merged: mergedOf(part), into, resolutions, committer };
    const trial = await tryMerge(git, input);
    const resolved = trial.kind === "merged" ? trial.resolved : [];
    done.push({ name, commit: theirs, outcome: trial.kind, resolved });
    if (trial.kind === "conflict") stopped = { part: name, input, trial };
    else if (trial.kind !== "up to date") at = trial.commit;
  }
  const isWhole = stopped === null && lacks === null;
  return { name: into, parts: done, commit: isWhole ? at : null, stopped, lacks };
}

function nameOf(part: MergePart): string {
  return part.kind === "branch" ? part.name : part.tree.name;
}

function mergedOf(part: MergePart): Merged {
  return part.kind === "branch"
    ? { kind: "branch", name: part.name }
    : { kind: "tree", url: part.tree.url, branch: part.tree.branch };
}

async function commitOf(
  git: Git,
  part: MergePart,
  { ends, fetched }: { readonly ends: ReadonlyMap<string, CommitId>; readonly fetched: ReadonlyMap<string, CommitId> },
): Promise<CommitId | null> {
  if (part.kind === "branch") return ends.get(part.name) ?? null;
  const commit = fetched.get(part.tree.name);
  return commit === undefined ? null : await git.find(commit);
}

/** The merged branch of that name; UserError when the tree has none. */
export function mergeNamed(tree: Tree, name: string): MergeSpec {
  const found = tree.config.merges.find((merge) => merge.name === name);
  if (found) return found;
  throw new UserError(`no branch "${name}" in this tree is a merge`, {
    hint: `merges: ${tree.config.merges.map((merge) => merge.name).join(", ") || "none"}`,
  });
}

/** The id that a plan's tip stands for; throws on anything else. */
export function knownCommit(id: string): CommitId {
  const commit = parseCommitId(id);
  if (commit === null) throw new Error(`"${id}" is no commit id`);
  return commit;
}
