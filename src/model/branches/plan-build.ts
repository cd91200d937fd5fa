// Decides a build: which patch becomes which commit, where each branch ends, and what became of every patch.
// It reads nothing and writes nothing; carrying the plan out is app's and io's task.
import type { ByteString, Path } from "#model/bytes";
import { pathsOf } from "#model/diff";
import type { Diff, Lines } from "#model/diff";
import type { FileOutcome, Files, Merging, PushOutcome, PushSettings } from "#model/files";
import { pushAll } from "#model/files";
import type { BranchName, PatchFile, PatchName, QueuedPatch } from "#model/queue";
import type { Below, Tip } from "./planned-commit.ts";
import { PlannedCommit } from "./planned-commit.ts";

/** A branch of the tree, as configured. */
export interface BranchSpec {
  readonly name: BranchName;
  /** Where it begins: at the base, or at the end of an earlier branch. */
  readonly start: BranchName | null;
}

/** What happened to one patch in a build; the words of product.md. */
export type Outcome = "applied" | "offset" | "fuzz" | "merged" | "empty" | "rejected" | "not tried";

/** One patch of a build. */
export interface PatchResult {
  readonly name: PatchName;
  readonly branch: BranchName;
  readonly outcome: Outcome;
  readonly files: readonly FileOutcome[];
  /** Why the patch as a whole was rejected, when no single file is at fault. */
  readonly reason: string | null;
  /** Earlier rejected patches that change a file which this one failed on. */
  readonly because: readonly PatchName[];
  /** Where the branch stands with this patch: its commit, or the one below when it made none. */
  readonly tip: Tip;
}

/** Where a branch ends. */
export interface PlannedBranch {
  readonly name: BranchName;
  readonly tip: Tip;
  /** False when an earlier rejection kept the build from reaching its end. */
  readonly complete: boolean;
  /** Patches of its stretch, and how many of them are in it; empty ones are. */
  readonly patches: number;
  readonly applied: number;
}

export interface BuildPlan {
  /** In the order of the branches, each branch's in series order. */
  readonly results: readonly PatchResult[];
  readonly commits: readonly PlannedCommit[];
  /** Only branches that the build reached. */
  readonly branches: readonly PlannedBranch[];
}

/** A commit to build on. */
export interface Start {
  readonly commit: string;
  /** Its committer date, `seconds zone`. */
  readonly date: string;
  /** Its files, with every path in {@link touchedPaths} of what is built on it. */
  readonly files: Files;
}

/** The first patches of a branch as an earlier build left them: none of them rejected, the last one's end in `start`. */
export interface Resumed {
  readonly results: readonly PatchResult[];
  readonly start: Start;
}

/** See `Merging` of files; here `posted` is known by patch. */
export interface BuildMerging extends Pick<Merging, "blobs" | "resolutions"> {
  readonly posted: ReadonlyMap<PatchName, ReadonlyMap<Path, Lines>>;
}

export interface BuildInput {
  readonly branches: readonly BranchSpec[];
  readonly queue: readonly QueuedPatch[];
  readonly patches: ReadonlyMap<PatchName, PatchFile>;
  readonly base: Start;
  /** Branches of which an earlier build has made the first patches: the build goes on behind those. */
  readonly resumed: ReadonlyMap<BranchName, Resumed>;
  readonly committer: { readonly name: ByteString; readonly email: ByteString };
  /** Most context lines that may be ignored at each end of a hunk. */
  readonly fuzz: number;
  /** What patches may be merged with where they do not fit; null for no merging. */
  readonly merging: BuildMerging | null;
  /** `stop` at the first rejected patch, or `skip` it and go on. */
  readonly onReject: "stop" | "skip";
}

/** Every path that the patches may read or write, so that they can be fetched before the plan is made. */
export function touchedPaths(queue: readonly QueuedPatch[], patches: ReadonlyMap<PatchName, PatchFile>): Set<Path> {
  const paths = new Set<Path>();
  for (const { name, strip } of queue) {
    for (const file of patches.get(name)?.diff.files ?? []) for (const path of pathsOf(file, strip)) paths.add(path);
  }
  return paths;
}

/** Where a branch ends while the plan is being made. */
interface End {
  readonly tip: Tip;
  readonly files: Files;
  readonly below: Below;
  readonly complete: boolean;
}

/**
 * Plans the build. The same input gives the same plan, so the same commit ids; resuming changes what is done, not what comes out.
 * Each branch's patches go onto the end of its start; patches without a branch belong to the first one.
 */
