// `edit`: opens a patch in a work tree of its own, takes back what was changed in it, and makes sure that the patches above
// still apply; else the queue stays as it is and the work tree waits for another try.
import type { PatchResult } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { pathOf, quotedPath, readablePath, UserError } from "#model/bytes";
import { equalLines, pathsOf } from "#model/diff";
import type { FileEntry } from "#model/files";
import { fileAt } from "#model/files";
import type { PatchFile, PatchName } from "#model/queue";
import { editPatch, parsePatchFile, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { OperationDone, PendingWork, Tree, TreeChange } from "#io/store";
import { patchPath, readPatchBytes } from "#io/store";
import type { BuildReport } from "./build.ts";
import { reportPlan } from "./build.ts";
import { changeTree } from "./change.ts";
import { findPatch } from "./look.ts";
import type { Memory } from "./memory.ts";
import { makeMemory } from "./memory.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { treeChanged } from "./refresh.ts";
import { openSource } from "./source.ts";
import type { Work } from "./work-session.ts";
import {
  checkQueued,
  dirOf,
  endSession,
  filesOfSession,
  idOf,
  openSession,
  refuseWaiting,
  startOfSession,
  waitingSession,
  work,
} from "./work-session.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export type EditRequest =
  | {
      readonly action: "open";
      readonly patch: string;
      /** Files and directories to have in the work tree besides those of the patch. */
      readonly with: readonly string[];
      readonly how: Work;
      readonly keepGoing: boolean;
      readonly dryRun: boolean;
    }
  | { readonly action: "continue"; readonly keepGoing: boolean; readonly dryRun: boolean }
  | { readonly action: "abort" };

/** What an edit makes of the queue. */
export interface EditPlan {
  readonly name: PatchName;
  readonly before: Bytes;
  readonly after: Bytes;
  /** Files in which the patch's result changes. */
  readonly paths: readonly Path[];
  /** Other patches that applied before and do not with this, and those that now do. */
  readonly broken: readonly PatchName[];
  readonly mended: readonly PatchName[];
  /** What a build would say of the broken ones; null when there are none. */
  readonly report: BuildReport | null;
  readonly change: TreeChange;
}

export type EditResult =
  /** The work tree is there, and somebody is to continue. */
  | { readonly kind: "waiting"; readonly name: PatchName; readonly dir: string }
  | { readonly kind: "unchanged"; readonly name: PatchName }
  /** Nothing was taken back; `exitCode` is that of the command, null for an abort. */
  | { readonly kind: "put back"; readonly name: PatchName; readonly exitCode: number | null }
  /** Patches above would break; the work tree stays. */
  | { readonly kind: "refused"; readonly plan: EditPlan; readonly dir: string }
  | { readonly kind: "edited"; readonly plan: EditPlan; readonly done: OperationDone | null };

/** Edits a patch. Throws UserError where there is none, where it does not apply, or where other work waits. */
export async function edit(world: World, request: EditRequest): Promise<EditResult> {
  return withTree(world, async (tree): Promise<EditResult> => {
    if (request.action === "abort") {
      const session = waitingSession(tree, "edit");
      endSession(tree, session);
      return { kind: "put back", name: session.patch as PatchName, exitCode: null };
    }
    const { keepGoing, dryRun } = request;
    if (request.action === "continue") {
      return await takeBack(world, tree, waitingSession(tree, "edit"), { keepGoing, dryRun });
    }
    const session = await begin(world, tree, request);
    const name = session.patch as PatchName;
    const worked = await work(world, tree, session, request.how);
    if (worked.kind === "waits") return { kind: "waiting", name, dir: dirOf(tree, session) };
    if (worked.kind === "failed") {
      endSession(tree, session);
      return { kind: "put back", name, exitCode: worked.exitCode };
    }
    try {
      return await takeBack(world, tree, session, { keepGoing, dryRun });
    } finally {
      // A dry run leaves nothing behind, however it ends.
      if (dryRun) endSession(tree, session);
    }
  });
}

/**
 * The queue as on the disk, but for the files in `instead`. Not resumed: what a patch may be merged with must not depend on
 * what was built, because the two plans of an edit are compared.
 */
async function planFor(
  world: World,
  tree: Tree,
  source: Git,
  memory: Memory | null,
  instead: ReadonlyMap<PatchName, Bytes> = new Map(),
): Promise<QueuePlan> {
  return await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: false,
    memory,
    instead,
  });
}

