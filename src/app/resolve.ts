// `resolve`: opens the conflicts of a rejected patch in a work tree, takes the solution back and records it, so that every
// build replays it by itself where the same conflict appears. The patch file stays as it is; `refresh` writes the solution into it.
import type { Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import { pathsOf } from "#model/diff";
import type { PushTrial } from "#model/files";
import { fileAt } from "#model/files";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { Git, WorkFile } from "#io/git";
import type { OperationDone, PendingWork, Tree } from "#io/store";
import { readPendingWork } from "#io/store";
import { changeTree } from "./change.ts";
import { isOut } from "./compare-plans.ts";
import { conflictText } from "./conflict-text.ts";
import { findPatch } from "./look.ts";
import type { MergedBranch } from "./merge-branches.ts";
import { planAnew } from "./plan-anew.ts";
import type { QueuePlan } from "./plan-queue.ts";
import type { ResolvePlan } from "./plan-resolve.ts";
import { planResolve } from "./plan-resolve.ts";
import { filesAt, resultOf, tipBelow } from "./planned-files.ts";
import { treeChanged } from "./refresh.ts";
import type { ResolveMergeResult } from "./resolve-merge.ts";
import { openMerge, takeMergeBack, waitingMerges } from "./resolve-merge.ts";
import { openSource } from "./source.ts";
import type { OpenConflict, RejectedPatch } from "./try-rejected.ts";
import { judged, tried } from "./try-rejected.ts";
import type { Work } from "./work-session.ts";
import { dirOf, endSession, openSession, waitingSession, work } from "./work-session.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export type ResolveRequest =
  | { readonly action: "open"; readonly patch: string; readonly how: Work; readonly dryRun: boolean }
  | { readonly action: "continue"; readonly dryRun: boolean }
  | { readonly action: "abort" };

export type ResolveResult =
  | ResolveMergeResult
  | {
      readonly kind: "waiting";
      readonly name: PatchName;
      readonly dir: string;
      readonly conflicts: readonly OpenConflict[];
    }
  | { readonly kind: "put back"; readonly name: PatchName; readonly exitCode: number | null }
  /** The patch is rejected even so; the work tree stays. */
  | { readonly kind: "refused"; readonly plan: ResolvePlan; readonly dir: string }
  | { readonly kind: "resolved"; readonly plan: ResolvePlan; readonly done: OperationDone | null };

/** The conflicts that wait, and the patch whose work tree is open, if one is. */
export async function listConflicts(world: World): Promise<{
  readonly patches: readonly RejectedPatch[];
  readonly merges: readonly MergedBranch[];
  readonly open: { readonly name: PatchName; readonly dir: string } | null;
}> {
  return withTree(world, async (tree) => {
    await using source = await openSource(tree);
    const planned = await planAnew(world, tree, source);
    const patches: RejectedPatch[] = [];
    for (const { name, outcome } of planned.plan.results) {
      if (outcome !== "rejected") continue;
      patches.push(judged((await tried(tree, source, planned, name)).trial, name));
    }
    const waiting = readPendingWork(tree.privateDir);
    const open = waiting?.kind === "resolve" ? { name: waiting.patch as PatchName, dir: dirOf(tree, waiting) } : null;
    return { patches, merges: await waitingMerges(world, tree, source), open };
  });
}

/** Resolves a patch. Throws UserError where it is not rejected, where there is nothing to resolve, or where other work waits. */
export async function resolve(world: World, request: ResolveRequest): Promise<ResolveResult> {
  return withTree(world, async (tree): Promise<ResolveResult> => {
    if (request.action === "abort") {
      const session = waitingSession(tree, "resolve");
      endSession(tree, session);
      return { kind: "put back", name: session.patch as PatchName, exitCode: null };
    }
    if (request.action === "continue") {
      const session = waitingSession(tree, "resolve");
      const take = session.merge === undefined ? takeBack : takeMergeBack;
      return await take(world, tree, session, request.dryRun);
    }
    if (tree.config.merges.some(({ name }) => name === request.patch))
      return await openMerge(world, tree, request.patch, request.how, request.dryRun);
    const { session, conflicts } = await begin(world, tree, request.patch);
    const name = session.patch as PatchName;
    const worked = await work(world, tree, session, request.how);
    if (worked.kind === "waits") return { kind: "waiting", name, dir: dirOf(tree, session), conflicts };
    if (worked.kind === "failed") {
      endSession(tree, session);
      return { kind: "put back", name, exitCode: worked.exitCode };
    }
    try {
      return await takeBack(world, tree, session, request.dryRun);
    } finally {
      if (request.dryRun) endSession(tree, session);
    }
  });
}

async function begin(
  world: World,
  tree: Tree,
  typed: string,
): Promise<{ readonly session: PendingWork; readonly conflicts: readonly OpenConflict[] }> {
  await using source = await openSource(tree);
  const planned = await planAnew(world, tree, source);
  const { name } = findPatch(planned.queue, typed);
  const shown = showName(name);
  const { outcome } = resultOf(planned, name);
  if (outcome !== "rejected") {
    const hint = outcome === "merged" ? `write the merge into it with: longarm refresh ${shown}` : null;
    throw new UserError(`"${shown}" applies, there is nothing to resolve`, hint === null ? {} : { hint });
  }
  const { patch, queued, trial } = await tried(tree, source, planned, name);
  const { conflicts, hopeless } = judged(trial, name);
  const [reason] = hopeless;
  if (reason !== undefined) {
    throw new UserError(`cannot resolve "${shown}": ${reason}`, {
      hint: "no solution could be recorded for that: change the patch file, or its place in the series",
    });
  }
  const files = new Map<Path, WorkFile | null>();
  for (const [path, entry] of trial.made) files.set(path, entry && { mode: entry.mode, bytes: entry.lines.bytes });
  const mode = await modesOf(source, planned, name, trial);
  for (const [path, conflict] of trial.conflicts) {
    files.set(path, { mode: mode(path), bytes: conflictText(conflict, shown) });
  }
  const session = await openSession(tree, source, planned, {
    kind: "resolve",
    patch: name,
    paths: new Set([...patch.diff.files.flatMap((file) => pathsOf(file, queued.strip)), ...files.keys()]),
    tip: tipBelow(planned, name),
    isEmpty: false,
    files,
    conflicts: conflicts.map(({ path, id }) => ({ path, id })),
  });
  return { session, conflicts };
}

async function modesOf(
  source: Git,
  planned: QueuePlan,
  name: PatchName,
  { conflicts }: PushTrial,
): Promise<(path: Path) => WorkFile["mode"]> {
  const below = await filesAt(source, planned, tipBelow(planned, name), conflicts.keys());
  return (path) => fileAt(below, path)?.mode ?? "100644";
}

async function takeBack(world: World, tree: Tree, session: PendingWork, dryRun: boolean): Promise<ResolveResult> {
  const head = await tree.git.find("HEAD");
  const made = await planResolve(world, tree, session);
  const dir = dirOf(tree, session);
  if (isOut(made.result)) return { kind: "refused", plan: made, dir };
  if (dryRun) return { kind: "resolved", plan: made, done: null };
  const { done } = await changeTree(world, tree, "resolve", false, async () => {
    if ((await tree.git.find("HEAD")) === head) return made;
    throw treeChanged("resolution");
  });
  endSession(tree, session);
  return { kind: "resolved", plan: made, done };
}
