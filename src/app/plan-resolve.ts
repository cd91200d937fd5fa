// What the files of a resolve's work tree make of the queue: the solutions to record, and what a build then makes of the patch and of
// those above it. It reads and plans; resolve.ts carries out.
import type { PatchResult } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { quotedPath, readablePath, UserError } from "#model/bytes";
import { equalLines, linesOf } from "#model/diff";
import type { FileEntry, PushTrial } from "#model/files";
import { fileAt } from "#model/files";
import type { ConflictId, Resolution } from "#model/merge";
import { hasMarkers, markedText } from "#model/merge";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { Git } from "#io/git";
import type { PendingWork, Tree, TreeChange } from "#io/store";
import { readResolutions, resolutionFiles } from "#io/store";
import type { BuildReport } from "./build.ts";
import { became, isIn, isOut, reportOf } from "./compare-plans.ts";
import { makeMemory } from "./memory.ts";
import { planAnew } from "./plan-anew.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { openSource } from "./source.ts";
import type { OpenConflict } from "./try-rejected.ts";
import { openConflict, tried } from "./try-rejected.ts";
import { checkQueued, dirOf, filesOfSession } from "./work-session.ts";
import type { World } from "./world.ts";

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

/**
 * Plans with what the session left. Throws UserError where the conflicts are others by now, or a file is no solution yet.
 */
export async function planResolve(world: World, tree: Tree, session: PendingWork): Promise<ResolvePlan> {
  await using source = await openSource(tree);
  const memory = makeMemory();
  const planned = await planAnew(world, tree, source, { memory });
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
  const again = await planAnew(world, tree, source, {
    memory,
    resolutions: new Map([...readResolutions(tree), ...fresh]),
  });
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
