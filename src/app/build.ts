// `build`: applies the queue on its base in memory and, unless only checking, writes the commits and moves the refs.
import { resolve } from "node:path";
import type { Path } from "#model/bytes";
import { byteString, bytesOf, readableBytes, textOf, UserError } from "#model/bytes";
import type { BuildPlan, PatchResult } from "#model/branches";
import { planBuild, touchedPaths } from "#model/branches";
import type { BaseEntry, FileChange } from "#model/files";
import { filesOf } from "#model/files";
import { builtBranchesOf } from "#model/ledger";
import { parseAddresses } from "#model/mail";

import type { CommitChange, CommitId, CommitPlan, Git } from "#io/git";
import { openGit } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger, readPatches, readQueue, runOperation, takeLock } from "#io/store";
import { personOf } from "./change.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface BuildRequest {
  /** Only look whether the patches apply; nothing is written anywhere. */
  readonly check: boolean;
  /** Skip rejected patches and go on; checking always does. */
  readonly keepGoing: boolean;
  /** Plan and show, but write nothing. */
  readonly dryRun: boolean;
  /** Build only this branch and those it starts from; null for all. */
  readonly branch: string | null;
  /** Move a branch of the source repository even if it points to what this tree did not build. */
  readonly takeOver: boolean;
}

/** One branch and where it points now. */
export interface BuiltBranch {
  readonly name: string;
  readonly commit: CommitId | null;
  /** Where its ref was before; null when it is new. */
  readonly before: CommitId | null;
  readonly patches: number;
  readonly complete: boolean;
}

export interface BuildReport {
  readonly base: CommitId;
  readonly repository: string;
  readonly results: readonly PatchResult[];
  readonly branches: readonly BuiltBranch[];
  readonly commits: number;
  /** False after a check or a dry run. */
  readonly written: boolean;
}

/** Builds the tree. Rejected patches are in the report, not thrown. */
export async function build(world: World, request: BuildRequest): Promise<BuildReport> {
  return withTree(world, async (tree) => {
    if (request.check || request.dryRun) return buildTree(world, tree, request);
    // One build at a time, and none while the queue is being changed.
    using _lock = takeLock(tree.privateDir, "build");
    return await buildTree(world, tree, request);
  });
}

async function buildTree(world: World, tree: Tree, request: BuildRequest): Promise<BuildReport> {
  world.progress("reading the queue");
  const wanted = branchesFor(tree, request.branch);
  const all = readQueue(tree).patches;
  const first = tree.config.branches[0]?.name;
  const queue = all.filter((patch) => wanted.some(({ name }) => name === (patch.branch ?? first)));
  const patches = readPatches(tree, queue);
  await using source = await openSource(tree);
  const base = await baseOf(tree, source);
  world.progress(`reading the files that ${queue.length} patches touch`);
  const entries = await readBase(source, base, touchedPaths(queue, patches));
  world.progress(`applying ${queue.length} patches`);
  const plan = planBuild({
    branches: wanted,
    queue: queue.map((patch) => ({ ...patch, branch: patch.branch ?? first ?? null })),
    patches,
    files: filesOf(entries),
    baseDate: await committerDate(source, base),
    committer: committerOf(tree),
    fuzz: tree.config.fuzz,
    onReject: request.check || request.keepGoing ? "skip" : "stop",
  });
  const report = { base, repository: source.workTree ?? source.gitDir, results: plan.results };
  if (request.check || request.dryRun) {
    const branches = plan.branches.map((branch) => ({ ...branch, commit: null, before: null }));
    return { ...report, branches, commits: plan.commits.length, written: false };
  }
  world.progress(`writing ${plan.commits.length} commits`);
  const known = builtBranchesOf(readLedger(tree));
  const branches = await writeBranches(source, base, plan, request.takeOver ? null : known);
  await record(world, tree, base, branches, plan, known);
  return { ...report, branches, commits: plan.commits.length, written: true };
}

/** The branches to build, in order: the named one with everything it starts from, or all. */
function branchesFor(tree: Tree, name: string | null): Tree["config"]["branches"] {
  const { branches } = tree.config;
  if (name === null) return branches;
  const wanted = new Set<string>();
  for (let at: string | null = name; at !== null;) {
    const branch = branches.find((one) => one.name === at);
    if (branch === undefined) {
      throw new UserError(`no branch "${at}" in this tree`, {
        hint: `branches: ${branches.map((one) => one.name).join(", ")}`,
      });
    }
    wanted.add(branch.name);
    at = branch.start;
  }
  return branches.filter((one) => wanted.has(one.name));
}

/** The source repository that the configuration names. */
export async function openSource(tree: Tree): Promise<Git> {
  const { repository } = tree.config.source;
  return await openGit(resolve(tree.dir, repository));
}

async function baseOf(tree: Tree, source: Git): Promise<CommitId> {
  const { base } = tree.config.source;
  const found = await source.find(base);
  if (found !== null) return found;
  throw new UserError(`base "${base}" is no commit of the source repository "${tree.config.source.repository}"`, {
    hint: 'fetch it there, or mend "source.base" in longarm.toml',
  });
}

