// Pushes patches onto files: each file change of a diff, with its outcome, all or nothing for the whole patch.
// Plain diffs follow GNU patch 2.7.6 as quilt 0.66 calls it (-f); renames, modes and binary changes follow git.
import type { Path } from "#model/bytes";
import { byteString, noBytes, pathProblem, quotedPath } from "#model/bytes";
import type { Diff, FileDiff, FileMode, HunkOutcome, Target } from "#model/diff";
import { equalLines, linesOf, nameProblem, reverseFileDiff, targetOf } from "#model/diff";
import { layerOn } from "./changed-files.ts";
import type { FileEntry, Files, Leaving } from "./files.ts";
import { fileAt, filesOf, obstacleTo } from "./files.ts";
import type { FileConflict, MergedChange } from "./merge-change.ts";
import { mergeChange } from "./merge-change.ts";
import { newContent } from "./new-content.ts";
import type { FileChange, FileOutcome, PushOutcome, PushSettings, PushTrial } from "./push-outcome.ts";

/**
 * Pushes diffs one after the other. A rejected one changes nothing and the next is tried on what there is,
 * unless `stop` says that enough is known.
 * Law: pushing a list, then the same list reversed with `reverse` flipped, gives the files back (fuzz 0, nothing rejected).
 */
export function pushAll(
  start: Files,
  patches: readonly { readonly diff: Diff; readonly settings: PushSettings }[],
  stop: (outcome: PushOutcome, index: number) => boolean = () => false,
): { readonly files: Files; readonly outcomes: readonly PushOutcome[] } {
  const changed = start.changed.copy();
  const files: Files = { base: start.base, changed };
  const outcomes: PushOutcome[] = [];
  for (const [index, { diff, settings }] of patches.entries()) {
    const outcome = pushOnto(files, diff, settings);
    outcomes.push(outcome);
    if (outcome.kind === "applied") for (const change of outcome.changes) changed.set(change.path, change.after);
    if (stop(outcome, index)) break;
  }
  return { files, outcomes };
}

/** Pushes one diff; see {@link pushAll}. */
export function pushPatch(
  files: Files,
  diff: Diff,
  settings: PushSettings,
): { readonly files: Files; readonly outcome: PushOutcome } {
  const { files: after, outcomes } = pushAll(files, [{ diff, settings }]);
  return { files: after, outcome: outcomes[0] ?? { kind: "empty", files: [] } };
}

/** Pushes one diff and keeps what came of each file; {@link pushPatch} keeps all or nothing. */
export function tryPush(files: Files, diff: Diff, settings: PushSettings): PushTrial {
  const conflicts = new Map<Path, FileConflict>();
  const made = layerOn(files.changed);
  const merging = settings.merging ? { ...settings.merging, guess: true } : null;
  const outcome = pushOnto(files, diff, { ...settings, merging }, made, conflicts);
  return { outcome, made: made.own, conflicts };
}

function pushOnto(
  files: Files,
  diff: Diff,
  settings: PushSettings,
  // The patch's own changes so far: a diff may change one file twice.
  own = layerOn(files.changed),
  conflicts = new Map<Path, FileConflict>(),
): PushOutcome {
  const [problem] = diff.problems;
  if (problem) {
    return { kind: "rejected", files: [], reason: `is malformed at line ${problem.line ?? 1}: ${problem.message}` };
  }
  const seen: Files = { base: files.base, changed: own };
  const leaving = stillIn(leavingPaths(files, diff, settings), own.own);
  const moment: Moment = { start: files, seen, own: own.own, conflicts, leaving, edited: new Set() };
  const outcomes: FileOutcome[] = [];
  for (const file of settings.reverse ? diff.files.toReversed() : diff.files) {
    const step = pushFile(moment, file, settings);
    outcomes.push(step.outcome);
    for (const [path, entry] of step.writes) own.set(path, entry);
  }
  if (outcomes.some((outcome) => outcome.kind === "rejected"))
    return { kind: "rejected", files: outcomes, reason: null };
  const changes: FileChange[] = [];
  for (const [path, after] of own.own) {
    const before = fileAt(files, path);
    if (before === null && after === null) continue;
    if (before !== null && after !== null && before.mode === after.mode && equalLines(before.lines, after.lines))
      continue;
    changes.push({ path, before, after });
  }
  return changes.length === 0 ? { kind: "empty", files: outcomes } : { kind: "applied", files: outcomes, changes };
}

