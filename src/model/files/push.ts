// Pushes patches onto files: each file change of a diff, with its outcome, all or nothing for the whole patch.
// Plain diffs follow GNU patch 2.7.6 as quilt calls it (-f -E); renames, modes and binary changes follow git.
import type { Path } from "#model/bytes";
import { equalBytes, pathProblem, readablePath } from "#model/bytes";
import type { Diff, FileDiff, FileMode, HunkOutcome, HunkSettings, Lines, Target } from "#model/diff";
import { applyBinary, applyHunks, blobId, linesOf, reverseFileDiff, targetOf } from "#model/diff";
import type { ChangedFiles, FileEntry, Files } from "./files.ts";
import { fileAt, obstacleTo } from "./files.ts";

/** How one patch of a queue is to be applied. */
export interface PushSettings extends HunkSettings {
  /** Leading path components to remove, `-pN` of the series line. */
  readonly strip: number;
}

/** What became of one file change. */
export type FileOutcome =
  | { readonly kind: "applied"; readonly path: Path; readonly hunks: readonly HunkOutcome[] }
  | {
      readonly kind: "rejected";
      readonly path: Path;
      /** A sentence part that follows the path: "does not exist". */
      readonly reason: string;
      readonly hunks: readonly HunkOutcome[];
    };

/** One path before and after a patch; null where it does not exist. */
export interface FileChange {
  readonly path: Path;
  readonly before: FileEntry | null;
  readonly after: FileEntry | null;
}

/** What became of one patch. `empty` patches apply and change nothing. */
export type PushOutcome =
  | { readonly kind: "applied"; readonly files: readonly FileOutcome[]; readonly changes: readonly FileChange[] }
  | { readonly kind: "empty"; readonly files: readonly FileOutcome[] }
  | { readonly kind: "rejected"; readonly files: readonly FileOutcome[]; readonly reason: string | null };

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
  const changed = new Map(start.changed);
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

function pushOnto(files: Files, diff: Diff, settings: PushSettings): PushOutcome {
  const [problem] = diff.problems;
  if (problem) {
    return { kind: "rejected", files: [], reason: `is malformed at line ${problem.line ?? 1}: ${problem.message}` };
  }
  // The patch's own changes so far: a diff may change one file twice.
  const own = new Map<Path, FileEntry | null>();
  const seen: Files = { base: files.base, changed: overlay(files.changed, own) };
  const outcomes: FileOutcome[] = [];
  const order = settings.reverse ? diff.files.toReversed().map(reverseFileDiff) : diff.files;
  for (const file of order) {
    const step = pushFile(seen, file, settings);
    outcomes.push(step.outcome);
    for (const [path, entry] of step.writes) own.set(path, entry);
  }
  if (outcomes.some((outcome) => outcome.kind === "rejected"))
    return { kind: "rejected", files: outcomes, reason: null };
  const changes: FileChange[] = [];
  for (const [path, after] of own) {
    const before = fileAt(files, path);
    if (before === null && after === null) continue;
    if (
      before !== null &&
      after !== null &&
      before.mode === after.mode &&
      equalBytes(before.lines.bytes, after.lines.bytes)
    )
      continue;
    changes.push({ path, before, after });
  }
  return changes.length === 0 ? { kind: "empty", files: outcomes } : { kind: "applied", files: outcomes, changes };
}

/** A view of `over` on `under`; both stay what they are. */
function overlay(under: ChangedFiles, over: ReadonlyMap<Path, FileEntry | null>): ChangedFiles {
  return {
    get: (path) => (over.has(path) ? over.get(path) : under.get(path)),
    *[Symbol.iterator]() {
      for (const change of under) if (!over.has(change[0])) yield change;
      yield* over;
    },
  };
}

type Step = { readonly outcome: FileOutcome; readonly writes: readonly (readonly [Path, FileEntry | null])[] };

function rejected(path: Path, reason: string, hunks: readonly HunkOutcome[] = []): Step {
  return { outcome: { kind: "rejected", path, reason, hunks }, writes: [] };
}

