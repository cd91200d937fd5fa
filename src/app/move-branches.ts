// Moves the branches of a build and tells the ledger, so that a crash at any moment leaves both done or neither:
// git moves several refs one after the other, so what is about to happen is noted first and finished by the next command.
import type { CommitId, Git, RefUpdate } from "#io/git";
import { parseCommitId } from "#io/git";
import type { PendingBuild, Tree } from "#io/store";
import { readLedger, readPendingBuild, removePendingBuild, runOperation, tryLock, writePendingBuild } from "#io/store";
import { builtBranchesOf } from "#model/ledger";
import { personOf } from "./change.ts";
import { mapFiles } from "./commit-map.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** Moves the branches, then records where they are. The caller holds the tree's lock. */
export async function moveBranches(world: World, tree: Tree, source: Git, build: PendingBuild): Promise<void> {
  const updates = build.branches.flatMap(updateOf);
  if (updates.length > 0) writePendingBuild(tree.privateDir, build);
  try {
    await source.updateRefs(updates, "longarm: build");
  } catch (error) {
    removePendingBuild(tree.privateDir);
    throw error;
  }
  await record(world, tree, build);
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
  await source.clearStaleLocks(
    build.branches.map(({ name }) => `refs/heads/${name}`),
    time,
  );
  const now = await Promise.all(build.branches.map(({ name }) => source.find(`refs/heads/${name}`)));
  const changing = build.branches.filter(({ before, commit }) => before !== commit);
  const happened = build.branches.some(({ before, commit }, index) => before !== commit && now[index] === commit);
  if (changing.length > 0 && !happened) {
    removePendingBuild(tree.privateDir);
    return "a build was interrupted before it moved a branch; the branches are as they were before";
  }
  // A branch that somebody moved since is theirs.
  const behind = build.branches.filter(({ before }, index) => now[index] === before);
  await source.updateRefs(behind.flatMap(updateOf), "longarm: build");
  const whole = build.branches.filter(({ before, commit }, index) => now[index] === commit || now[index] === before);
  await record(world, tree, { ...build, branches: whole });
  removePendingBuild(tree.privateDir);
  return "a build was interrupted while its branches moved; all of them are now in place";
}

function updateOf({ name, before, commit }: PendingBuild["branches"][number]): RefUpdate[] {
  if (before === commit) return [];
  return [{ ref: `refs/heads/${name}`, new: commitOf(commit), old: before === null ? null : commitOf(before) }];
}

function commitOf(id: string): CommitId {
  const commit = parseCommitId(id);
  if (commit === null) throw new Error(`build note holds "${id}", which is no commit id`);
  return commit;
}

/** Remembers in the ledger where the branches point, when that is not what it says already. */
async function record(world: World, tree: Tree, build: PendingBuild): Promise<void> {
  const known = builtBranchesOf(readLedger(tree));
  const moved = build.branches.filter(({ name, commit }) => commit !== known.get(name));
  if (moved.length === 0) return;
  const branches = Object.fromEntries(moved.map(({ name, commit }) => [name, commit]));
  await runOperation(
    { dir: tree.dir, privateDir: tree.privateDir, git: tree.git, now: world.now(), by: await personOf(tree) },
    {
      summary: `build: ${moved.map(({ name }) => name).join(", ")}`,
      files: mapFiles(tree, build.maps ?? []),
      events: [{ kind: "built", base: build.base, branches, rejected: build.rejected }],
      notices: [],
    },
  );
}