/**
 * A diff that is half pushed. Git's changes of one diff happen at once: renames and copies read what there was at the
 * start, and may take a name that another change of the diff gives up ("git apply" does the same). Plain ones follow each other.
 */
interface Moment {
  readonly start: Files;
  /** What the diff has made of `start` so far. */
  readonly seen: Files;
  readonly own: ReadonlyMap<Path, FileEntry | null>;
  /** Filled as changes are tried. */
  readonly conflicts: Map<Path, FileConflict>;
  /** Paths that git's renames and deletions will give up. */
  readonly leaving: Leaving;
  /** Paths that git's changes in place wrote; a later rename takes the edited file along, as nothing may be lost. */
  readonly edited: Set<Path>;
}

/** Those paths of a set that nothing was done to yet. */
function stillIn(paths: ReadonlySet<Path>, done: ReadonlyMap<Path, unknown>): Leaving {
  return {
    has: (path) => paths.has(path) && !done.has(path),
    *[Symbol.iterator]() {
      for (const path of paths) if (!done.has(path)) yield path;
    },
  };
}

function leavingPaths(files: Files, diff: Diff, settings: PushSettings): ReadonlySet<Path> {
  const paths = new Set<Path>();
  for (const written of diff.files) {
    if (!written.git || written.change === "modify") continue;
    const file = settings.reverse ? reverseFileDiff(written) : written;
    if (file.change !== "rename" && file.change !== "delete") continue;
    const target = targetOf(file, settings.strip, (path) => fileAt(files, path) !== null);
    if (target !== null) paths.add(target.from);
  }
  return paths;
}

type Step = { readonly outcome: FileOutcome; readonly writes: readonly (readonly [Path, FileEntry | null])[] };

function rejected(
  path: Path,
  reason: string,
  hunks: readonly HunkOutcome[] = [],
  found: FileConflict | null = null,
): Step {
  const conflict = found && { id: found.id, with: found.with, regions: found.conflict.regions.length };
  return { outcome: { kind: "rejected", path, reason, hunks, conflict }, writes: [] };
}

function pushFile(moment: Moment, written: FileDiff, settings: PushSettings): Step {
  const file = settings.reverse ? reverseFileDiff(written) : written;
  const target = targetOf(file, settings.strip, (path) => fileAt(moment.seen, path) !== null);
  const name = file.newPath ?? file.oldPath ?? "";
  if (target === null) return rejected(name, `has no file name left at strip level -p${settings.strip}`);
  const absolute = nameProblem(file);
  if (absolute !== null) return rejected(name, "is absolute");
  for (const path of [target.from, target.to]) {
    const problem = pathProblem(path);
    if (problem !== null) return rejected(path, problem);
  }
  if (file.binary !== null && file.binary.forward === null) {
    const reason =
      file.change === "create"
        ? "is binary and the patch carries no data for it, so it is made empty"
        : "is binary and the patch carries no data for it, so it stays as it is";
    // A new file is at least there, empty, as after `quilt push`.
    const makes =
      file.change === "create" &&
      fileAt(moment.seen, target.to) === null &&
      obstacleIn(moment, file, target.to) === null;
    const empty = { mode: newMode(file, null), lines: linesOf(noBytes) };
    return {
      outcome: { kind: "left out", path: target.to, reason, hunks: [] },
      writes: makes ? [[target.to, empty]] : [],
    };
  }
  const atStart = file.change === "copy" || (file.change === "rename" && !moment.edited.has(target.from));
  const before = fileAt(atStart ? moment.start : moment.seen, target.from);
  const obstacle = cannotStart(moment, file, target, before, settings.reverse);
  if (obstacle !== null) return rejected(target.to, obstacle);
  // What git creates begins with nothing, even where an empty or leaving file still stands.
  const source = file.git && file.change === "create" ? null : before;
  const found = newContent(file, source?.lines ?? linesOf(noBytes), settings);
  const merged = found.reason === null ? null : merge(moment, file, target, source, settings);
  if (found.reason !== null && merged?.kind !== "merged") {
    if (merged !== null) moment.conflicts.set(target.to, merged);
    return rejected(target.to, found.reason, found.hunks, merged);
  }
  const { hunks } = found;
  const made = merged?.kind === "merged" ? merged.lines : found.lines;
  // A copy that is taken back leaves what it was copied from.
  const gone = (file.change === "delete" && made.size === 0) || (settings.reverse && written.change === "copy");
  if (file.change === "delete" && !gone) {
    return rejected(target.to, "is to be deleted but has other content", hunks);
  }
  const after = gone ? null : { mode: newMode(file, source), lines: made };
  if (
    after?.mode === "160000" &&
    !/^Subproject commit (?:[0-9a-f]{40}|[0-9a-f]{64})\n?$/.test(byteString(after.lines.bytes))
  ) {
    return rejected(target.to, "is a submodule and the patch names no commit for it", hunks);
  }
  const writes: [Path, FileEntry | null][] = [];
  if (file.change === "rename" && target.from !== target.to && !isTaken(moment, target.from))
    writes.push([target.from, null]);
  writes.push([target.to, after]);
  if (file.git && file.change === "modify") moment.edited.add(target.to);
  const outcome: FileOutcome =
    merged?.kind === "merged"
      ? { kind: "merged", path: target.to, hunks, with: merged.with, resolved: merged.resolved }
      : { kind: "applied", path: target.to, hunks };
  return { outcome, writes };
}

