// `resolve` of a merged branch: opens the conflicts of its first merge that waits, takes the solution back and records it, as
// resolve.ts does for a patch. A build replays it by itself; a merge has no file that it could be written into.
import type { Bytes, Path } from "#model/bytes";
import { quotedPath, readablePath, UserError } from "#model/bytes";
import type { ConflictId, Resolution } from "#model/merge";
import { hasMarkers, markedText, printConflict } from "#model/merge";
import type { BranchName } from "#model/queue";
import type { Git, WorkFile } from "#io/git";
import { makeWorkTree, removeWorkTree } from "#io/git";
import type { OperationDone, PendingWork, Tree, TreeChange } from "#io/store";
import { leftWorkDirs, readResolutions, resolutionFiles, takeLock, workDir, writePendingWork } from "#io/store";
import { changeTree } from "./change.ts";
import type { MergedBranch, StoppedMerge } from "./merge-branches.ts";
import { mergeNamed } from "./merge-branches.ts";
import type { MergeConflict } from "./merge-trial.ts";
import { planQueue } from "./plan-queue.ts";
import { treeChanged } from "./refresh.ts";
import { openSource } from "./source.ts";
import { mergesIn, withMerges } from "./try-merges.ts";
import type { Work } from "./work-session.ts";
import { dirOf, endSession, filesOfSession, refuseWaiting, startOfSession, work } from "./work-session.ts";
import type { World } from "./world.ts";

export interface ResolveMergePlan {
  readonly name: BranchName;
  /** The part whose merge was in conflict. */
  readonly part: string;
  readonly conflicts: readonly MergeConflict[];
  /** The branch with the solution; it may wait at a later part. */
  readonly after: MergedBranch;
  readonly change: TreeChange;
}

export type ResolveMergeResult =
  | {
      readonly kind: "merge waits";
      readonly name: BranchName;
      readonly part: string;
      readonly dir: string;
      readonly conflicts: readonly MergeConflict[];
    }
  | { readonly kind: "merge put back"; readonly name: BranchName; readonly exitCode: number }
  | { readonly kind: "merge resolved"; readonly plan: ResolveMergePlan; readonly done: OperationDone | null };

/** The merged branches that wait for a person. */
export async function waitingMerges(world: World, tree: Tree, source: Git): Promise<readonly MergedBranch[]> {
  return await tryAll(world, tree, source, undefined, (merges) =>
    Promise.resolve(merges.filter(({ commit }) => commit === null)),
  );
}

/** Opens the conflict at which a merged branch waits. Throws UserError where there is none, or nothing that a text could solve. */
export async function openMerge(
  world: World,
  tree: Tree,
  name: string,
  how: Work,
  dryRun: boolean,
): Promise<ResolveMergeResult> {
  const { session, stopped } = await begin(world, tree, name);
  const { name: branch } = mergeNamed(tree, name);
  const { conflicts } = stopped.trial;
  const worked = await work(world, tree, session, how);
  if (worked.kind === "waits") {
    return { kind: "merge waits", name: branch, part: stopped.part, dir: dirOf(tree, session), conflicts };
  }
  if (worked.kind === "failed") {
    endSession(tree, session);
    return { kind: "merge put back", name: branch, exitCode: worked.exitCode };
  }
  try {
    return await takeMergeBack(world, tree, session, dryRun);
  } finally {
    if (dryRun) endSession(tree, session);
  }
}

/** Takes the solution of a merge back. */
export async function takeMergeBack(
  world: World,
  tree: Tree,
  session: PendingWork,
  dryRun: boolean,
): Promise<ResolveMergeResult> {
  const head = await tree.git.find("HEAD");
  const plan = await planSolution(world, tree, session);
  if (dryRun) return { kind: "merge resolved", plan, done: null };
  const { done } = await changeTree(world, tree, "resolve", false, async () => {
    if ((await tree.git.find("HEAD")) === head) return plan;
    throw treeChanged("resolution");
  });
  endSession(tree, session);
  return { kind: "merge resolved", plan, done };
}

async function tryAll<T>(
  world: World,
  tree: Tree,
  source: Git,
  resolutions: ReadonlyMap<ConflictId, Resolution> | undefined,
  look: (merges: readonly MergedBranch[]) => Promise<T>,
): Promise<T> {
  if (tree.config.merges.length === 0) return await look([]);
  return await withMerges(tree, source, await planned(world, tree, source), resolutions, look);
}

async function planned(world: World, tree: Tree, source: Git): ReturnType<typeof planQueue> {
  return await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: false,
    memory: null,
  });
}

