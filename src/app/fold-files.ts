// A patch with its fixes as one patch file: the change of all of them, and a log that names who fixed what.
// Which fixes go into which patch is the caller's; nothing is written.
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import { pathsOf } from "#model/diff";
import type { FileEntry } from "#model/files";
import { fileAt } from "#model/files";
import type { PatchFile, PatchName, Queue } from "#model/queue";
import { editPatch, foldTrailers, movePatches, parsePatchFile, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { readPatchBytes } from "#io/store";
import type { QueuePlan } from "./plan-queue.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";

/** One patch with what is folded into it. */
export interface Folded {
  readonly name: PatchName;
  readonly fixes: readonly PatchName[];
  readonly before: Bytes;
  readonly bytes: Bytes;
}

/** Fixes by the patch that they go into, in queue order. */
export type WantedFolds = ReadonlyMap<PatchName, readonly PatchName[]>;

/**
 * The patch files that the folds make; `planned` has the series of {@link behindEachOther}.
 * Throws UserError (exit code 1) where a part does not apply there or cannot be joined.
 */
export async function foldFiles(tree: Tree, source: Git, planned: QueuePlan, wanted: WantedFolds): Promise<Folded[]> {
  const folded: Folded[] = [];
  for (const [name, fixes] of wanted)
    folded.push({
      name,
      fixes,
      before: readPatchBytes(tree, name),
      bytes: await foldOne(tree, source, planned, name, fixes),
    });
  return folded;
}

/** The series with all fixes directly behind what they fix. */
export function behindEachOther(tree: Tree, queue: Queue, wanted: WantedFolds): Queue {
  const order = tree.config.branches.map(({ name }) => name);
  let after = queue;
  for (const [patch, fixes] of wanted)
    after = movePatches(after, new Set(fixes), { kind: "after", patch }, order) ?? after;
  return after;
}

async function foldOne(
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  name: PatchName,
  fixes: readonly PatchName[],
): Promise<Bytes> {
  const parts = [name, ...fixes];
  for (const part of parts) {
    const { outcome } = resultOf(planned, part);
    if (outcome !== "rejected" && outcome !== "not tried") continue;
    const what = part === name ? "it does not apply" : `"${showName(part)}" does not apply directly behind it`;
    throw new UserError(`cannot fold into "${showName(name)}": ${what}`, {
      hint: `see why with: longarm move ${showName(part)} --after ${showName(name)} --dry-run`,
      exitCode: 1,
    });
  }
  const files = new Map(
    parts.map((part): [PatchName, PatchFile] => [part, parsePatchFile(readPatchBytes(tree, part))]),
  );
  const queued = new Map(planned.queue.map((patch) => [patch.name, patch]));
  const paths = new Set(
    parts.flatMap(
      (part) => files.get(part)?.diff.files.flatMap((file) => pathsOf(file, queued.get(part)?.strip ?? 1)) ?? [],
    ),
  );
  const patch = files.get(name);
  const { strip, reverse } = queued.get(name) ?? { strip: 1, reverse: false };
  if (patch === undefined) throw new Error(`plan has no patch "${name}"`);
  const top = await filesAt(source, planned, resultOf(planned, fixes.at(-1) ?? name).tip, paths);
  const edited = new Map<Path, FileEntry | null>([...paths].map((path) => [path, fileAt(top, path)]));
  const result = editPatch({
    patch,
    settings: { strip, reverse },
    below: await filesAt(source, planned, tipBelow(planned, name), paths),
    above: await filesAt(source, planned, resultOf(planned, name).tip, paths),
    edited,
  });
  if (result.kind === "refused") {
    throw new UserError(
      `cannot fold into "${showName(name)}": ${result.path === null ? "" : `"${result.path}" `}${result.reason}`,
      {
        hint: result.hint,
        exitCode: 1,
      },
    );
  }
  const bytes = result.kind === "unchanged" ? patch.source : result.bytes;
  const { trailers, link, signOff } = tree.config.patches;
  const written = foldTrailers(
    parsePatchFile(bytes),
    fixes.flatMap((fix) => {
      const file = files.get(fix);
      return file === undefined ? [] : [{ stem: showName(fix).replace(/\.(?:patch|diff)$/, ""), patch: file }];
    }),
    { trailers, link, signOff: signOff ? tree.config.maintainer : null },
  );
  // A patch without a log has none to write into.
  return written.kind === "retagged" ? written.bytes : bytes;
}