export function planBuild(input: BuildInput): BuildPlan {
  const results: PatchResult[] = [];
  const commits: PlannedCommit[] = [];
  const branches: PlannedBranch[] = [];
  const ends = new Map<BranchName, End>();
  const base = endOf(input.base);
  const failed: { readonly name: PatchName; readonly paths: ReadonlySet<Path> }[] = [];
  const stretches = stretchesOf(input.queue, input.branches);
  for (const { name: branch, start } of input.branches) {
    const stretch = stretches.get(branch) ?? [];
    if (input.onReject === "stop" && failed.length > 0) {
      const tip = ends.get(start ?? branch)?.tip ?? base.tip;
      for (const { name } of stretch) results.push(notTried(name, branch, tip));
      continue;
    }
    const resumed = input.resumed.get(branch);
    results.push(...(resumed?.results ?? []));
    const rest = stretch.slice(resumed?.results.length ?? 0);
    const below = (start === null ? base : ends.get(start)) ?? base;
    let end = resumed ? { ...endOf(resumed.start), complete: below.complete } : below;
    const steps = rest.map((queued) => ({
      diff: diffOf(patchOf(input, queued)),
      settings: settingsOf(input, queued),
    }));
    const pushed = pushAll(end.files, steps, (outcome) => input.onReject === "stop" && outcome.kind === "rejected");
    for (const [index, queued] of rest.entries()) {
      const outcome = pushed.outcomes[index];
      if (outcome === undefined) {
        results.push(notTried(queued.name, branch, end.tip));
        continue;
      }
      const patch = patchOf(input, queued);
      if (outcome.kind === "applied") {
        const { name } = queued;
        const commit = new PlannedCommit(name, patch, end.tip, end.below, outcome.changes, input.committer);
        end = { ...end, tip: commits.push(commit) - 1, below: commit };
      } else if (outcome.kind === "rejected") {
        end = { ...end, complete: false };
      }
      const before = patch.mergeOf.length === 0 ? null : tipBelow(results, branch, patch.mergeOf, below.tip);
      if (before !== null && before !== end.tip) {
        const commit = new PlannedCommit(queued.name, patch, before, end.below, [], input.committer, end.tip);
        end = { ...end, tip: commits.push(commit) - 1, below: commit };
        results.push({ ...resultOf(queued.name, branch, outcome, end.tip, failed), outcome: "applied" });
        continue;
      }
      results.push(resultOf(queued.name, branch, outcome, end.tip, failed));
      if (outcome.kind === "rejected") {
        const paths = new Set(patch.diff.files.flatMap((file) => pathsOf(file, queued.strip)));
        failed.push({ name: queued.name, paths });
      }
    }
    end = { ...end, files: pushed.files };
    ends.set(branch, end);
    const applied =
      pushed.outcomes.filter((outcome) => outcome.kind !== "rejected").length + stretch.length - rest.length;
    branches.push({ name: branch, tip: end.tip, complete: end.complete, patches: stretch.length, applied });
  }
  return { results, commits, branches };
}

/** Where the branch stood below the first of these patches that is in it; null when none is. */
function tipBelow(
  results: readonly PatchResult[],
  branch: BranchName,
  patches: readonly PatchName[],
  start: Tip,
): Tip | null {
  const names = new Set(patches);
  let tip = start;
  for (const result of results) {
    if (result.branch !== branch) continue;
    if (names.has(result.name)) return tip;
    tip = result.tip;
  }
  return null;
}

function endOf({ commit, date, files }: Start): End {
  return { tip: commit, files, below: date, complete: true };
}

function patchOf(input: BuildInput, queued: QueuedPatch): PatchFile {
  const patch = input.patches.get(queued.name);
  if (patch === undefined) throw new Error(`plan has no patch file "${queued.name}"`);
  return patch;
}

/** An empty file is a placeholder, as for quilt; one with text but no diff is damaged, and nothing of it may be left out in silence. */
function diffOf({ diff, source, mergeOf }: PatchFile): Diff {
  if (diff.files.length > 0 || mergeOf.length > 0 || source.every((byte) => byte === 10 || byte === 32)) return diff;
  return { ...diff, problems: [{ message: "it holds text but no diff", line: 1 }] };
}

const NOTHING_POSTED: ReadonlyMap<Path, Lines> = new Map();

function settingsOf({ fuzz, merging }: BuildInput, { name, strip, reverse }: QueuedPatch): PushSettings {
  const posted = merging?.posted.get(name) ?? NOTHING_POSTED;
  return { strip, reverse, fuzz, merging: merging && { ...merging, posted, guess: merging.resolutions.size > 0 } };
}

function notTried(name: PatchName, branch: BranchName, tip: Tip): PatchResult {
  return { name, branch, outcome: "not tried", files: [], reason: null, because: [], tip };
}

/** The patches of each branch in series order. */
export function stretchesOf<P extends { readonly branch: BranchName | null }>(
  queue: readonly P[],
  branches: readonly BranchSpec[],
): ReadonlyMap<BranchName, readonly P[]> {
  const stretches = new Map<BranchName, P[]>(branches.map(({ name }) => [name, []]));
  const first = branches[0]?.name;
  for (const patch of queue) {
    const branch = patch.branch ?? first;
    if (branch !== undefined) stretches.get(branch)?.push(patch);
  }
  return stretches;
}

function resultOf(
  name: PatchName,
  branch: BranchName,
  pushed: PushOutcome,
  tip: Tip,
  failed: readonly { readonly name: PatchName; readonly paths: ReadonlySet<Path> }[],
): PatchResult {
  const common = { name, branch, files: pushed.files, reason: null, because: [], tip };
  switch (pushed.kind) {
    case "applied":
      return { ...common, outcome: closeness(pushed.files) };
    case "empty":
      return { ...common, outcome: "empty" };
    case "rejected": {
      const broken = pushed.files.filter((file) => file.kind === "rejected").map((file) => file.path);
      const because = failed.filter(({ paths }) => broken.some((path) => paths.has(path))).map((one) => one.name);
      return { ...common, outcome: "rejected", reason: pushed.reason, because };
    }
  }
}

function closeness(files: readonly FileOutcome[]): Outcome {
  let outcome: Outcome = "applied";
  if (files.some(({ kind }) => kind === "merged")) return "merged";
  for (const file of files) {
    for (const hunk of file.hunks) {
      if (hunk.kind === "rejected") continue;
      if (hunk.fuzz > 0) return "fuzz";
      if (hunk.offset !== 0) outcome = "offset";
    }
  }
  return outcome;
}