async function begin(
  world: World,
  tree: Tree,
  name: string,
): Promise<{ readonly session: PendingWork; readonly stopped: StoppedMerge }> {
  await using source = await openSource(tree);
  const plan = await planned(world, tree, source);
  const find = (merges: readonly MergedBranch[]): StoppedMerge => stoppedOf(merges, name);
  const stopped = await withMerges(tree, source, plan, undefined, (merges) => Promise.resolve(find(merges)));
  const unsolvable = stopped.trial.conflicts.find(({ reason }) => reason !== null);
  if (unsolvable !== undefined || stopped.trial.conflicts.length === 0) {
    const why =
      unsolvable === undefined
        ? (stopped.trial.said[0] ?? "git cannot merge it")
        : `${quotedPath(unsolvable.path)} ${unsolvable.reason ?? ""}`;
    throw new UserError(`cannot resolve "${name}" at its merge of "${stopped.part}": ${why}`, {
      hint: "no solution could be recorded for that: change a patch, or leave the part out of the merge",
    });
  }
  const files = new Map<Path, WorkFile>();
  for (const { path, conflict, mode } of stopped.trial.conflicts) {
    const labels = { ours: name, base: "base", theirs: stopped.part };
    if (conflict !== null) files.set(path, { mode, bytes: printConflict(conflict, labels, "diff3") });
  }
  using _lock = takeLock(tree.privateDir, "resolve");
  refuseWaiting(tree);
  for (const left of leftWorkDirs(tree.privateDir)) removeWorkTree(workDir(tree.privateDir, left));
  const dir = name.replace(/[^A-Za-z0-9._+-]+/g, "-");
  const place = workDir(tree.privateDir, dir);
  try {
    const head = await makeWorkTree({
      dir: place,
      source,
      paths: files.keys(),
      files,
      // Made once more, because the first trial's commits are gone; they are the same.
      head: async (git) => find(await mergesIn(tree, git, plan)).input.ours,
    });
    const conflicts = stopped.trial.conflicts.flatMap(({ path, id }) => (id === null ? [] : [{ path, id }]));
    const session: PendingWork = {
      kind: "resolve",
      patch: name,
      dir,
      head,
      patchId: "",
      conflicts,
      merge: stopped.part,
    };
    writePendingWork(tree.privateDir, session);
    return { session, stopped };
  } catch (error) {
    removeWorkTree(place);
    throw error;
  }
}

function stoppedOf(merges: readonly MergedBranch[], name: string): StoppedMerge {
  const merge = merges.find((one) => one.name === name);
  if (merge?.stopped) return merge.stopped;
  throw new UserError(
    `"${name}" has no conflict, there is nothing to resolve${merge?.lacks ? `: ${merge.lacks}` : ""}`,
  );
}

async function planSolution(world: World, tree: Tree, session: PendingWork): Promise<ResolveMergePlan> {
  await using source = await openSource(tree);
  const { name } = mergeNamed(tree, session.patch);
  const stopped = await tryAll(world, tree, source, undefined, (merges) => Promise.resolve(stoppedOf(merges, name)));
  const { conflicts } = stopped.trial;
  const same =
    conflicts.length === session.conflicts.length &&
    session.conflicts.every(({ path, id }) => conflicts.some((one) => one.path === path && one.id === id));
  if (!same) {
    throw new UserError(`the conflicts of "${name}" are not those that were opened, a branch was changed since`, {
      hint: `look what you have in "${dirOf(tree, session)}", then: longarm resolve --abort, and begin again`,
      exitCode: 3,
    });
  }
  const solutions = await solutionsOf(tree, session);
  const fresh = new Map<ConflictId, Resolution>();
  for (const { path, id, conflict } of conflicts) {
    const postimage = solutions.get(path);
    if (id === null || conflict === null || postimage === undefined) continue;
    fresh.set(id, { preimage: markedText(conflict), postimage });
  }
  const all = new Map([...readResolutions(tree), ...fresh]);
  const after = await tryAll(world, tree, source, all, (merges) =>
    Promise.resolve(merges.find((one) => one.name === name)),
  );
  if (after === undefined || after.stopped?.part === stopped.part) {
    throw new UserError(`the solution would not be replayed in "${name}"`, {
      hint: "two files with the same conflict must get the same solution",
      exitCode: 1,
    });
  }
  return {
    name,
    part: stopped.part,
    conflicts,
    after,
    change: {
      summary: `queue: resolve ${name} at ${stopped.part}`,
      files: new Map([...fresh].flatMap(([id, resolution]) => [...resolutionFiles(id, resolution)])),
      events: [
        {
          kind: "merge-resolved",
          merge: name,
          part: stopped.part,
          conflicts: conflicts.map(({ id, path }) => ({ id: id ?? "", path: readablePath(path) })),
        },
      ],
      notices: [],
    },
  };
}

/** The files as the person left them; one that is as it was before the merge is the solution "nothing of the part". */
async function solutionsOf(tree: Tree, session: PendingWork): Promise<ReadonlyMap<Path, Bytes>> {
  const edited = await filesOfSession(tree, session);
  const start = await startOfSession(
    tree,
    session,
    session.conflicts.map(({ path }) => path),
  );
  const solutions = new Map<Path, Bytes>();
  for (const { path } of session.conflicts) {
    const entry = edited.has(path) ? edited.get(path) : start.get(path);
    if (!entry) {
      throw new UserError(`${quotedPath(path)} is gone, and only the text of a file can be a solution`, {
        hint: `put it back with: git checkout ${readablePath(path)}`,
        exitCode: 3,
      });
    }
    if (hasMarkers(entry.lines.bytes)) {
      throw new UserError(`${quotedPath(path)} still has conflict markers`, {
        hint: "solve them all, then: longarm resolve --continue",
        exitCode: 3,
      });
    }
    solutions.set(path, entry.lines.bytes);
  }
  return solutions;
}
