// Opens a git repository as one value: what it is, and everything that can be asked of it or written to it.
// Which processes stand behind each question is told in the files it imports.
import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve as absolute } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { textOf, UserError } from "#model/bytes";
import type { CommitPlan } from "./commit-plan.ts";
import {
  listTreeOf,
  readEntriesOf,
  readTreeFilesOf,
  readTreeOnce,
  type TreeCache,
  type TreeEntry,
  type TreeFile,
} from "./entries.ts";
import {
  diffNamesOf,
  type FileChangeName,
  isAncestorOf,
  logOf,
  type LogEntry,
  type LogOptions,
  mergeBaseOf,
} from "./history.ts";
import type { BlobId, CommitId, ObjectId, TreeId } from "./ids.ts";
import { makeDirectReader } from "./direct-reader.ts";
import { type GitObject, makeObjectReader } from "./object-reader.ts";
import { commitsInRange, type DiffAlgorithm, diffsOfCommits, type RangeCommit } from "./range.ts";
import { type Mainline, type MainlineLimits, mainlineOf } from "./mainline.ts";
import { type CommitPair, type CommitRange, rangeDiffOf } from "./range-diff.ts";
import { type PatchLog, type PatchLogLimits, patchLogOf } from "./patch-log.ts";
import { mergeTreesOf, type TreeMerge } from "./merge-trees.ts";
import { findPlain, type FoundRepository } from "./plain-repository.ts";
import { findBlobOf, type ReadBlobsOptions, readBlobsOf, readObjectsOf } from "./read-objects.ts";
import { committerDateOf, findRevision, type RefUpdate, resolveRevision, updateRefsIn } from "./refs.ts";
import { type RawCommit, rawLogOf } from "./raw-log.ts";
import { type GitOutput, type Place, runGitIn, type RunOptions } from "./run.ts";
import { clearStaleLocks } from "./stale-locks.ts";
import { type FileStatus, statusOf } from "./status.ts";
import { updateIndexOf } from "./update-index.ts";
import { writeCommitsTo } from "./write-commits.ts";

/** An open repository. Close it (or bind it with `await using`) to end its process. */
export interface Git extends AsyncDisposable {
  /** Absolute path of the work tree; null in a bare repository. */
  readonly workTree: string | null;
  /** Absolute path of the repository's own directory; of a linked work tree, its part below `worktrees/`. */
  readonly gitDir: string;
  /** Absolute path of the directory that holds `objects` and `refs`. */
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";