async function begin(
  world: World,
  tree: Tree,
  request: EditRequest & { readonly action: "open" },
): Promise<PendingWork> {
  refuseWaiting(tree);
  await using source = await openSource(tree);
  const planned = await planFor(world, tree, source, null);
  const { name, strip } = findPatch(planned.queue, request.patch);
  const result = resultOf(planned, name);
  if (result.outcome === "rejected") {
    const shown = showName(name);
    throw new UserError(`cannot edit "${shown}": it does not apply`, {
      hint: `see why with: longarm build --check; solve its conflicts with: longarm resolve ${shown}`,
      exitCode: 1,
    });
  }
  const patch = parsePatchFile(readPatchBytes(tree, name));
  if (patch.mergeOf.length > 0) {
    throw new UserError(`"${showName(name)}" is a cover letter and changes no file`, {
      hint: `change its text in patches/${showName(name)} and commit that, or edit one of its patches`,
    });
  }
  const more = request.with.map((path) => pathOf(path).replace(/^\.\/|\/+$/g, ""));
  const there = await filesAt(source, planned, result.tip, more);
  for (const path of more) {
    if (fileAt(there, path) !== null || there.base.get(path)?.kind === "directory") continue;
    throw new UserError(`no file ${quotedPath(path)} where "${showName(name)}" is`, {
      hint: "name a file or directory of the source by its path from the top",
    });
  }
  return await openSession(tree, source, planned, {
    kind: "edit",
    patch: name,
    paths: new Set([...pathsIn(patch, strip), ...more]),
    tip: result.tip,
    isEmpty: result.outcome === "empty",
    files: new Map(),
    conflicts: [],
  });
}

function pathsIn({ diff }: PatchFile, strip: number): Path[] {
  return diff.files.flatMap((file) => pathsOf(file, strip));
}

async function takeBack(
  world: World,
  tree: Tree,
  session: PendingWork,
  { keepGoing, dryRun }: { readonly keepGoing: boolean; readonly dryRun: boolean },
): Promise<EditResult> {
  const head = await tree.git.find("HEAD");
  const edited = await filesOfSession(tree, session);
  const plan = edited.size === 0 ? null : await planEdit(world, tree, session, edited);
  const name = session.patch as PatchName;
  if (plan === null) {
    if (!dryRun) endSession(tree, session);
    return { kind: "unchanged", name };
  }
  if (plan.broken.length > 0 && !keepGoing) return { kind: "refused", plan, dir: dirOf(tree, session) };
  if (dryRun) return { kind: "edited", plan, done: null };
  const { done } = await changeTree(world, tree, "edit", false, async () => {
    if ((await tree.git.find("HEAD")) === head) return plan;
    throw treeChanged("edit");
  });
  endSession(tree, session);
  return { kind: "edited", plan, done };
}