/** The change merged into the file, where it is a text of which there is a version that the change was made for. */
function merge(
  moment: Moment,
  file: FileDiff,
  target: Target,
  before: FileEntry | null,
  { merging = null, fuzz, reverse }: PushSettings,
): MergedChange | null {
  if (merging === null || before === null || file.binary !== null || before.mode === "120000") return null;
  const base = fileAt(filesOf(moment.start.base), target.from);
  return mergeChange(file, target.from, before.lines, base?.lines ?? null, { fuzz, reverse }, merging);
}

/** The mode that the patch gives, where it changes it; `index 12..34 100644` only says what it was. */
function newMode(file: FileDiff, before: FileEntry | null): FileMode {
  return (file.newMode === file.oldMode ? before?.mode : null) ?? file.newMode ?? before?.mode ?? "100644";
}

/** Whether another change of the diff has already put a new file where this one leaves. */
function isTaken(moment: Moment, path: Path): boolean {
  return !moment.edited.has(path) && (moment.own.get(path) ?? null) !== null;
}

function cannotStart(
  moment: Moment,
  file: FileDiff,
  target: Target,
  before: FileEntry | null,
  reverse: boolean,
): string | null {
  const files = moment.seen;
  const isFree = (path: Path): boolean => fileAt(files, path) === null || (file.git && moment.leaving.has(path));
  const makesFile = file.change === "create" || (before === null && !file.git && isPureInsertion(file, reverse));
  if (makesFile) {
    if (before === null) return obstacleIn(moment, file, target.to);
    // Only an empty file may stand where one is to be made; it is what `touch` or an earlier empty creation left.
    return before.lines.size > 0 && !isFree(target.to) ? "is to be created but exists" : null;
  }
  if (before === null) {
    if (file.change === "rename" || file.change === "copy")
      return `cannot be made: its source ${quotedPath(target.from)} does not exist`;
    const obstacle = files.base.get(target.from)?.kind === "blocked" ? obstacleTo(files, target.from) : null;
    return obstacle ?? "does not exist";
  }
  if (target.from !== target.to) {
    if (fileAt(files, target.to) === null) return obstacleIn(moment, file, target.to);
    if (!isFree(target.to)) return "is the target of a rename or copy but exists";
  }
  if (before.mode === "160000") return "is a submodule";
  // A link's target is only changed by a diff that knows it is one; moved as it is, it need not be known.
  const saidMode = file.oldMode ?? file.newMode;
  if (before.mode === "120000" && saidMode !== "120000" && (saidMode !== null || file.hunks.length > 0))
    return "is a symbolic link";
  return before.mode !== "120000" && saidMode === "120000" ? "is no symbolic link" : null;
}

/**
 * What keeps a change from making a file at `path`. What the same diff takes away is no obstacle to git's changes, in whichever
 * order they stand, as with "git apply"; a directory that a plain diff empties is still there until the next one.
 */
function obstacleIn({ start, seen, leaving }: Moment, file: FileDiff, path: Path): string | null {
  if (file.git) return obstacleTo(seen, path, leaving);
  const before = start.base.get(path)?.kind === "directory" ? obstacleTo(start, path) : null;
  return before ?? obstacleTo(seen, path);
}

function isPureInsertion(file: FileDiff, reverse: boolean): boolean {
  const [hunk] = file.hunks;
  if (hunk === undefined || file.hunks.length > 1) return false;
  return reverse ? hunk.newStart === 0 && hunk.newCount === 0 : hunk.oldStart === 0 && hunk.oldCount === 0;
}
