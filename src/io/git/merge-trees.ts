// Merges two commits without a work tree, as `git merge` would: the tree that comes out, and what is in conflict.
// Nothing is committed and no ref moves; what to do about a conflict is the caller's business.
import type { Path } from "#model/bytes";
import { readablePath } from "#model/bytes";
import type { FileMode } from "#model/diff";
import { type BlobId, type CommitId, parseBlobId, parseTreeId, type TreeId } from "./ids.ts";
import { type GitOutput, outputText, type Place, runGitIn } from "./run.ts";

/** One version of a file in conflict. */
export interface Stage {
  readonly mode: FileMode;
  readonly id: BlobId;
}

/** A file that git could not merge; null is a version in which it is not there. */
export interface UnmergedFile {
  readonly path: Path;
  readonly base: Stage | null;
  readonly ours: Stage | null;
  readonly theirs: Stage | null;
}

export interface TreeMerge {
  /** With git's markers in the files that are in conflict. */
  readonly tree: TreeId;
  /** Empty when the merge is clean, or when only `said` tells what is wrong. */
  readonly unmerged: readonly UnmergedFile[];
  /** Git's sentences about conflicts, for a person; empty when the merge is clean, and only then when `unmerged` is, too. */
  readonly said: readonly string[];
}

// What a person has configured must not change what comes out (git help merge-config, git help diff-config).
const SETTINGS = [
  "merge.renames=true",
  "merge.renameLimit=7000",
  "merge.directoryRenames=conflict",
  "merge.conflictStyle=merge",
  "core.attributesFile=/dev/null",
].flatMap((setting) => ["-c", setting]);

/** Milliseconds: two kernels that are a release apart take a few seconds. */
const mergeTimeout = 600_000;

/**
 * The merge that `git merge-tree --write-tree ours theirs` makes (git 2.38 or later). The objects it needs are written to the
 * repository. Histories that do not meet are merged as if they began from nothing.
 */
export async function mergeTreesOf(place: Place, ours: CommitId, theirs: CommitId): Promise<TreeMerge> {
  const output = await runGitIn(
    place,
    [...SETTINGS, "merge-tree", "--write-tree", "-z", "--messages", "--allow-unrelated-histories", ours, theirs],
    { exitCodes: [0, 1], timeout: mergeTimeout },
  );
  return parseTreeMerge(output);
}

/** Git's answer: the tree, a field for each stage, an empty field, then messages (git help merge-tree, OUTPUT). */
function parseTreeMerge(output: GitOutput): TreeMerge {
  const [first = "", ...fields] = outputText(output).split("\0");
  const tree = parseTreeId(first);
  if (tree === null) throw new Error(`git merge-tree gave "${first.slice(0, 100)}" for a tree id`);
  if (output.exitCode === 0) return { tree, unmerged: [], said: [] };
  const end = fields.indexOf("");
  const stages = end < 0 ? fields : fields.slice(0, end);
  const files = new Map<Path, { base: Stage | null; ours: Stage | null; theirs: Stage | null }>();
  for (const field of stages) {
    const found = /^(\d{6}) ([0-9a-f]{40,64}) ([123])\t([^]+)$/.exec(field);
    const id = parseBlobId(found?.[2] ?? "");
    if (found === null || id === null) throw new Error(`git merge-tree gave "${field.slice(0, 100)}" for a conflict`);
    const [, mode = "", , stage = "", path = ""] = found;
    const file = files.get(path) ?? { base: null, ours: null, theirs: null };
    files.set(path, file);
    file[stage === "1" ? "base" : stage === "2" ? "ours" : "theirs"] = { mode: mode as FileMode, id };
  }
  const said = conflictsSaid(end < 0 ? [] : fields.slice(end + 1));
  return {
    tree,
    unmerged: [...files].map(([path, versions]) => ({ path, ...versions })),
    said: files.size > 0 || said.length > 0 ? said : ["git found a conflict that it does not describe"],
  };
}

/** The sentences of messages whose type says conflict: a count, so many paths, the type, the sentence. */
function conflictsSaid(fields: readonly string[]): string[] {
  const said: string[] = [];
  for (let at = 0; at < fields.length;) {
    const count = Number(fields[at]);
    if (!Number.isInteger(count) || fields[at] === "") break;
    const [type = "", sentence = ""] = fields.slice(at + 1 + count, at + 3 + count);
    if (type.startsWith("CONFLICT")) said.push(readablePath(sentence.trim()));
    at += 3 + count;
  }
  return said;
}