  /** Whether there is or was a work tree, its own or a linked one; without any, no branch is checked out. */
  hasWorkTrees(): boolean;
  /** The commit that a revision denotes; a UserError names the revision when there is none. */
  resolve(revision: string): Promise<CommitId>;
  /** Like {@link Git.resolve}, with null when there is none. */
  find(revision: string): Promise<CommitId | null>;
  /** When the commit was committed, as it says: seconds since 1970 and the zone, `1706000000 +0100`. */
  committerDate(commit: CommitId): Promise<string>;
  /** What the commit has at each path; see `readEntriesOf`. Reads the directories on the way only. */
  readEntries(commit: CommitId, paths: Iterable<Path>): Promise<Map<Path, TreeEntry>>;
  /** Every file of a commit of a small repository. */
  readTreeFiles(commit: CommitId): Promise<Map<Path, TreeFile>>;
  /** Every file of a tree by its path from there; null when there are more than `limit`. */
  listTree(tree: TreeId, limit: number): Promise<Map<Path, TreeFile> | null>;
  /** The content of each blob, each read once. Throws when one is missing, or when all together exceed the limit. */
  readBlobs(ids: Iterable<BlobId>, options?: ReadBlobsOptions): Promise<Map<BlobId, Bytes>>;
  /** The content of the blob that an abbreviated id denotes; null when there is none, or more than one. */
  findBlob(abbreviated: string): Promise<Bytes | null>;
  /** The objects one after the other in the order given, null for a missing one; reads a bounded number ahead. */
  readObjects(ids: Iterable<ObjectId> | AsyncIterable<ObjectId>): AsyncGenerator<GitObject | null>;
  /** The content of the file at `path`; null when the commit has no file there. */
  readFile(commit: CommitId, path: Path): Promise<Bytes | null>;
  /** Writes commits, no refs; see `writeCommitsTo`. */
  writeCommits(plan: Iterable<CommitPlan> | AsyncIterable<CommitPlan>): Promise<CommitId[]>;
  /** Moves all refs or none; see `updateRefsIn`. The index and work tree of a branch that is checked out stay behind. */
  updateRefs(updates: readonly RefUpdate[], message: string): Promise<void>;
  /** Makes the index say of these paths what a revision has; a path that it does not have leaves the index. */
  updateIndex(revision: string, paths: readonly Path[]): Promise<void>;
  /** Takes away what a killed git of an interrupted operation left; see `clearStaleLocks`. */
  clearStaleLocks(refs: readonly string[], journalTime: number): Promise<void>;
  status(paths?: readonly Path[]): Promise<FileStatus[]>;
  diffNames(before: CommitId, after: CommitId): Promise<FileChangeName[]>;
  log(from: CommitId, options?: LogOptions): Promise<LogEntry[]>;
  /** A newest commit that both have among their ancestors (or are); null when their histories do not meet. */
  mergeBase(one: CommitId, other: CommitId): Promise<CommitId | null>;
  /** Whether `newer` is `older` or has it among its ancestors. */
  isAncestor(older: CommitId, newer: CommitId): Promise<boolean>;
  /** Merges two commits without a work tree; see `mergeTreesOf`. */
  mergeTrees(ours: CommitId, theirs: CommitId): Promise<TreeMerge>;
  /** Logs and changed names of a whole range; see `commitsInRange`. */
  commitsInRange(from: CommitId, not: CommitId | null, limit: number): AsyncGenerator<RangeCommit>;
  /** Names of objects that each commit of a history changed, oldest first; see `rawLogOf`. */
  rawLog(from: CommitId, not: CommitId | null): AsyncGenerator<RawCommit>;
  /** What commits changed, one git process for all of them; see `diffsOfCommits`. */
  diffsOfCommits(
    commits: readonly CommitId[],
    algorithm: DiffAlgorithm,
  ): AsyncGenerator<{ readonly id: CommitId; readonly diff: Bytes }>;
  /** Which commits of two ranges correspond; see `rangeDiffOf`. */
  rangeDiff(old: CommitRange, made: CommitRange, paths: readonly Path[]): Promise<CommitPair[] | null>;
  /** The commits that only one of two commits has, with what they did to some files; bounded, see `patchLogOf`. */
  patchLog(from: CommitId, to: CommitId, paths: readonly Path[], limits?: PatchLogLimits): Promise<PatchLog>;
  /** How some files changed along the first parents of a commit, newest first; bounded, see `mainlineOf`. */
  mainline(from: CommitId, paths: readonly Path[], since: number, limits?: MainlineLimits): Promise<Mainline>;
  /** Runs any other git command in this repository, to its end; for what is rare. */
  run(args: readonly string[], options?: RunOptions): Promise<GitOutput>;
  close(): Promise<void>;
}

/**
 * Opens the repository at `dir` itself: the top of a work tree (a linked one too), a bare repository or a `.git` directory.
 * A directory below the top is not one, so that a forgotten `git init` never writes to the repository around it.
 */
export async function openGit(dir: string): Promise<Git> {
  const top = realPath(dir);
  if (!statSync(top).isDirectory()) throw new UserError(`"${dir}" is not a directory`);
  const plain = findPlain(top);
  if (plain !== null) return makeGit(plain);
  const args = [
    "--path-format=absolute",
    "--git-dir",
    "--git-common-dir",
    "--show-object-format",
    "--is-inside-work-tree",
  ];
  const output = await askAt(top, dir, ["rev-parse", ...args]);
  // A path may hold a line end, so the two answers of one word are taken from the end.
  const lines = output.split("\n");
  const insideWorkTree = lines.pop() === "true";
  const objectFormat = lines.pop() === "sha256" ? "sha256" : "sha1";
  if (lines.length !== 2) throw new UserError(`the repository's path ${JSON.stringify(top)} holds a line end`);
  const [gitDir = "", commonDir = ""] = lines;
  return makeGit({ workTree: insideWorkTree ? top : null, gitDir, commonDir, objectFormat, plain: false });
}

