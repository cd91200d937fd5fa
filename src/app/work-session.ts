// Work on one patch in a throw-away work tree: opened, worked in, found again after a crash, taken away.
// What is done with the files that come back is the business of edit.ts and resolve.ts.
import type { PlannedCommit, Tip } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, UserError } from "#model/bytes";
import { blobId, linesOf } from "#model/diff";
import type { FileEntry } from "#model/files";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { CommitChange, CommitId, CommitPlan, Git, WorkFile } from "#io/git";
import { makeWorkTree, openGit, parseCommitId, readWorkTree, removeWorkTree, runInWorkTree } from "#io/git";
import type { PendingWork, Tree } from "#io/store";
import {
  leftWorkDirs,
  readPatchBytes,
  readPendingWork,
  removePendingWork,
  takeLock,
  workDir,
  writePendingWork,
} from "#io/store";
import type { QueuePlan } from "./plan-queue.ts";
import { committerOf } from "./plan-queue.ts";
import type { World } from "./world.ts";
import { commitPlan } from "./write-commits.ts";

/** How the work is done: by a command, in a shell on the terminal, or later by whoever continues it. */
export type Work =
  | (OnTerminal & { readonly kind: "command"; readonly command: readonly string[] })
  | (OnTerminal & { readonly kind: "shell"; readonly shell: string })
  | { readonly kind: "wait" };

interface OnTerminal {
  /** Keeps the program's output from standard output. */
  readonly quiet: boolean;
  /** Called when the terminal is about to be the program's. */
  readonly begin: () => void;
}

/** A work tree to open. */
export interface SessionPlan {
  readonly kind: PendingWork["kind"];
  readonly patch: PatchName;
  readonly paths: ReadonlySet<Path>;
  /** The commit to check out. */
  readonly tip: Tip;
  /** Whether a commit without changes shall stand on it, because the patch makes none. */
  readonly isEmpty: boolean;
  readonly files: ReadonlyMap<Path, WorkFile | null>;
  readonly conflicts: PendingWork["conflicts"];
}

/** Refuses a second work tree: one person works on one patch at a time, and the other one would be forgotten. */
export function refuseWaiting(tree: Tree): void {
  const waiting = readPendingWork(tree.privateDir);
  if (waiting === null) return;
  throw new UserError(
    `work on "${showName(waiting.patch as PatchName)}" waits in "${workDir(tree.privateDir, waiting.dir)}"`,
    {
      hint: `take it back with: longarm ${waiting.kind} --continue, or throw it away with: longarm ${waiting.kind} --abort`,
      exitCode: 3,
    },
  );
}

/** Makes the work tree and notes it. The caller has planned without the lock; nothing of the tree itself changes. */
export async function openSession(
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  plan: SessionPlan,
): Promise<PendingWork> {
  using _lock = takeLock(tree.privateDir, plan.kind);
  refuseWaiting(tree);
  for (const left of leftWorkDirs(tree.privateDir)) removeWorkTree(workDir(tree.privateDir, left));
  const name = dirName(plan.patch);
  const dir = workDir(tree.privateDir, name);
  let head: CommitId;
  try {
    head = await makeWorkTree({
      dir,
      source,
      paths: plan.paths,
      files: plan.files,
      head: async (git) => await commitFor(git, tree, planned, plan),
    });
  } catch (error) {
    removeWorkTree(dir);
    throw error;
  }
  const { kind, patch, conflicts } = plan;
  const patchId = idOf(readPatchBytes(tree, patch));
  const session: PendingWork = { kind, patch, dir: name, head, patchId, conflicts };
  writePendingWork(tree.privateDir, session);
  return session;
}

/** The patch's name as a directory that a shell prompt can show. */
function dirName(patch: PatchName): string {
  const name = patch.replace(/\.(?:patch|diff)$/, "").replace(/[^A-Za-z0-9._+-]+/g, "-");
  return name.replace(/^[.-]+/, "") || "patch";
}

export function idOf(bytes: Bytes): string {
  return blobId(bytes);
}

/** Patches below the one that is worked on that get a commit each where no build has made it; those below them share one. */
const MAX_HISTORY = 100;

/** The commit of a tip, written to the work tree's repository where no build has made it. */
async function commitFor(git: Git, tree: Tree, planned: QueuePlan, plan: SessionPlan): Promise<CommitId> {
  const chain: PlannedCommit[] = [];
  let at = plan.tip;
  while (typeof at === "number") {
    const commit = planned.plan.commits[at];
    if (commit === undefined) throw new Error(`plan has no commit ${at}`);
    chain.push(commit);
    at = commit.on;
  }
  const first = parseCommitId(at);
  if (first === null) throw new Error(`plan stands on "${at}", which is no commit id`);
  const old = chain.splice(MAX_HISTORY).toReversed();
  const commits = [...(old.length === 0 ? [] : [joined(old)]), ...chain.toReversed().map(lone)];
  if (plan.isEmpty) commits.push(await emptyCommit(git, tree, plan.patch, first));
  const made = await git.writeCommits(
    commits.map((commit, index) => ({ ...commit, parent: index === 0 ? first : index - 1 })),
  );
  return made.at(-1) ?? first;
}

/** A commit that is put onto another one; what it merges is below it. */
type LoneCommit = Pick<CommitPlan, "author" | "committer" | "message" | "changes">;

function lone(planned: PlannedCommit): LoneCommit {
  const { author, committer, message, changes } = commitPlan(planned);
  return { author, committer, message, changes };
}