/** What the base has at the paths, with the bytes of every file among them. */
async function readBase(source: Git, base: CommitId, paths: ReadonlySet<Path>): Promise<Map<Path, BaseEntry>> {
  const found = await source.readEntries(base, paths);
  const ids = [...found.values()].flatMap((entry) =>
    entry.kind === "blob" || entry.kind === "link" ? [entry.id] : [],
  );
  const blobs = await source.readBlobs(ids);
  const parents = await source.readEntries(
    base,
    [...found.values()].flatMap((entry) => (entry.kind === "blocked" ? [entry.blockedBy] : [])),
  );
  const entries = new Map<Path, BaseEntry>();
  for (const [path, entry] of found) {
    switch (entry.kind) {
      case "blob":
      case "link": {
        const bytes = blobs.get(entry.id);
        if (bytes !== undefined) entries.set(path, { kind: "file", mode: entry.mode, bytes });
        break;
      }
      case "commit":
        // A submodule is kept as its id; no diff but git's own touches it.
        entries.set(path, { kind: "file", mode: "160000", bytes: bytesOf(`Subproject commit ${entry.id}\n`) });
        break;
      case "tree":
        entries.set(path, { kind: "directory" });
        break;
      case "blocked": {
        const by = parents.get(entry.blockedBy);
        const mode = by?.kind === "blob" || by?.kind === "link" || by?.kind === "commit" ? by.mode : "100644";
        entries.set(path, { kind: "blocked", by: entry.blockedBy, mode });
        break;
      }
    }
  }
  return entries;
}

async function committerDate(source: Git, commit: CommitId): Promise<string> {
  const { stdout } = await source.run(["show", "-s", "--format=%cd", "--date=raw", commit]);
  return textOf(stdout).trim();
}

function committerOf(tree: Tree): { readonly name: string; readonly email: string } {
  const [address] = parseAddresses(tree.config.maintainer);
  return { name: byteString(bytesOf(address?.name ?? "")), email: address?.address ?? "" };
}

async function writeBranches(
  source: Git,
  base: CommitId,
  plan: BuildPlan,
  known: ReadonlyMap<string, string> | null,
): Promise<BuiltBranch[]> {
  const ids = await source.writeCommits(plan.commits.map((commit) => commitPlan(commit, base)));
  const branches: BuiltBranch[] = [];
  for (const { name, tip, complete, patches } of plan.branches) {
    const commit = tip === null ? base : (ids[tip] ?? null);
    branches.push({ name, commit, before: await source.find(`refs/heads/${name}`), patches, complete });
  }
  const moved = branches.filter((branch) => branch.commit !== branch.before);
  await refuseCheckedOut(source, moved);
  if (known !== null) refuseForeign(moved, known);
  if (moved.length > 0) {
    await source.updateRefs(
      moved.map(({ name, commit, before }) => ({ ref: `refs/heads/${name}`, new: commit, old: before })),
      "longarm: build",
    );
  }
  return branches;
}

function commitPlan(commit: BuildPlan["commits"][number], base: CommitId): CommitPlan {
  return {
    parent: commit.parent ?? base,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    changes: commit.changes.map(commitChange),
  };
}

function commitChange({ path, after }: FileChange): CommitChange {
  return after === null ? { path, mode: "delete" } : { path, mode: after.mode, content: after.lines.bytes };
}

/** Moving a checked-out branch would make its work tree look changed. */
async function refuseCheckedOut(source: Git, moved: readonly BuiltBranch[]): Promise<void> {
  const { stdout } = await source.run(["worktree", "list", "--porcelain"]);
  const checkedOut = new Set([...textOf(stdout).matchAll(/^branch refs\/heads\/(.*)$/gm)].map((found) => found[1]));
  const clash = moved.find(({ name }) => checkedOut.has(name));
  if (clash) {
    throw new UserError(`branch "${clash.name}" is checked out in the source repository, so it cannot be rebuilt`, {
      hint: "check out another branch there, or use a bare clone as source",
      exitCode: 3,
    });
  }
}

/** A branch that somebody else made, or moved since, holds work that a rebuild would lose from sight. */
function refuseForeign(moved: readonly BuiltBranch[], known: ReadonlyMap<string, string>): void {
  const foreign = moved.find(({ name, before }) => before !== null && before !== known.get(name));
  if (foreign) {
    throw new UserError(
      `branch "${foreign.name}" of the source repository is at ${foreign.before ?? ""}, which this tree did not build`,
      { hint: "rename it there, or let the build move it with --take-over", exitCode: 3 },
    );
  }
}

/** Remembers in the ledger where the branches point, when that is not what it says already. */
async function record(
  world: World,
  tree: Tree,
  base: CommitId,
  branches: readonly BuiltBranch[],
  plan: BuildPlan,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const moved = branches.filter(({ name, commit }) => commit !== known.get(name));
  if (moved.length === 0) return;
  const names = Object.fromEntries(moved.map(({ name, commit }) => [name, commit ?? ""]));
  const rejected = plan.results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => readableBytes(name));
  await runOperation(
    { dir: tree.dir, privateDir: tree.privateDir, git: tree.git, now: world.now(), by: await personOf(tree) },
    {
      summary: `build: ${moved.map(({ name }) => name).join(", ")}`,
      files: new Map(),
      events: [{ kind: "built", base, branches: names, rejected }],
      notices: [],
    },
  );
}