/** Makes an empty repository whose HEAD is `branch`, without hooks or other template files, and opens it. One that is there stays. */
export async function initRepository(
  dir: string,
  options: { readonly branch: string; readonly bare?: boolean; readonly objectFormat?: "sha1" | "sha256" },
): Promise<Git> {
  const { branch, bare = false, objectFormat = "sha1" } = options;
  mkdirSync(dir, { recursive: true });
  const args = ["init", "--quiet", "--template=", `--initial-branch=${branch}`, `--object-format=${objectFormat}`];
  await runGitIn({ cwd: dir, gitDir: null, workTree: null }, bare ? [...args, "--bare"] : args);
  return openGit(dir);
}

function makeGit(found: FoundRepository): Git {
  const place: Place = { cwd: found.workTree ?? found.gitDir, gitDir: found.gitDir, workTree: found.workTree };
  const reader = makeDirectReader(makeObjectReader(place), found);
  const trees: TreeCache = new Map();
  return {
    ...found,
    hasWorkTrees: () => found.workTree !== null || !found.plain || existsSync(join(found.commonDir, "worktrees")),
    find: (revision) => findRevision(reader, revision),
    resolve: (revision) => resolveRevision(reader, revision),
    committerDate: (commit) => committerDateOf(reader, commit),
    readEntries: (commit, paths) => readEntriesOf(reader, commit, paths, trees),
    readTreeFiles: (commit) => readTreeFilesOf(reader, commit),
    listTree: (tree, limit) => listTreeOf(reader, tree, limit),
    readBlobs: (ids, options) => readBlobsOf(reader, ids, options),
    findBlob: (abbreviated) => findBlobOf(reader, abbreviated),
    readObjects: (ids) => readObjectsOf(reader, ids),
    async readFile(commit, path) {
      const entry = (await readEntriesOf(reader, commit, [path], trees)).get(path);
      if (entry?.kind !== "blob" && entry?.kind !== "link") return null;
      return (await readBlobsOf(reader, [entry.id])).get(entry.id) ?? null;
    },
    writeCommits: (plan) => writeCommitsTo(found, (name) => readTreeOnce(reader, name, trees), plan),
    updateRefs: (updates, message) => updateRefsIn(place, updates, message),
    async updateIndex(revision, paths) {
      const commit = await resolveRevision(reader, revision);
      await updateIndexOf(place, commit, paths, await readEntriesOf(reader, commit, paths, trees));
    },
    clearStaleLocks: (refs, journalTime) => clearStaleLocks(found, refs, journalTime),
    status: (paths) => statusOf(place, paths),
    diffNames: (before, after) => diffNamesOf(place, before, after),
    log: (from, options) => logOf(place, from, options),
    mergeBase: (one, other) => mergeBaseOf(place, one, other),
    isAncestor: (older, newer) => isAncestorOf(place, older, newer),
    mergeTrees: (ours, theirs) => mergeTreesOf(place, ours, theirs),
    commitsInRange: (from, not, limit) => commitsInRange(place, from, not, limit),
    rawLog: (from, not) => rawLogOf(place, from, not),
    diffsOfCommits: (commits, algorithm) => diffsOfCommits(place, commits, algorithm),
    rangeDiff: (old, made, paths) => rangeDiffOf(place, old, made, paths),
    patchLog: (from, to, paths, limits) => patchLogOf(place, from, to, paths, limits),
    mainline: (from, paths, since, limits) => mainlineOf(place, from, paths, since, limits),
    run: (args, options) => runGitIn(place, args, options),
    close: () => reader.close(),
    [Symbol.asyncDispose]: () => reader.close(),
  };
}

function realPath(dir: string): string {
  try {
    return realpathSync.native(absolute(dir));
  } catch (cause) {
    throw new UserError(`no such directory: "${dir}"`, { cause });
  }
}

/** Asks git about the repository at `top` and not about one around it. */
async function askAt(top: string, shown: string, args: readonly string[]): Promise<string> {
  const place: Place = { cwd: top, gitDir: null, workTree: null };
  const output = await runGitIn(place, args, { exitCodes: [0, 128], ceiling: dirname(top) });
  if (output.exitCode === 0) return textOf(output.stdout).replace(/\n$/, "");
  if (/dubious ownership/.test(output.stderr)) {
    throw new UserError(`git refuses the repository "${shown}", because another user owns it`, {
      hint: `run: git config --global --add safe.directory ${top}`,
    });
  }
  throw new UserError(`"${shown}" is not a git repository`, {
    hint: `give the top directory of one, or make one with: git init ${join(shown)}`,
  });
}