/** What the files of the work tree make of the patch and of those above; null when they change nothing. */
async function planEdit(
  world: World,
  tree: Tree,
  session: PendingWork,
  edited: ReadonlyMap<Path, FileEntry | null>,
): Promise<EditPlan | null> {
  await using source = await openSource(tree);
  const memory = makeMemory();
  const planned = await planFor(world, tree, source, memory);
  const name = checkQueued(planned, session);
  const queued = findPatch(planned.queue, showName(name));
  const before = readPatchBytes(tree, name);
  const patch = parsePatchFile(before);
  const paths = new Set([...pathsIn(patch, queued.strip), ...edited.keys()]);
  const above = await filesAt(source, planned, resultOf(planned, name).tip, paths);
  // After a crash behind the last step, what was edited is in the queue already.
  const isDone = [...edited].every(([path, entry]) => sameEntry(fileAt(above, path), entry));
  if (isDone) return null;
  await refuseMoved(tree, session, before, paths, (path) => fileAt(above, path));
  const result = editPatch({
    patch,
    settings: { strip: queued.strip, reverse: queued.reverse },
    below: await filesAt(source, planned, tipBelow(planned, name), paths),
    above,
    edited,
  });
  if (result.kind === "unchanged") return null;
  if (result.kind === "refused") {
    const what = result.path === null ? "" : `${quotedPath(result.path)} `;
    throw new UserError(`cannot take the edit of "${showName(name)}" back: ${what}${result.reason}`, {
      hint: `${result.hint}; the work tree stays, throw it away with: longarm edit --abort`,
      exitCode: 1,
    });
  }
  const again = await planFor(world, tree, source, memory, new Map([[name, result.bytes]]));
  const now = await filesAt(source, again, resultOf(again, name).tip, paths);
  for (const [path, entry] of edited) {
    if (!sameEntry(fileAt(now, path), entry))
      throw new Error(`the edited patch would not make "${path}" as it was edited`);
  }
  const broken = became(planned, again, name, isIn, isOut);
  return {
    name,
    before,
    after: result.bytes,
    paths: result.paths,
    broken,
    mended: became(planned, again, name, isOut, isIn),
    report: broken.length === 0 ? null : await reportOf(world, tree, source, again, broken),
    change: {
      summary: `queue: edit ${showName(name)}`,
      files: new Map([[patchPath(name), result.bytes]]),
      events: [
        {
          kind: "edited",
          patch: showName(name),
          files: result.paths.map(readablePath),
          broke: broken.map(showName),
        },
      ],
      notices: [],
    },
  };
}

/** What was edited must be what the patch makes now, or the edit would take back what others did since. */
async function refuseMoved(
  tree: Tree,
  session: PendingWork,
  patch: Bytes,
  paths: Iterable<Path>,
  now: (path: Path) => FileEntry | null,
): Promise<void> {
  const start = await startOfSession(tree, session, paths);
  const moved = [...start].find(([path, entry]) => !sameEntry(now(path), entry))?.[0];
  if (moved === undefined && idOf(patch) === session.patchId) return;
  const what = moved === undefined ? "the patch file" : quotedPath(moved);
  throw new UserError(`${what} is not what it was when the edit of "${showName(session.patch as PatchName)}" began`, {
    hint: `look what you have in "${dirOf(tree, session)}", then: longarm edit --abort, and begin again`,
    exitCode: 3,
  });
}

function sameEntry(left: FileEntry | null, right: FileEntry | null): boolean {
  if (left === null || right === null) return left === right;
  return left.mode === right.mode && equalLines(left.lines, right.lines);
}

export function isOut({ outcome }: PatchResult): boolean {
  return outcome === "rejected" || outcome === "not tried";
}

export function isIn(result: PatchResult): boolean {
  return !isOut(result);
}

/** The other patches that were one thing before and are another now. */
export function became(
  before: QueuePlan,
  after: QueuePlan,
  except: PatchName,
  was: (result: PatchResult) => boolean,
  is: (result: PatchResult) => boolean,
): PatchName[] {
  const old = new Map(before.plan.results.map((result) => [result.name, result]));
  return after.plan.results.flatMap((result) => {
    const earlier = old.get(result.name);
    return result.name !== except && earlier !== undefined && was(earlier) && is(result) ? [result.name] : [];
  });
}

/** The report of a build with nothing in it but these patches. */
export async function reportOf(
  world: World,
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  names: readonly PatchName[],
): Promise<BuildReport> {
  const report = await reportPlan(world, tree, source, planned);
  const shown = names.map(showName);
  return {
    ...report,
    results: report.results.filter(({ name }) => names.includes(name)),
    diagnoses: report.diagnoses.filter(({ patch }) => shown.includes(patch)),
  };
}
