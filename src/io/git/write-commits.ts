// Writes a plan of commits: blobs, trees and commits as one pack, or a few loose objects, without any process of git.
// Only a complete plan's objects become part of the repository; refs are never touched, whatever happens.
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import { Lines } from "#model/diff";
import { entryOf } from "./packed-entry.ts";
import { checkPaths, type CommitChange, type CommitPlan, type ParentRef, printCommit } from "./commit-plan.ts";
import { sharedPieces } from "./delta.ts";
import type { RawTree } from "./entries.ts";
import type { BlobId, CommitId, ObjectId, TreeId } from "./ids.ts";
import { makeObjectWriter, type ObjectStore, type ObjectWriter } from "./object-writer.ts";
import { addEdit, makeTreeWriter, type TreeEdits } from "./tree-writer.ts";

/** Reads a tree object by a git object name: an id, or `COMMIT^{tree}`. */
export type ReadTree = (name: string) => Promise<RawTree>;

/**
 * Writes the commits in the order given and returns the id of each. The same plan gives the same ids anywhere.
 * All of them are in the repository when this returns; when it throws, none is, and no file is left behind.
 */
export async function writeCommitsTo(
  store: ObjectStore,
  readTree: ReadTree,
  plan: Iterable<CommitPlan> | AsyncIterable<CommitPlan>,
): Promise<CommitId[]> {
  const writer = makeObjectWriter(store, Array.isArray(plan) ? plan.length : 0);
  try {
    const ids = await addCommits(writer, readTree, plan);
    writer.finish();
    return ids;
  } catch (cause) {
    writer.abandon();
    throw writeFailure(cause);
  }
}

async function addCommits(
  writer: ObjectWriter,
  readTree: ReadTree,
  plan: Iterable<CommitPlan> | AsyncIterable<CommitPlan>,
): Promise<CommitId[]> {
  const trees = makeTreeWriter(writer, async (id) => (await readTree(id)).content);
  const blobs = new Map<Lines, BlobId>();
  const ids: CommitId[] = [];
  const roots: TreeId[] = [];
  const commitOf = (parent: ParentRef): CommitId => {
    const id = typeof parent === "string" ? parent : ids[parent];
    if (id === undefined)
      throw new Error(`parent ${parent} of commit ${ids.length} is not an earlier commit of the plan`);
    return id;
  };
  const rootOf = async (parent: ParentRef | null): Promise<TreeId | null> => {
    if (parent === null) return null;
    if (typeof parent === "number") return roots[parent] ?? null;
    return (await readTree(`${parent}^{tree}`)).id;
  };
  for await (const commit of plan) {
    checkPaths(commit.changes);
    const parents = [...(commit.parent === null ? [] : [commit.parent]), ...(commit.extraParents ?? [])].map(commitOf);
    const start = commit.fromTree ?? (await rootOf(commit.treeOf ?? commit.parent));
    const edits: TreeEdits = new Map();
    for (const change of commit.changes) {
      const entry = change.mode === "delete" ? null : { mode: change.mode, id: addContent(writer, blobs, change) };
      addEdit(edits, change.path, entry);
    }
    const root = (edits.size === 0 ? start : await trees.edit(start, edits)) ?? trees.empty();
    const bytes = printCommit(commit, root, parents);
    ids.push(writer.add("commit", bytes.length, (target) => target.set(bytes)) as CommitId);
    roots.push(root);
  }
  return ids;
}

function addContent(
  writer: ObjectWriter,
  blobs: Map<Lines, BlobId>,
  { content, before = null }: Exclude<CommitChange, { mode: "delete" }>,
): ObjectId {
  if (typeof content === "string") return content;
  if (!(content instanceof Lines)) return addBytes(writer, content);
  const known = blobs.get(content);
  if (known !== undefined) return known;
  const read = before === null ? null : wholeRun(before);
  const old = before === null ? undefined : (blobs.get(before) ?? (read === null ? null : entryOf(read)?.id()));
  const basis =
    before === null || old === undefined || old === null
      ? null
      : { id: old, size: before.size, pieces: sharedPieces(before, content), read };
  const id = writer.add("blob", content.size, (target) => content.copyTo(target), basis) as BlobId;
  blobs.set(content, id);
  return id;
}

/** The bytes of content that was never changed; they may be the very value that was read. */
function wholeRun({ runs, size }: Lines): Bytes | null {
  const [only] = runs;
  return runs.length === 1 && only?.bytes.length === size ? only.bytes : null;
}

function addBytes(writer: ObjectWriter, bytes: Bytes): ObjectId {
  return writer.add("blob", bytes.length, (target) => target.set(bytes));
}

/** A file error that a person can mend as a UserError; anything else as it is. */
function writeFailure(cause: unknown): unknown {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  if (code === undefined || !MENDABLE.has(code)) return cause;
  return new UserError(`cannot write commits to "${path ?? "the repository"}": "${message}"`, {
    hint: "make the repository writable and make room on the disk",
    cause,
  });
}

const MENDABLE = new Set(["ENOSPC", "EDQUOT", "ENOENT", "EFBIG", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);
