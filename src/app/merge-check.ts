// `merge-check`: tries to merge this tree's branches with other people's trees, each with each, and tells what is in conflict,
// who made it so, and since when. Nothing of the source repository changes; the ledger remembers when a conflict came and went.
import { conflictKey, openConflicts } from "#model/answers";
import type { KnownConflict } from "#model/answers";
import { readablePath, UserError } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import type { CommitId, Git } from "#io/git";
import { makeScratch } from "#io/git";
import type { OperationDone, Tree } from "#io/store";
import { readFetchedTrees, readLedger, readResolutions } from "#io/store";
import { changeTree } from "./change.ts";
import { fetchTrees, namedTrees } from "./fetch-trees.ts";
import type { Culprit } from "./find-culprit.ts";
import { findCulprit } from "./find-culprit.ts";
import type { MergeConflict } from "./merge-trial.ts";
import { tryMerge } from "./merge-trial.ts";
import { committerOf } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface MergeCheckRequest {
  /** Names of trees; none for those of the configuration. */
  readonly trees: readonly string[];
  /** Branches of this tree; none for those of the configuration. */
  readonly branches: readonly string[];
  /** Fetch the trees first. */
  readonly fetch: boolean;
  readonly dryRun: boolean;
}

/** A file that a branch and another tree do not agree about. */
export interface TreeConflict {
  readonly path: string;
  /** Places in it; 0 where no text could be a solution, and `reason` says why. */
  readonly regions: number;
  readonly reason: string | null;
  /** The last commit of each side that touched what is in conflict; null where none is found. */
  readonly ours: Culprit | null;
  readonly theirs: Culprit | null;
  /** When this was first seen and has not gone since, in UTC: `2026-02-11`. */
  readonly since: string;
}

/** One branch with one tree. */
export interface CheckedMerge {
  readonly branch: string;
  readonly tree: string;
  readonly outcome: "up to date" | "fast-forward" | "merged" | "conflict" | "not fetched";
  readonly conflicts: readonly TreeConflict[];
  /** Files whose conflicts a recorded resolution solves. */
  readonly resolved: readonly string[];
  /** What git says, where no file is at fault. */
  readonly said: readonly string[];
}

export interface MergeCheck {
  readonly merges: readonly CheckedMerge[];
  /** Conflicts that were there the last time and are not any more. */
  readonly gone: readonly {
    readonly branch: string;
    readonly tree: string;
    readonly path: string;
    readonly since: string;
  }[];
  /** Trees that could not be fetched, and why. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Null when there is nothing new to remember, and after a dry run. */
  readonly done: OperationDone | null;
}

/** Merges tried at once; git uses one core for each. */
const AT_ONCE = 4;

/** Tries the merges. Throws UserError where a branch was not built or a tree is not known. */
export async function mergeCheck(world: World, request: MergeCheckRequest): Promise<MergeCheck> {
  const { dryRun } = request;
  const failed = request.fetch ? (await fetchTrees(world, { names: request.trees, dryRun })).failed : [];
  return await withTree(world, async (tree) => {
    await using source = await openSource(tree);
    // What is wrong with the list has been told when it was fetched.
    const teller = request.fetch ? { ...world, tell: () => undefined } : world;
    const pairs = await pairsOf(teller, tree, source, request);
    await using git = await makeScratch(tree.privateDir, source);
    const tried = await inTurns(pairs, async (pair, number) => {
      world.progress(`merging ${pair.branch} with ${pair.tree} (${number + 1} of ${pairs.length})`);
      return await tryPair(tree, git, pair);
    });
    const open = openConflicts(readLedger(tree));
    const today = world.now().toISOString().slice(0, 10);
    const merges = tried.map((merge) => ({
      ...merge,
      conflicts: merge.conflicts.map((one) => ({
        ...one,
        since: open.get(conflictKey(merge, one.path))?.since ?? today,
      })),
    }));
    const { events, gone } = changesOf(merges, open);
    if (events.length === 0) return { merges, gone, failed, done: null };
    const { done } = await changeTree(world, tree, "merge-check", dryRun, () => ({
      change: { summary: summaryOf(events), files: new Map(), events, notices: [] },
    }));
    return { merges, gone, failed, done };
  });
}

interface Pair {
  readonly branch: string;
  readonly ours: CommitId;
  readonly tree: string;
  /** Null for a tree that was never fetched. */
  readonly theirs: CommitId | null;
  readonly url: string;
  readonly remoteBranch: string;
}