function pushFile(files: Files, file: FileDiff, settings: PushSettings): Step {
  const exists = (path: Path): boolean => fileAt(files, path) !== null;
  const target = targetOf(file, settings.strip, exists);
  const written = file.newPath ?? file.oldPath ?? "";
  if (target === null) return rejected(written, `has no file name left at strip level -p${settings.strip}`);
  for (const path of [target.from, target.to]) {
    const problem = pathProblem(path);
    if (problem !== null) return rejected(path, problem);
  }
  const before = fileAt(files, target.from);
  const obstacle = cannotStart(files, file, target, before);
  if (obstacle !== null) return rejected(target.to, obstacle);
  const made = newContent(file, before?.lines ?? linesOf(new Uint8Array(0)), settings);
  if (made.reason !== null) return rejected(target.to, made.reason, made.hunks);
  const gone = isGone(file, made.lines);
  if (file.change === "delete" && !gone) {
    return rejected(target.to, "is to be deleted but has other content", made.hunks);
  }
  const mode: FileMode = file.newMode ?? before?.mode ?? "100644";
  const after = gone ? null : { mode, lines: made.lines };
  const writes: [Path, FileEntry | null][] = [[target.to, after]];
  if (file.change === "rename" && target.from !== target.to) writes.unshift([target.from, null]);
  return { outcome: { kind: "applied", path: target.to, hunks: made.hunks }, writes };
}

/** Git headers say when a file goes; a plain diff cannot, so there an emptied file goes, as with `patch -E`. */
function isGone(file: FileDiff, after: Lines): boolean {
  if (after.bytes.length > 0) return false;
  return file.git ? file.change === "delete" : file.hunks.length > 0;
}

function cannotStart(files: Files, file: FileDiff, target: Target, before: FileEntry | null): string | null {
  const makesFile = file.change === "create" || (before === null && !file.git && isPureInsertion(file));
  if (makesFile) {
    // Only an empty file may stand where one is to be made; it is what `touch` or an earlier empty creation left.
    if (before !== null) return before.lines.bytes.length > 0 ? "is to be created but exists" : null;
    return obstacleTo(files, target.to);
  }
  if (before === null) {
    if (file.change === "rename" || file.change === "copy")
      return `cannot be made: its source "${readablePath(target.from)}" does not exist`;
    const obstacle = files.base.get(target.from)?.kind === "blocked" ? obstacleTo(files, target.from) : null;
    return obstacle ?? "does not exist";
  }
  if (target.from !== target.to) {
    return fileAt(files, target.to) === null
      ? obstacleTo(files, target.to)
      : "is the target of a rename or copy but exists";
  }
  if (before.mode === "160000") return "is a submodule";
  // A link's target is only changed by a diff that knows it is one.
  if (before.mode === "120000" && (file.oldMode ?? file.newMode) !== "120000") return "is a symbolic link";
  return null;
}

function isPureInsertion(file: FileDiff): boolean {
  return file.hunks.length === 1 && file.hunks[0]?.oldStart === 0 && file.hunks[0].oldCount === 0;
}

interface NewContent {
  readonly lines: Lines;
  readonly hunks: readonly HunkOutcome[];
  readonly reason: string | null;
}

function newContent(file: FileDiff, before: Lines, settings: PushSettings): NewContent {
  if (file.binary !== null) return newBinary(file, before);
  const { file: lines, outcomes } = applyHunks(before, file.hunks, { fuzz: settings.fuzz, reverse: settings.reverse });
  const failed = outcomes.filter((outcome) => outcome.kind === "rejected").length;
  const reason =
    failed === 0 ? null : `has ${failed} of ${outcomes.length} ${outcomes.length === 1 ? "hunk" : "hunks"} rejected`;
  return { lines, hunks: outcomes, reason };
}

function newBinary(file: FileDiff, before: Lines): NewContent {
  const fail = (reason: string): NewContent => ({ lines: before, hunks: [], reason });
  const hunk = file.binary?.forward;
  if (!hunk) return fail("is binary and the patch carries no data for it");
  if (
    file.oldId !== null &&
    !/^0+$/.test(file.oldId) &&
    !blobId(before.bytes, file.oldId.length).startsWith(file.oldId)
  ) {
    return fail("is binary and has other content than the patch was made for");
  }
  const after = applyBinary(before.bytes, hunk);
  if ("message" in after) return fail(`cannot be made: ${after.message}`);
  if (file.newId !== null && !/^0+$/.test(file.newId) && !blobId(after, file.newId.length).startsWith(file.newId)) {
    return fail("is binary and would get other content than the patch says");
  }
  return { lines: linesOf(after), hunks: [], reason: null };
}
