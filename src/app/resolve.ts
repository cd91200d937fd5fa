// `resolve`: opens the conflicts of a rejected patch in a work tree, takes the solution back and records it, so that every
// build replays it by itself where the same conflict appears. The patch file stays as it is; `refresh` writes the solution into it.
import type { PatchResult } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { quotedPath, readablePath, UserError } from "#model/bytes";
import type { Lines } from "#model/diff";
import { equalLines, linesOf, pathsOf } from "#model/diff";
import type { FileConflict, FileEntry, MergedWith, PushTrial } from "#model/files";
import { fileAt, tryPush } from "#model/files";
import type { ConflictId, Resolution } from "#model/merge";
import { hasMarkers, markedText } from "#model/merge";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, showName } from "#model/queue";
import type { Git, WorkFile } from "#io/git";
import type { OperationDone, PendingWork, Tree, TreeChange } from "#io/store";
import { readPatchBytes, readPendingWork, readResolutions, resolutionFiles } from "#io/store";
import type { BuildReport } from "./build.ts";
import { changeTree } from "./change.ts";
import { conflictText } from "./conflict-text.ts";
import { became, isIn, isOut, reportOf } from "./edit.ts";
import { findPatch } from "./look.ts";
import { makeMemory } from "./memory.ts";
import type { PlanRequest, QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { postedFiles } from "./posted-files.ts";
import { treeChanged } from "./refresh.ts";
import { openSource } from "./source.ts";
import type { MergedBranch } from "./merge-branches.ts";
import type { ResolveMergeResult } from "./resolve-merge.ts";
import { openMerge, takeMergeBack, waitingMerges } from "./resolve-merge.ts";
import type { Work } from "./work-session.ts";
import { checkQueued, dirOf, endSession, filesOfSession, openSession, waitingSession, work } from "./work-session.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export type ResolveRequest =
  | { readonly action: "open"; readonly patch: string; readonly how: Work; readonly dryRun: boolean }
  | { readonly action: "continue"; readonly dryRun: boolean }
  | { readonly action: "abort" };

/** A file of a rejected patch. */
export interface OpenConflict {
  readonly path: Path;
  readonly id: ConflictId;
  readonly with: MergedWith;
  readonly regions: number;
}

/** A rejected patch, and what a person may do about it. */
export interface RejectedPatch {
  readonly name: PatchName;
  readonly conflicts: readonly OpenConflict[];
  /** Why other files of it, or the patch as a whole, cannot be resolved; sentences. */
  readonly hopeless: readonly string[];
}

/** What the solution makes of the queue. */
export interface ResolvePlan {
  readonly name: PatchName;
  readonly conflicts: readonly OpenConflict[];
  /** Files that were changed although they had no conflict; only solutions of conflicts are kept. */
  readonly notKept: readonly Path[];
  /** What a build makes of the patch with the solution. */
  readonly result: PatchResult;
  readonly broken: readonly PatchName[];
  readonly mended: readonly PatchName[];
  /** What a build would say of the broken ones, or of the patch when it is still rejected; null when there are none. */
  readonly report: BuildReport | null;
  readonly change: TreeChange;
}

export type ResolveResult =
  | ResolveMergeResult
  | {
      readonly kind: "waiting";
      readonly name: PatchName;
      readonly dir: string;
      readonly conflicts: readonly OpenConflict[];
    }
  | { readonly kind: "put back"; readonly name: PatchName; readonly exitCode: number | null }
  /** The patch is rejected even so; the work tree stays. */
  | { readonly kind: "refused"; readonly plan: ResolvePlan; readonly dir: string }
  | { readonly kind: "resolved"; readonly plan: ResolvePlan; readonly done: OperationDone | null };

/** The conflicts that wait, and the patch whose work tree is open, if one is. */
export async function listConflicts(world: World): Promise<{
  readonly patches: readonly RejectedPatch[];
  readonly merges: readonly MergedBranch[];
  readonly open: { readonly name: PatchName; readonly dir: string } | null;
}> {
  return withTree(world, async (tree) => {
    await using source = await openSource(tree);
    const planned = await plan(world, tree, source, {});
    const patches: RejectedPatch[] = [];
    for (const { name, outcome } of planned.plan.results) {
      if (outcome !== "rejected") continue;
      patches.push(judged((await tried(tree, source, planned, name)).trial, name));
    }
    const waiting = readPendingWork(tree.privateDir);
    const open = waiting?.kind === "resolve" ? { name: waiting.patch as PatchName, dir: dirOf(tree, waiting) } : null;
    return { patches, merges: await waitingMerges(world, tree, source), open };
  });
}

/** Resolves a patch. Throws UserError where it is not rejected, where there is nothing to resolve, or where other work waits. */
export async function resolve(world: World, request: ResolveRequest): Promise<ResolveResult> {
  return withTree(world, async (tree): Promise<ResolveResult> => {
    if (request.action === "abort") {
      const session = waitingSession(tree, "resolve");
      endSession(tree, session);
      return { kind: "put back", name: session.patch as PatchName, exitCode: null };
    }
    if (request.action === "continue") {
      const session = waitingSession(tree, "resolve");
      const take = session.merge === undefined ? takeBack : takeMergeBack;
      return await take(world, tree, session, request.dryRun);
    }
    if (tree.config.merges.some(({ name }) => name === request.patch))
      return await openMerge(world, tree, request.patch, request.how, request.dryRun);
    const { session, conflicts } = await begin(world, tree, request.patch);
    const name = session.patch as PatchName;
    const worked = await work(world, tree, session, request.how);
    if (worked.kind === "waits") return { kind: "waiting", name, dir: dirOf(tree, session), conflicts };
    if (worked.kind === "failed") {
      endSession(tree, session);
      return { kind: "put back", name, exitCode: worked.exitCode };
    }
    try {
      return await takeBack(world, tree, session, request.dryRun);
    } finally {
      if (request.dryRun) endSession(tree, session);
    }
  });
}

/** The whole queue anew: a conflict is told from others by all that is below it. */
async function plan(world: World, tree: Tree, source: Git, more: Partial<PlanRequest>): Promise<QueuePlan> {
  return await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: false,
    memory: null,
    ...more,
  });
}