async function pairsOf(world: World, tree: Tree, source: Git, request: MergeCheckRequest): Promise<Pair[]> {
  const { mergeCheck: wanted, branches, merges } = tree.config;
  // A list adds to the trees that are named; without either, all that are declared are meant.
  const names = request.trees.length > 0 || wanted.list !== null ? request.trees : wanted.trees;
  const trees = namedTrees(world, tree, names);
  const declared = [...branches, ...merges].map(({ name }) => name as string);
  const whole = merges.length > 0 ? merges : branches;
  const mine = [request.branches, wanted.branches, whole.map(({ name }) => name)].find((some) => some.length > 0) ?? [];
  const fetched = readFetchedTrees(tree);
  const pairs: Pair[] = [];
  for (const branch of mine) {
    if (!declared.includes(branch))
      throw new UserError(`no branch "${branch}" in this tree`, { hint: `branches: ${declared.join(", ")}` });
    const ours = await source.find(`refs/heads/${branch}`);
    if (ours === null) throw new UserError(`branch "${branch}" was not built`, { hint: "make it with: longarm build" });
    for (const { name, url, branch: remoteBranch } of trees) {
      const noted = fetched.get(name);
      const theirs = noted === undefined ? null : await source.find(noted);
      pairs.push({ branch, ours, tree: name, theirs, url, remoteBranch });
    }
  }
  return pairs;
}

/** The results in the order of the items, some of them worked on at the same time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return results;
}

async function tryPair(tree: Tree, git: Git, pair: Pair): Promise<CheckedMerge> {
  const { branch, ours, tree: name, theirs, url, remoteBranch } = pair;
  const common = { branch, tree: name, conflicts: [], resolved: [], said: [] };
  if (theirs === null) return { ...common, outcome: "not fetched" };
  const trial = await tryMerge(git, {
    ours,
    theirs,
    merged: { kind: "tree", url, branch: remoteBranch },
    into: branch,
    resolutions: readResolutions(tree),
    committer: committerOf(tree),
  });
  if (trial.kind === "merged") {
    return { ...common, outcome: "merged", resolved: trial.resolved.map(({ path }) => readablePath(path)) };
  }
  if (trial.kind !== "conflict") return { ...common, outcome: trial.kind };
  const base = await git.mergeBase(ours, theirs);
  const conflicts: TreeConflict[] = [];
  for (const one of trial.conflicts) conflicts.push(await explained(git, one, { ours, theirs, base }));
  return { ...common, outcome: "conflict", conflicts, said: conflicts.length === 0 ? trial.said : [] };
}

async function explained(
  git: Git,
  { path, conflict, reason }: MergeConflict,
  { ours, theirs, base }: { readonly ours: CommitId; readonly theirs: CommitId; readonly base: CommitId | null },
): Promise<TreeConflict> {
  const regions = conflict?.regions ?? [];
  const linesOn = (side: "ours" | "theirs"): { from: number; count: number }[] =>
    regions.map((region) => ({ from: region[side].line, count: countLines(region[side].text) }));
  return {
    path: readablePath(path),
    regions: regions.length,
    reason,
    ours: await findCulprit(git, base, ours, path, linesOn("ours")),
    theirs: await findCulprit(git, base, theirs, path, linesOn("theirs")),
    since: "",
  };
}

function countLines(text: Uint8Array): number {
  let count = text.length > 0 && text[text.length - 1] !== 10 ? 1 : 0;
  for (const byte of text) if (byte === 10) count += 1;
  return count;
}

/** What the ledger does not know yet. What was not tried this time is left as it is. */
function changesOf(
  merges: readonly CheckedMerge[],
  open: ReadonlyMap<string, KnownConflict>,
): { readonly events: EventBody[]; readonly gone: KnownConflict[] } {
  const tried = new Set(
    merges.filter(({ outcome }) => outcome !== "not fetched").map((merge) => conflictKey(merge, "")),
  );
  const now = new Set(merges.flatMap((merge) => merge.conflicts.map(({ path }) => conflictKey(merge, path))));
  const gone = [...open].flatMap(([key, one]) => (tried.has(conflictKey(one, "")) && !now.has(key) ? [one] : []));
  const came = merges.flatMap(({ branch, tree, conflicts }) =>
    conflicts.flatMap(({ path }): EventBody[] =>
      open.has(conflictKey({ branch, tree }, path)) ? [] : [{ kind: "conflicted", branch, tree, path }],
    ),
  );
  const went = gone.map(({ branch, tree, path }): EventBody => ({ kind: "unconflicted", branch, tree, path }));
  return { events: [...came, ...went], gone };
}

function summaryOf(events: readonly EventBody[]): string {
  const came = events.filter(({ kind }) => kind === "conflicted").length;
  const went = events.length - came;
  const words = [...(came > 0 ? [`${came} new`] : []), ...(went > 0 ? [`${went} gone`] : [])];
  return `merge-check: ${words.join(", ")}`;
}
