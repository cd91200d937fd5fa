// Moves the branches of a build and tells the ledger, so that a crash at any moment leaves both done or neither:
// git moves several refs one after the other, so what is about to happen is noted first and finished by the next command.
import type { CommitId, Git, RefUpdate } from "#io/git";
import { parseCommitId } from "#io/git";
import type { PendingBuild, PendingRef, Tree } from "#io/store";
import { readLedger, readPendingBuild, removePendingBuild, tryLock, writePendingBuild } from "#io/store";
import type { LedgerEvent } from "#model/ledger";
import { builtBranchesOf } from "#model/ledger";
import { runChange } from "./change.ts";
import { mapFiles } from "./commit-map.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** Moves the branches, then records where they are. The caller holds the tree's lock; `events` are what its ledger has. */
export async function moveBranches(
  world: World,
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  build: PendingBuild,
): Promise<void> {
  const updates = refsOf(build).flatMap(updateOf);
  if (updates.length > 0) writePendingBuild(tree.privateDir, build);
  try {
    world.step?.("the build is noted");
    await source.updateRefs(updates, "longarm: build");
    world.step?.("the branches moved");
  } catch (error) {
    removePendingBuild(tree.privateDir);
    throw error;
  }
  await record(world, tree, events, build);
  removePendingBuild(tree.privateDir);
}

/**
 * Finishes a build that was killed while its branches moved: if one has moved, all do, and the ledger gets its entry;
 * if none has, the build did not happen. Returns what was done, or null when there was nothing to finish.
 */
export async function finishBuild(world: World, tree: Tree): Promise<string | null> {
  if (readPendingBuild(tree.privateDir) === null) return null;
  using lock = tryLock(tree.privateDir, "finishing an interrupted build");
  const pending = readPendingBuild(tree.privateDir);
  if (lock === null || pending === null) return null;
  const { build, time } = pending;
  await using source = await openSource(tree);
  const refs = refsOf(build);
  await source.clearStaleLocks(
    refs.map(({ ref }) => ref),
    time,
  );
  const now = await Promise.all(refs.map(({ ref }) => source.find(ref)));
  const changing = refs.filter(({ before, commit }) => before !== commit);
  const happened = refs.some(({ before, commit }, index) => before !== commit && now[index] === commit);
  if (changing.length > 0 && !happened) {
    removePendingBuild(tree.privateDir);
    return "a build was interrupted before it moved a branch; the branches are as they were before";
  }
  // A branch that somebody moved since is theirs.
  const behind = refs.filter(({ before }, index) => now[index] === before);
  await source.updateRefs(behind.flatMap(updateOf), "longarm: build");
  // The branches come first among the refs.
  const whole = build.branches.filter(({ before, commit }, index) => now[index] === commit || now[index] === before);
  await record(world, tree, readLedger(tree), { ...build, branches: whole });
  removePendingBuild(tree.privateDir);
  return "a build was interrupted while its branches moved; all of them are now in place";
}

/** Everything that moves: the branches first, then the refs below postings. */
function refsOf({ branches, refs = [] }: PendingBuild): readonly PendingRef[] {
  return [...branches.map(({ name, before, commit }) => ({ ref: `refs/heads/${name}`, before, commit })), ...refs];
}

function updateOf({ ref, before, commit }: PendingRef): RefUpdate[] {
  if (before === commit) return [];
  const [old, next] = [before, commit].map((id) => (id === null ? null : commitOf(id)));
  return [{ ref, new: next ?? null, old: old ?? null }];
}

function commitOf(id: string): CommitId {
  const commit = parseCommitId(id);
  if (commit === null) throw new Error(`build note holds "${id}", which is no commit id`);
  return commit;
}

/** Remembers in the ledger where the branches point, when that is not what it says already. */
async function record(world: World, tree: Tree, events: readonly LedgerEvent[], build: PendingBuild): Promise<void> {
  const known = builtBranchesOf(events);
  const moved = build.branches.filter(({ name, commit }) => commit !== known.get(name));
  if (moved.length === 0) return;
  const branches = Object.fromEntries(moved.map(({ name, commit }) => [name, commit]));
  await runChange(world, tree, {
    summary: `build: ${moved.map(({ name }) => name).join(", ")}`,
    files: mapFiles(tree, build.maps ?? []),
    events: [{ kind: "built", base: build.base, branches, rejected: build.rejected }],
    notices: [],
  });
}
