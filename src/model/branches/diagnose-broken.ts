// The rejected patches of a plan, each with the files and hunks that were rejected and what those met.
// Why that is so is found out by the other diagnose-*.ts.
import type { Path } from "#model/bytes";
import type { FileDiff, Hunk, HunkOutcome, Lines } from "#model/diff";
import { applyHunks, hunksToApply, pathsOf, reverseFileDiff, stripPath } from "#model/diff";
import type { PatchFile, QueuedPatch } from "#model/queue";
import type { FileHistory, PlanToDiagnose } from "./diagnose-history.ts";
import type { Misfit } from "./diagnose-misfit.ts";
import { misfitOf } from "./diagnose-misfit.ts";
import type { PatchResult } from "./plan-build.ts";

export interface BrokenHunk {
  /** Its place in the file's change, counted from 1. */
  readonly number: number;
  readonly outcome: HunkOutcome & { readonly kind: "rejected" };
  readonly misfit: Misfit;
}

export interface BrokenFile {
  readonly path: Path;
  /** Where its content was looked for; not `path` when it is renamed or copied. */
  readonly from: Path;
  readonly reason: string;
  /** What was there; null when nothing was. */
  readonly content: Lines | null;
  /** The rejected hunks; none when the file as a whole is at fault. */
  readonly hunks: readonly BrokenHunk[];
}

export interface BrokenPatch {
  /** Index of its result in the plan. */
  readonly at: number;
  readonly result: PatchResult;
  readonly queued: QueuedPatch;
  readonly patch: PatchFile;
  readonly files: readonly BrokenFile[];
}

/** The rejected patches in the order of the plan. */
export function brokenPatches(input: PlanToDiagnose, history: FileHistory): BrokenPatch[] {
  const queued = new Map(input.queue.map((patch) => [patch.name, patch]));
  return input.plan.results.flatMap((result, at) => {
    if (result.outcome !== "rejected") return [];
    const place = queued.get(result.name);
    const patch = input.patches.get(result.name);
    if (place === undefined || patch === undefined) return [];
    return [{ at, result, queued: place, patch, files: brokenFiles(history, at, result, place, patch) }];
  });
}

function brokenFiles(
  history: FileHistory,
  at: number,
  result: PatchResult,
  { strip, reverse }: QueuedPatch,
  patch: PatchFile,
): BrokenFile[] {
  const written = reverse ? patch.diff.files.toReversed() : patch.diff.files;
  const broken: BrokenFile[] = [];
  // A patch may change one file twice; the second time it meets what the first one made.
  const own = new Map<Path, Lines>();
  for (const [index, outcome] of result.files.entries()) {
    const file = written[index];
    if (file === undefined) continue;
    const from = sourceOf(reverse ? reverseFileDiff(file) : file, strip, outcome.path);
    const content = own.get(from) ?? history.content(result.branch, from, at);
    const hunks = hunksToApply(file);
    switch (outcome.kind) {
      case "left out":
      // What a merge made is not known here; a second change of the same file is compared with what was there before.
      case "merged":
        break;
      case "applied":
        if (content !== null) own.set(outcome.path, applyHunks(content, hunks, { fuzz: Infinity, reverse }).file);
        break;
      case "rejected":
        broken.push({
          path: outcome.path,
          from,
          reason: outcome.reason,
          content,
          hunks: content === null ? [] : brokenHunks(content, hunks, reverse, outcome.hunks),
        });
        break;
    }
  }
  return broken;
}

function brokenHunks(
  content: Lines,
  hunks: readonly Hunk[],
  reverse: boolean,
  outcomes: readonly HunkOutcome[],
): BrokenHunk[] {
  return outcomes.flatMap((outcome, index) => {
    const hunk = hunks[index];
    if (outcome.kind !== "rejected" || hunk === undefined) return [];
    return [{ number: index + 1, outcome, misfit: misfitOf(content, hunk, reverse, outcome) }];
  });
}

function sourceOf({ change, oldPath }: FileDiff, strip: number, path: Path): Path {
  const moves = change === "rename" || change === "copy";
  return (moves && oldPath !== null ? stripPath(oldPath, strip) : null) ?? path;
}

/** The changes that the patch, as it is queued, would make of a file. */
export function changesOf({ patch, queued }: BrokenPatch, path: Path): FileDiff[] {
  return patch.diff.files
    .filter((file) => pathsOf(file, queued.strip).includes(path))
    .map((file) => (queued.reverse ? reverseFileDiff(file) : file));
}