interface Tried {
  readonly queued: QueuedPatch;
  readonly patch: PatchFile;
  readonly trial: PushTrial;
}

/** What a rejected patch makes of the files below it as far as it goes, with the same contents to merge with as in a build. */
async function tried(tree: Tree, source: Git, planned: QueuePlan, name: PatchName): Promise<Tried> {
  const queued = findPatch(planned.queue, showName(name));
  const { strip, reverse } = queued;
  const patch = planned.patches.get(name) ?? parsePatchFile(readPatchBytes(tree, name));
  const paths = patch.diff.files.flatMap((file) => pathsOf(file, strip));
  const below = await filesAt(source, planned, tipBelow(planned, name), paths);
  const blobs = new Map<string, Lines>();
  for (const { oldId, newId } of patch.diff.files) {
    const id = reverse ? newId : oldId;
    const bytes = id === null || /^0+$/.test(id) ? null : await source.findBlob(id);
    if (id !== null && bytes !== null) blobs.set(id, linesOf(bytes));
  }
  const posted = await postedFiles(tree, source, planned.queue, planned.patches, new Set([name]));
  const merging = {
    blobs,
    posted: posted.get(name) ?? new Map<Path, Lines>(),
    resolutions: readResolutions(tree),
    guess: true,
  };
  const settings = { strip, reverse, fuzz: tree.config.fuzz, merging };
  return { queued, patch, trial: tryPush(below, patch.diff, settings) };
}