/** Commits in order as one. */
function joined(commits: readonly PlannedCommit[]): LoneCommit {
  const changes = new Map(
    commits.flatMap((commit) => commitPlan(commit).changes.map((change) => [change.path, change])),
  );
  const [last] = commits.slice(-1).map(lone);
  if (last === undefined) throw new Error("no commits were joined");
  // A file that came and went was never in the commit below.
  return { ...last, message: bytesOf(`${commits.length} patches\n`), changes: [...changes.values()].map(withoutBasis) };
}

/** What a file's content is kept as a difference to may not be in the pack. */
function withoutBasis(change: CommitChange): CommitChange {
  if (change.mode === "delete") return change;
  const { path, mode, content } = change;
  return { path, mode, content };
}

async function emptyCommit(git: Git, tree: Tree, patch: PatchName, below: CommitId): Promise<LoneCommit> {
  const who = { ...committerOf(tree), date: await git.committerDate(below) };
  return { author: who, committer: who, message: bytesOf(`${showName(patch)}\n`), changes: [] };
}

/** What came of the work. */
export type Worked =
  | { readonly kind: "done" }
  | { readonly kind: "waits" }
  /** The command failed, or the shell did and nothing was changed in it. */
  | { readonly kind: "failed"; readonly exitCode: number };

/** Has the work done. A failed shell in which something was changed waits, because a prompt ends with what its last command gave. */
export async function work(world: World, tree: Tree, session: PendingWork, how: Work): Promise<Worked> {
  if (how.kind === "wait") return { kind: "waits" };
  const dir = workDir(tree.privateDir, session.dir);
  const command = how.kind === "command" ? how.command : [how.shell];
  if (how.kind === "shell") {
    world.tell(`a shell in "${dir}": change the files, then "exit" takes them back, and "exit 1" does not`);
  }
  how.begin();
  const exitCode = await runInWorkTree(dir, command, how.quiet).catch((error: unknown) => {
    // It was not begun, so nothing is lost.
    endSession(tree, session);
    throw error;
  });
  refuseEnded(tree, session);
  if (exitCode === 0) return { kind: "done" };
  if (how.kind === "shell" && (await filesOfSession(tree, session)).size > 0) {
    world.tell(`the shell ended with ${exitCode}, so what was changed is not taken back, but waits`);
    return { kind: "waits" };
  }
  return { kind: "failed", exitCode };
}

/** Who works in a shell may end the work from in there, and begin other work. */
function refuseEnded(tree: Tree, session: PendingWork): void {
  const { head, patch } = readPendingWork(tree.privateDir) ?? {};
  if (head === session.head && patch === session.patch) return;
  throw new UserError(`the work on "${showName(session.patch as PatchName)}" was ended meanwhile by another command`, {
    hint: "see what became of it with: longarm log",
    exitCode: 1,
  });
}

/** The files of the work tree that differ from the commit it began with; null is a file that is gone. */
export async function filesOfSession(tree: Tree, session: PendingWork): Promise<ReadonlyMap<Path, FileEntry | null>> {
  await using git = await openGit(workDir(tree.privateDir, session.dir));
  const changed = await readWorkTree(git, headOf(session));
  return new Map([...changed].map(([path, file]) => [path, file && { mode: file.mode, lines: linesOf(file.bytes) }]));
}

/** What the commit that the work began with has at these paths. */
export async function startOfSession(
  tree: Tree,
  session: PendingWork,
  paths: Iterable<Path>,
): Promise<ReadonlyMap<Path, FileEntry | null>> {
  await using git = await openGit(workDir(tree.privateDir, session.dir));
  const wanted = [...paths];
  const entries = await git.readEntries(headOf(session), wanted);
  const files = new Map<Path, FileEntry | null>();
  for (const path of wanted) {
    const entry = entries.get(path);
    const bytes = entry?.kind === "blob" || entry?.kind === "link" ? await git.readFile(headOf(session), path) : null;
    const mode = entry?.kind === "blob" || entry?.kind === "link" ? entry.mode : null;
    files.set(path, bytes === null || mode === null ? null : { mode, lines: linesOf(bytes) });
  }
  return files;
}

function headOf({ head }: PendingWork): CommitId {
  const commit = parseCommitId(head);
  if (commit === null) throw new Error(`work note holds "${head}", which is no commit id`);
  return commit;
}

/** The work of that kind that waits. Throws UserError when none does. */
export function waitingSession(tree: Tree, kind: PendingWork["kind"]): PendingWork {
  const waiting = readPendingWork(tree.privateDir);
  if (waiting === null) {
    throw new UserError(`no ${kind} waits in this tree`, { hint: `begin one with: longarm ${kind} PATCH` });
  }
  if (waiting.kind !== kind) refuseWaiting(tree);
  return waiting;
}

/** Throws UserError unless the queue still has the patch. */
export function checkQueued({ queue }: QueuePlan, session: PendingWork): PatchName {
  const name = session.patch as PatchName;
  if (queue.some((one) => one.name === name)) return name;
  throw new UserError(`"${showName(name)}" is not in the queue any more`, {
    hint: `look what you have in the work tree, then: longarm ${session.kind} --abort`,
    exitCode: 3,
  });
}

/** Takes the work tree away; what was not taken back is lost. */
export function endSession(tree: Tree, session: PendingWork): void {
  removePendingWork(tree.privateDir);
  removeWorkTree(workDir(tree.privateDir, session.dir));
}

/** Where the work tree is, to be shown. */
export function dirOf(tree: Tree, session: PendingWork): string {
  return workDir(tree.privateDir, session.dir);
}
