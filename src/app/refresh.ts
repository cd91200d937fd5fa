// `refresh`: writes what offset, fuzz and merges made of patches back into their files, so that they fit as they are.
import type { BuildPlan, Outcome, PatchResult, PlannedCommit } from "#model/branches";
import type { Bytes, Path } from "#model/bytes";
import { equalBytes, UserError } from "#model/bytes";
import { pathsOf } from "#model/diff";
import type { EventBody } from "#model/ledger";
import type { FileRefresh, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, refreshPatch, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readPatchBytes } from "#io/store";
import { readablePath } from "#model/bytes";
import { equalLines } from "#model/diff";
import type { Changed } from "./change.ts";
import { changeTree, whatOf } from "./change.ts";
import { findPatch } from "./look.ts";
import { makeMemory } from "./memory.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface RefreshRequest {
  /** Empty for every patch that applies with offset, with fuzz or merged. */
  readonly patches: readonly string[];
  readonly dryRun: boolean;
}

/** One patch that was looked at. */
export interface RefreshedFile {
  readonly name: PatchName;
  /** What a build makes of it as it was. */
  readonly outcome: Outcome;
  /** The file changes that were rewritten; none of a patch that fits. */
  readonly files: readonly FileRefresh[];
  readonly before: Bytes;
  readonly after: Bytes;
}

export interface RefreshPlan {
  readonly patches: readonly RefreshedFile[];
  /** Null when every patch fits as it is. */
  readonly change: TreeChange | null;
}

/** Refreshes patches. Throws UserError, and changes nothing, when one that was named does not apply. */
export async function refresh(world: World, request: RefreshRequest): Promise<Changed<RefreshPlan>> {
  return withTree(world, async (tree) => {
    const head = await tree.git.find("HEAD");
    const plan = await planRefresh(world, tree, request);
    const { change } = plan;
    if (request.dryRun || change === null) return { plan, done: null };
    return await changeTree(world, tree, "refresh", false, async () => {
      if ((await tree.git.find("HEAD")) === head) return { ...plan, change };
      throw treeChanged("refresh");
    });
  });
}

/** What to say when another command was faster than a plan that was made without the lock. */
export function treeChanged(work: string): UserError {
  return new UserError(`the tree was changed while the ${work} was planned`, {
    hint: "run the command again",
    exitCode: 3,
  });
}

const BENT: ReadonlySet<Outcome> = new Set(["offset", "fuzz", "merged"]);
const SETTINGS = { branch: null, base: null, onReject: "skip", resume: false } as const;

async function planRefresh(world: World, tree: Tree, request: RefreshRequest): Promise<RefreshPlan> {
  await using source = await openSource(tree);
  const memory = makeMemory();
  const planned = await planQueue(world, tree, source, { ...SETTINGS, memory });
  const named = [...new Set(request.patches.map((name) => findPatch(planned.queue, name)))];
  const wanted =
    named.length > 0 ? named : planned.queue.filter(({ name }) => BENT.has(resultOf(planned, name).outcome));
  const patches: RefreshedFile[] = [];
  for (const queued of wanted) patches.push(await refreshOne(tree, source, planned, queued));
  const changed = patches.filter(({ before, after }) => !equalBytes(before, after));
  if (changed.length === 0) return { patches, change: null };
  const instead = new Map(changed.map(({ name, after }) => [name, after]));
  const again = await planQueue(world, tree, source, { ...SETTINGS, memory, instead });
  refuseChanged(planned.plan, again.plan, new Set(changed.map(({ name }) => name)));
  return { patches, change: changeFor(changed) };
}

async function refreshOne(
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  { name, strip, reverse }: QueuedPatch,
): Promise<RefreshedFile> {
  const result = resultOf(planned, name);
  if (result.outcome === "rejected" || result.outcome === "not tried") throw doesNotApply(result);
  const before = readPatchBytes(tree, name);
  const common = { name, outcome: result.outcome, before };
  if (!BENT.has(result.outcome)) return { ...common, files: [], after: before };
  const patch = planned.patches.get(name) ?? parsePatchFile(before);
  const paths = patch.diff.files.flatMap((file) => pathsOf(file, strip));
  const refreshed = refreshPatch({
    patch,
    settings: { strip, reverse, fuzz: tree.config.fuzz },
    outcomes: result.files,
    below: await filesAt(source, planned, tipBelow(planned, name), paths),
    above: await filesAt(source, planned, result.tip, paths),
  });
  if (refreshed.kind === "refused") {
    throw new UserError(`cannot refresh "${showName(name)}": it ${refreshed.reason}`, {
      hint: "change the patch file itself",
    });
  }
  return { ...common, files: refreshed.files, after: refreshed.bytes };
}

function doesNotApply({ name }: PatchResult): UserError {
  const shown = showName(name);
  return new UserError(`cannot refresh "${shown}": it does not apply`, {
    hint: `see why with: longarm build --check; solve its conflicts with: longarm resolve ${shown}`,
    exitCode: 1,
  });
}

/** Refreshing changes patch files and nothing that is built from them; that it does not is a bug, and nothing is written. */
function refuseChanged(before: BuildPlan, after: BuildPlan, refreshed: ReadonlySet<PatchName>): void {
  for (const [index, { name, outcome }] of before.results.entries()) {
    const now = after.results[index]?.outcome;
    const expected = refreshed.has(name) ? "applied" : outcome;
    if (now !== expected) throw new Error(`refreshed, "${name}" would be ${now ?? "gone"} and not ${expected}`);
  }
  for (const [index, commit] of before.commits.entries()) {
    if (!sameChanges(commit, after.commits[index]))
      throw new Error(`refreshed, "${commit.patch}" would change other lines`);
  }
}

function sameChanges(left: PlannedCommit, right: PlannedCommit | undefined): boolean {
  if (right === undefined || left.changes.length !== right.changes.length) return false;
  return left.changes.every(({ path, after }) => {
    const other = right.changes.find((one) => one.path === path)?.after;
    if (after === null || other === null || other === undefined) return after === other;
    return after.mode === other.mode && equalLines(after.lines, other.lines);
  });
}

function changeFor(patches: readonly RefreshedFile[]): TreeChange {
  return {
    summary: `queue: refresh ${whatOf(patches)}`,
    files: new Map<Path, Bytes>(patches.map(({ name, after }) => [patchPath(name), after])),
    events: patches.map(eventOf),
    notices: [],
  };
}

function eventOf({ name, files }: RefreshedFile): EventBody {
  const hunks = files.flatMap(({ changes }) => changes);
  return {
    kind: "refreshed",
    patch: showName(name),
    moved: hunks.filter(({ fuzz }) => fuzz === 0).length,
    fuzz: hunks.filter(({ fuzz }) => fuzz > 0).length,
    anew: files.filter(({ anew }) => anew !== null).map(({ path }) => readablePath(path)),
  };
}