function judged({ outcome, conflicts }: PushTrial, name: PatchName): RejectedPatch {
  const hopeless = outcome.files.flatMap((file) =>
    file.kind === "rejected" && !conflicts.has(file.path) ? [`${quotedPath(file.path)} ${file.reason}`] : [],
  );
  if (outcome.kind === "rejected" && outcome.reason !== null) hopeless.unshift(`it ${outcome.reason}`);
  return { name, conflicts: [...conflicts].map(openConflict), hopeless };
}

function openConflict([path, { id, with: kind, conflict }]: readonly [Path, FileConflict]): OpenConflict {
  return { path, id, with: kind, regions: conflict.regions.length };
}

async function begin(
  world: World,
  tree: Tree,
  typed: string,
): Promise<{ readonly session: PendingWork; readonly conflicts: readonly OpenConflict[] }> {
  await using source = await openSource(tree);
  const planned = await plan(world, tree, source, {});
  const { name } = findPatch(planned.queue, typed);
  const shown = showName(name);
  const { outcome } = resultOf(planned, name);
  if (outcome !== "rejected") {
    const hint = outcome === "merged" ? `write the merge into it with: longarm refresh ${shown}` : null;
    throw new UserError(`"${shown}" applies, there is nothing to resolve`, hint === null ? {} : { hint });
  }
  const { patch, queued, trial } = await tried(tree, source, planned, name);
  const { conflicts, hopeless } = judged(trial, name);
  const [reason] = hopeless;
  if (reason !== undefined) {
    throw new UserError(`cannot resolve "${shown}": ${reason}`, {
      hint: "no solution could be recorded for that: change the patch file, or its place in the series",
    });
  }
  const files = new Map<Path, WorkFile | null>();
  for (const [path, entry] of trial.made) files.set(path, entry && { mode: entry.mode, bytes: entry.lines.bytes });
  const mode = await modesOf(source, planned, name, trial);
  for (const [path, conflict] of trial.conflicts) {
    files.set(path, { mode: mode(path), bytes: conflictText(conflict, shown) });
  }
  const session = await openSession(tree, source, planned, {
    kind: "resolve",
    patch: name,
    paths: new Set([...patch.diff.files.flatMap((file) => pathsOf(file, queued.strip)), ...files.keys()]),
    tip: tipBelow(planned, name),
    isEmpty: false,
    files,
    conflicts: conflicts.map(({ path, id }) => ({ path, id })),
  });
  return { session, conflicts };
}

async function modesOf(
  source: Git,
  planned: QueuePlan,
  name: PatchName,
  { conflicts }: PushTrial,
): Promise<(path: Path) => WorkFile["mode"]> {
  const below = await filesAt(source, planned, tipBelow(planned, name), conflicts.keys());
  return (path) => fileAt(below, path)?.mode ?? "100644";
}

async function takeBack(world: World, tree: Tree, session: PendingWork, dryRun: boolean): Promise<ResolveResult> {
  const head = await tree.git.find("HEAD");
  const made = await planResolve(world, tree, session);
  const dir = dirOf(tree, session);
  if (isOut(made.result)) return { kind: "refused", plan: made, dir };
  if (dryRun) return { kind: "resolved", plan: made, done: null };
  const { done } = await changeTree(world, tree, "resolve", false, async () => {
    if ((await tree.git.find("HEAD")) === head) return made;
    throw treeChanged("resolution");
  });
  endSession(tree, session);
  return { kind: "resolved", plan: made, done };
}

