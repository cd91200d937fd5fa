// What would become of a queue had its rejected patches been applied all the same: the queue is pushed once more, and where a
// patch does not apply it is forced in. Patches that apply then were rejected only because of others.
import type { Path } from "#model/bytes";
import type { Diff } from "#model/diff";
import { hunksToApply, pathsOf } from "#model/diff";
import type { BaseEntry, FileEntry, Files, PushTrial } from "#model/files";
import { fileAt, filesOf, tryPush } from "#model/files";
import type { BranchName, PatchName, QueuedPatch } from "#model/queue";
import { forceHunks } from "./diagnose-force-hunks.ts";
import type { PlanToDiagnose } from "./diagnose-history.ts";
import type { PatchResult } from "./plan-build.ts";
import { stretchesOf } from "./plan-build.ts";

/**
 * Patches forced in before the trial ends. So many conflicts mean a wrong base or strip level, which is no question of which
 * patch needs which, and each costs milliseconds.
 */
const MAX_FORCED = 200;

/** The rejected patches that would apply had every rejected one before them been forced in; the first of them in a very broken queue. */
export function victimsOf(input: PlanToDiagnose, paths: ReadonlySet<Path>): ReadonlySet<PatchName> {
  const victims = new Set<PatchName>();
  const results = new Map(input.plan.results.map((result) => [result.name, result]));
  const fuzz = fuzzOf(input.plan.results);
  const base = baseFiles(input, paths);
  const ends = new Map<BranchName, Files>();
  const stretches = stretchesOf(input.queue, input.branches);
  let left = MAX_FORCED;
  for (const { name: branch, start } of input.branches) {
    const below = (start === null ? undefined : ends.get(start)) ?? base;
    const changed = below.changed.copy();
    const files: Files = { base: base.base, changed };
    for (const queued of stretches.get(branch) ?? []) {
      const outcome = results.get(queued.name)?.outcome ?? "not tried";
      const diff = outcome === "not tried" ? null : diffOn(input, queued, paths);
      if (diff === null) continue;
      const trial = tryPush(files, diff, { strip: queued.strip, reverse: queued.reverse, fuzz });
      if (trial.outcome.kind === "rejected" && left-- === 0) return victims;
      if (outcome === "rejected" && trial.outcome.kind !== "rejected") victims.add(queued.name);
      for (const [path, entry] of forced(files, trial, diff, queued, fuzz)) changed.set(path, entry);
    }
    ends.set(branch, files);
  }
  return victims;
}

function baseFiles({ base, contentAt }: PlanToDiagnose, paths: ReadonlySet<Path>): Files {
  const entries = new Map<Path, BaseEntry>();
  for (const path of paths) {
    const lines = contentAt(base, path);
    if (lines !== null) entries.set(path, { kind: "file", mode: "100644", bytes: lines.bytes });
  }
  return filesOf(entries);
}

/** The part of a patch that is about those files; null when there is none, or nothing of it can be read. */
function diffOn({ patches }: PlanToDiagnose, { name, strip }: QueuedPatch, paths: ReadonlySet<Path>): Diff | null {
  const diff = patches.get(name)?.diff;
  if (diff === undefined || diff.problems.length > 0) return null;
  const files = diff.files.filter((file) => pathsOf(file, strip).some((path) => paths.has(path)));
  return files.length === 0 ? null : { ...diff, files };
}

/** What the patch makes of the files, by force where they do not have what it expects. */
function* forced(
  files: Files,
  { made, outcome }: PushTrial,
  diff: Diff,
  { strip, reverse }: QueuedPatch,
  fuzz: number,
): Generator<readonly [Path, FileEntry | null]> {
  yield* made;
  const written = reverse ? diff.files.toReversed() : diff.files;
  for (const [index, { kind, path }] of outcome.files.entries()) {
    const file = written[index];
    if (kind !== "rejected" || file === undefined) continue;
    const source = pathsOf(file, strip).find((one) => fileAt(files, one) !== null);
    const before = made.get(path) ?? (source === undefined ? null : fileAt(files, source));
    if (before === null) continue;
    yield [path, { mode: before.mode, lines: forceHunks(before.lines, hunksToApply(file), fuzz, reverse) }];
  }
}

/** What quilt allows. */
const MAX_FUZZ = 2;

/** The most fuzz that the plan can have allowed, by what it says some hunks would have needed. */
function fuzzOf(results: readonly PatchResult[]): number {
  let fuzz = MAX_FUZZ;
  for (const { files } of results) {
    for (const hunk of files.flatMap(({ hunks }) => hunks)) {
      if (hunk.kind === "rejected" && hunk.fuzzNeeded !== null) fuzz = Math.min(fuzz, hunk.fuzzNeeded - 1);
    }
  }
  return fuzz;
}
