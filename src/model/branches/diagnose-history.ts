// What the queue did to one file before a patch was tried: its versions, newest first, through branches and renames.
import type { Path } from "#model/bytes";
import type { FileDiff, Lines } from "#model/diff";
import { pathsOf, reverseFileDiff, stripPath } from "#model/diff";
import type { BranchName, PatchFile, PatchName, QueuedPatch } from "#model/queue";
import type { FileStep } from "./diagnose-blame.ts";
import type { BranchSpec, BuildPlan, PatchResult } from "./plan-build.ts";

/** A plan with what it was made of, as far as its broken patches need it. */
export interface PlanToDiagnose {
  readonly base: string;
  readonly branches: readonly BranchSpec[];
  readonly queue: readonly QueuedPatch[];
  readonly plan: BuildPlan;
  /** With every patch that touches a file in {@link pathsToDiagnose}, those of an earlier build too. */
  readonly patches: ReadonlyMap<PatchName, PatchFile>;
  /** The file of a commit that exists: for all of {@link neededContents}; null where it has none. */
  readonly contentAt: (commit: string, path: Path) => Lines | null;
}

/** The files of a queue as they were between its patches. */
export interface FileHistory {
  /** The changes of the file that the branch has before result `before`, newest first, until the file began. */
  steps(branch: BranchName, path: Path, before: number): Generator<FileStep>;
  /** The file as result `before` of the plan met it; null when there was none. */
  content(branch: BranchName, path: Path, before: number): Lines | null;
}

interface PlacedStep {
  /** Index of the patch's result. */
  readonly at: number;
  readonly step: FileStep;
}

/** Makes the history of the plan's files; a file is looked up when it is first asked for. */
export function fileHistoryOf(input: PlanToDiagnose): FileHistory {
  const queued = new Map(input.queue.map((patch) => [patch.name, patch]));
  const starts = new Map(input.branches.map(({ name, start }) => [name, start]));
  const known = new Map<string, readonly PlacedStep[]>();
  const indexed = [...input.plan.results.entries()];

  const ownSteps = (branch: BranchName, path: Path): readonly PlacedStep[] => {
    const key = `${branch}\0${path}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const placed: PlacedStep[] = [];
    known.set(key, placed);
    for (const [at, result] of indexed) {
      if (result.branch !== branch || !makesCommit(result)) continue;
      const after = contentAfter(input, queued, result, path);
      if (after === undefined) continue;
      const moves = movesOf(input.patches.get(result.name), queued.get(result.name));
      const movedFrom = after === null ? null : (moves.find(({ to }) => to === path)?.from ?? null);
      const movedTo = after === null ? (moves.find(({ from }) => from === path)?.to ?? null) : null;
      const before = content(branch, movedFrom ?? path, at);
      placed.push({ at, step: { patch: result.name, before, after, movedFrom, movedTo } });
    }
    return placed;
  };

  function* steps(branch: BranchName, path: Path, before: number): Generator<FileStep> {
    for (let on: BranchName | null = branch; on !== null; on = starts.get(on) ?? null) {
      for (const { at, step } of ownSteps(on, path).toReversed()) {
        if (at >= before) continue;
        yield step;
        if (step.movedFrom !== null) yield* steps(on, step.movedFrom, at);
        if (step.movedFrom !== null || step.before === null) return;
      }
    }
  }

  function content(branch: BranchName, path: Path, before: number): Lines | null {
    for (let on: BranchName | null = branch; on !== null; on = starts.get(on) ?? null) {
      const last = ownSteps(on, path).findLast(({ at }) => at < before);
      if (last !== undefined) return last.step.after;
    }
    return input.contentAt(input.base, path);
  }

  return { steps, content };
}

/** The paths of all files of the rejected patches, and those they were moved or copied from in the queue. */
export function pathsToDiagnose({ plan, patches, queue }: Omit<PlanToDiagnose, "contentAt">): Set<Path> {
  const queued = new Map(queue.map((patch) => [patch.name, patch]));
  const paths = new Set<Path>();
  for (const result of plan.results) {
    if (result.outcome !== "rejected") continue;
    for (const { path } of result.files) paths.add(path);
    for (const path of touched(patches.get(result.name), queued.get(result.name))) paths.add(path);
  }
  const moves = [...patches].flatMap(([name, file]) => movesOf(file, queued.get(name)));
  for (let size = -1; size !== paths.size;) {
    size = paths.size;
    for (const { from, to } of moves) if (paths.has(to)) paths.add(from);
  }
  return paths;
}

/** The files of commits that exist which {@link PlanToDiagnose.contentAt} will be asked for. */
export function neededContents(
  input: Omit<PlanToDiagnose, "contentAt">,
  paths: ReadonlySet<Path>,
): { readonly commit: string; readonly path: Path }[] {
  const queued = new Map(input.queue.map((patch) => [patch.name, patch]));
  const needed = [...paths].map((path) => ({ commit: input.base, path }));
  for (const result of input.plan.results) {
    const { tip, name } = result;
    if (typeof tip === "number" || !makesCommit(result)) continue;
    for (const path of touched(input.patches.get(name), queued.get(name))) {
      if (paths.has(path)) needed.push({ commit: tip, path });
    }
  }
  return needed;
}

function makesCommit({ outcome }: PatchResult): boolean {
  return outcome !== "rejected" && outcome !== "not tried" && outcome !== "empty";
}

/** What a patch made of the file: undefined when it did not touch it. */
function contentAfter(
  input: PlanToDiagnose,
  queued: ReadonlyMap<PatchName, QueuedPatch>,
  { name, tip }: PatchResult,
  path: Path,
): Lines | null | undefined {
  if (typeof tip === "string") {
    const touches = touched(input.patches.get(name), queued.get(name)).includes(path);
    return touches ? input.contentAt(tip, path) : undefined;
  }
  const change = input.plan.commits[tip]?.changes.find((one) => one.path === path);
  return change && (change.after?.lines ?? null);
}

function touched(patch: PatchFile | undefined, queued: QueuedPatch | undefined): Path[] {
  return patch && queued ? patch.diff.files.flatMap((file) => pathsOf(file, queued.strip)) : [];
}

/** The renames and copies of a patch, as it is applied. */
function movesOf(
  patch: PatchFile | undefined,
  queued: QueuedPatch | undefined,
): { readonly from: Path; readonly to: Path }[] {
  if (patch === undefined || queued === undefined) return [];
  return patch.diff.files.flatMap((written) => {
    if (written.change !== "rename" && written.change !== "copy") return [];
    const move = sourceOf(queued.reverse ? reverseFileDiff(written) : written, queued.strip);
    return move === null ? [] : [move];
  });
}

function sourceOf({ change, oldPath, newPath }: FileDiff, strip: number): { from: Path; to: Path } | null {
  if ((change !== "rename" && change !== "copy") || oldPath === null || newPath === null) return null;
  const [from, to] = [stripPath(oldPath, strip), stripPath(newPath, strip)];
  return from === null || to === null ? null : { from, to };
}
