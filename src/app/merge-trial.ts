// Tries one merge of two commits: git merges what it can, recorded resolutions solve what they can, and the rest is told.
// A clean merge is written as a commit; no ref moves.
import type { Merged } from "#model/branches";
import { mergeDate, mergeMessage } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf } from "#model/bytes";
import { linesOf } from "#model/diff";
import type { Conflict, ConflictId, Resolution } from "#model/merge";
import { conflictId, mergeLines, replay } from "#model/merge";
import type { BlobId, CommitChange, CommitId, Git, TreeMerge, UnmergedFile } from "#io/git";

/** A file that a merge leaves to a person. */
export interface MergeConflict {
  readonly path: Path;
  /** What a resolution is recorded under; null when none could be, and `reason` says why. */
  readonly id: ConflictId | null;
  readonly reason: string | null;
  readonly conflict: Conflict | null;
  readonly mode: "100644" | "100755";
}

/** What came of merging one commit into another. */
export type MergeTrial =
  | { readonly kind: "up to date" }
  | { readonly kind: "fast-forward"; readonly commit: CommitId }
  | {
      readonly kind: "merged";
      readonly commit: CommitId;
      /** Files whose conflicts were solved as before. */
      readonly resolved: readonly { readonly path: Path; readonly id: ConflictId }[];
    }
  | {
      readonly kind: "conflict";
      readonly conflicts: readonly MergeConflict[];
      /** Git's sentences. */
      readonly said: readonly string[];
      readonly tree: TreeMerge;
      /** What could be merged of the files that git could not. */
      readonly solved: readonly CommitChange[];
    };

export interface MergeInput {
  readonly ours: CommitId;
  readonly theirs: CommitId;
  readonly merged: Merged;
  /** Name of the branch that is made. */
  readonly into: string;
  readonly resolutions: ReadonlyMap<ConflictId, Resolution>;
  readonly committer: { readonly name: string; readonly email: string };
}

/** Merges `theirs` into `ours`, as `git merge` would, but with the tree's own memory of resolutions. The same input gives the same commit. */
export async function tryMerge(git: Git, input: MergeInput): Promise<MergeTrial> {
  const { ours, theirs } = input;
  if (await git.isAncestor(theirs, ours)) return { kind: "up to date" };
  if (await git.isAncestor(ours, theirs)) return { kind: "fast-forward", commit: theirs };
  const tree = await git.mergeTrees(ours, theirs);
  const { solved, resolved, open } = await solve(git, tree.unmerged, input.resolutions);
  const isWhole = open.length === 0 && (tree.said.length === 0 || tree.unmerged.length > 0);
  if (!isWhole) return { kind: "conflict", conflicts: open, said: tree.said, tree, solved };
  return { kind: "merged", commit: await writeMerge(git, input, tree, solved), resolved };
}

/** The commit of a merge whose conflicts are all solved by `changes`. */
export async function writeMerge(
  git: Git,
  { ours, theirs, merged, into, committer }: MergeInput,
  { tree }: TreeMerge,
  changes: readonly CommitChange[],
): Promise<CommitId> {
  const date = mergeDate(await git.committerDate(ours), await git.committerDate(theirs));
  const who = { ...committer, date };
  const message = mergeMessage(merged, into);
  const [commit] = await git.writeCommits([
    { parent: ours, extraParents: [theirs], fromTree: tree, author: who, committer: who, message, changes },
  ]);
  if (commit === undefined) throw new Error("git wrote no commit for a merge");
  return commit;
}

interface Solved {
  readonly solved: CommitChange[];
  readonly resolved: { readonly path: Path; readonly id: ConflictId }[];
  readonly open: MergeConflict[];
}

async function solve(
  git: Git,
  unmerged: readonly UnmergedFile[],
  resolutions: ReadonlyMap<ConflictId, Resolution>,
): Promise<Solved> {
  const result: Solved = { solved: [], resolved: [], open: [] };
  for (const file of unmerged) {
    const reason = hopeless(file);
    const blobs = reason === null ? await git.readBlobs(stagesOf(file)) : new Map<BlobId, Bytes>();
    const binary = [...blobs.values()].some((bytes) => bytes.includes(0));
    const mode = modeOf(file);
    if (reason !== null || binary) {
      const why = reason ?? "is not text";
      result.open.push({ path: file.path, id: null, reason: why, conflict: null, mode });
      continue;
    }
    const side = (version: UnmergedFile["ours"]): Bytes => (version && blobs.get(version.id)) ?? bytesOf("");
    const merged = mergeLines({
      base: linesOf(side(file.base)),
      ours: linesOf(side(file.ours)),
      theirs: linesOf(side(file.theirs)),
    });
    if (merged.kind === "merged") {
      result.solved.push({ path: file.path, mode, content: merged.lines });
      continue;
    }
    const id = conflictId(merged);
    const known = resolutions.get(id);
    const content = known === undefined ? null : replay(merged, known);
    if (content === null) result.open.push({ path: file.path, id, reason: null, conflict: merged, mode });
    else {
      result.solved.push({ path: file.path, mode, content });
      result.resolved.push({ path: file.path, id });
    }
  }
  return result;
}

function stagesOf({ base, ours, theirs }: UnmergedFile): BlobId[] {
  return [base, ours, theirs].flatMap((version) => (version === null ? [] : [version.id]));
}

/** Why no text could be a solution; null when one can. */
function hopeless({ base, ours, theirs }: UnmergedFile): string | null {
  if (ours === null || theirs === null) {
    if (base === null) return "is there on one side only, under a name that clashes";
    return ours === null && theirs === null
      ? "was renamed on both sides"
      : "was changed on one side and taken away on the other";
  }
  return [base, ours, theirs].every((version) => version === null || version.mode.startsWith("100"))
    ? null
    : "is no file with text on every side";
}

/** The mode that one side changed it to, else ours. */
function modeOf({ base, ours, theirs }: UnmergedFile): "100644" | "100755" {
  const mode = base !== null && ours?.mode === base.mode ? theirs?.mode : ours?.mode;
  return mode === "100755" ? mode : "100644";
}