async function planResolve(world: World, tree: Tree, session: PendingWork): Promise<ResolvePlan> {
  await using source = await openSource(tree);
  const memory = makeMemory();
  const planned = await plan(world, tree, source, { memory });
  const name = checkQueued(planned, session);
  const { trial } = await tried(tree, source, planned, name);
  const edited = await filesOfSession(tree, session);
  refuseOther(tree, session, trial);
  const solved = new Map<Path, Bytes>();
  for (const { path } of session.conflicts) solved.set(path, await solutionOf(source, planned, session, edited, path));
  const fresh = new Map<ConflictId, Resolution>();
  for (const [path, postimage] of solved) {
    const conflict = trial.conflicts.get(path);
    if (conflict !== undefined) fresh.set(conflict.id, { preimage: markedText(conflict.conflict), postimage });
  }
  const again = await plan(world, tree, source, { memory, resolutions: new Map([...readResolutions(tree), ...fresh]) });
  const result = resultOf(again, name);
  if (isIn(result)) await checkResult(source, again, result, solved);
  const broken = became(planned, again, name, isIn, isOut);
  const told = isOut(result) ? [name] : broken;
  const conflicts = [...trial.conflicts].map(openConflict);
  return {
    name,
    conflicts,
    notKept: [...edited].flatMap(([path, entry]) => (isKept(trial, path, entry) ? [] : [path])),
    result,
    broken,
    mended: became(planned, again, name, isOut, isIn),
    report: told.length === 0 ? null : await reportOf(world, tree, source, again, told),
    change: {
      summary: `queue: resolve ${showName(name)}`,
      files: new Map([...fresh].flatMap(([id, resolution]) => [...resolutionFiles(id, resolution)])),
      events: [
        {
          kind: "resolved",
          patch: showName(name),
          conflicts: conflicts.map(({ id, path }) => ({ id, path: readablePath(path) })),
        },
      ],
      notices: [],
    },
  };
}

/** The conflicts must be those that were opened: after a change below the patch, their solutions would be recorded for others. */
function refuseOther(tree: Tree, session: PendingWork, { conflicts }: PushTrial): void {
  const same =
    conflicts.size === session.conflicts.length &&
    session.conflicts.every(({ path, id }) => conflicts.get(path)?.id === id);
  if (same) return;
  throw new UserError(
    `the conflicts of "${showName(session.patch as PatchName)}" are not those that were opened, the queue was changed since`,
    {
      hint: `look what you have in "${dirOf(tree, session)}", then: longarm resolve --abort, and begin again`,
      exitCode: 3,
    },
  );
}

/** The file as the person left it. */
async function solutionOf(
  source: Git,
  planned: QueuePlan,
  session: PendingWork,
  edited: ReadonlyMap<Path, FileEntry | null>,
  path: Path,
): Promise<Bytes> {
  const name = session.patch as PatchName;
  const changed = edited.get(path);
  if (changed === null) {
    throw new UserError(`${quotedPath(path)} is gone, and only the text of a file can be a solution`, {
      hint: `put it back with: git checkout ${readablePath(path)}`,
      exitCode: 3,
    });
  }
  // A file that is as it was below the patch is the solution "nothing of it".
  const below = changed ?? fileAt(await filesAt(source, planned, tipBelow(planned, name), [path]), path);
  const bytes = below?.lines.bytes ?? new Uint8Array(0);
  if (!hasMarkers(bytes)) return bytes;
  throw new UserError(`${quotedPath(path)} still has conflict markers`, {
    hint: "solve them all, then: longarm resolve --continue",
    exitCode: 3,
  });
}

function isKept(trial: PushTrial, path: Path, entry: FileEntry | null): boolean {
  if (trial.conflicts.has(path)) return true;
  const made = trial.made.get(path);
  if (made === undefined) return false;
  if (made === null || entry === null) return made === entry;
  return made.mode === entry.mode && equalLines(made.lines, entry.lines);
}

/** A build must make of the solution what the person made; otherwise it would be another change than the one looked at. */
async function checkResult(
  source: Git,
  planned: QueuePlan,
  { name, tip }: PatchResult,
  solved: ReadonlyMap<Path, Bytes>,
): Promise<void> {
  const files = await filesAt(source, planned, tip, solved.keys());
  for (const [path, bytes] of solved) {
    const entry = fileAt(files, path);
    if (entry !== null && equalLines(entry.lines, linesOf(bytes))) continue;
    throw new UserError(
      `the solution of ${quotedPath(path)} would be replayed as another text in "${showName(name)}"`,
      {
        hint: "two files with the same conflict must get the same solution; split the patch",
        exitCode: 1,
      },
    );
  }
}
