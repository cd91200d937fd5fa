// What the files of an edit's work tree make of the patch and of those above it. It reads and plans; edit.ts opens the work tree and
// carries out.
import type { Bytes, Path } from "#model/bytes";
import { quotedPath, readablePath, UserError } from "#model/bytes";
import { equalLines, pathsOf } from "#model/diff";
import type { FileEntry } from "#model/files";
import { fileAt } from "#model/files";
import type { PatchFile, PatchName } from "#model/queue";
import { editPatch, parsePatchFile, showName } from "#model/queue";
import type { PendingWork, Tree, TreeChange } from "#io/store";
import { patchPath, readPatchBytes } from "#io/store";
import type { BuildReport } from "./build.ts";
import { became, isOut, isIn, reportOf } from "./compare-plans.ts";
import { findPatch } from "./look.ts";
import { makeMemory } from "./memory.ts";
import { planAnew } from "./plan-anew.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { openSource } from "./source.ts";
import { checkQueued, dirOf, idOf, startOfSession } from "./work-session.ts";
import type { World } from "./world.ts";

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

/** What the files of the work tree make of the patch and of those above; null when they change nothing. */
export async function planEdit(
  world: World,
  tree: Tree,
  session: PendingWork,
  edited: ReadonlyMap<Path, FileEntry | null>,
): Promise<EditPlan | null> {
  await using source = await openSource(tree);
  const memory = makeMemory();
  const planned = await planAnew(world, tree, source, { memory });
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
  const again = await planAnew(world, tree, source, { memory, instead: new Map([[name, result.bytes]]) });
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

/** The files that a patch names, in its order; one may come twice. */
export function pathsIn({ diff }: PatchFile, strip: number): Path[] {
  return diff.files.flatMap((file) => pathsOf(file, strip));
}
