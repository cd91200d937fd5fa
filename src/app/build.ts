// `build`: applies the queue on its base in memory and, unless only checking, writes the commits and moves the refs.
import { showName } from "#model/queue";
import { byteString, bytesOf, textOf, UserError, readablePath } from "#model/bytes";
import type { PatchResult } from "#model/branches";
import { planBuild, touchedPaths } from "#model/branches";
import { filesOf } from "#model/files";
import { builtBranchesOf } from "#model/ledger";
import { parseAddresses } from "#model/mail";
import type { CommitId, Git } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger, readPatches, readQueue, SERIES_FILE, takeLock } from "#io/store";
import { moveBranches } from "./move-branches.ts";
import { readBase } from "./read-base.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";
import type { BuiltBranch } from "./write-commits.ts";
import { writeCommits } from "./write-commits.ts";

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
  await tellOfHandEdits(world, tree);
  world.progress("reading the queue");
  const wanted = branchesFor(tree, request.branch);
  const all = readQueue(tree).patches;
  const first = tree.config.branches[0]?.name;
  const queue = all.filter((patch) => wanted.some(({ name }) => name === (patch.branch ?? first)));
  const files = readPatches(tree, queue);
  await using source = await openSource(tree);
  const base = await baseOf(tree, source);
  world.progress(`reading the files that ${queue.length} patches touch`);
  const entries = await readBase(source, base, touchedPaths(queue, files));
  world.progress(`applying ${queue.length} patches`);
  const plan = planBuild({
    branches: wanted,
    queue: queue.map((patch) => ({ ...patch, branch: patch.branch ?? first ?? null })),
    patches: files,
    files: filesOf(entries),
    baseDate: await committerDate(source, base),
    committer: committerOf(tree),
    fuzz: tree.config.fuzz,
    onReject: request.check || request.keepGoing ? "skip" : "stop",
  });
  const report = { base, repository: source.workTree ?? source.gitDir, results: plan.results };
  if (request.check || request.dryRun) {
    const branches = plan.branches.map(({ name, patches, applied, complete }) => ({
      name,
      patches,
      applied,
      complete,
      commit: null,
      before: null,
    }));
    return { ...report, branches, commits: plan.commits.length, written: false };
  }
  world.progress(`writing ${plan.commits.length} commits`);
  const known = builtBranchesOf(readLedger(tree));
  const branches = await writeCommits(source, base, plan, request.takeOver ? null : known);
  await moveBranches(world, tree, source, {
    base,
    branches: branches.map(({ name, before, commit }) => ({ name, before, commit: commit ?? base })),
    rejected: plan.results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => showName(name)),
  });
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

/** A build takes the files as they are on the disk; what is not committed nobody else can build again. */
async function tellOfHandEdits(world: World, tree: Tree): Promise<void> {
  const changed = await tree.git.status([SERIES_FILE, "patches"]);
  if (changed.length === 0) return;
  const names = changed.slice(0, 5).map(({ path }) => readablePath(path));
  world.tell(`building with changes that are not committed: ${names.join(", ")}${changed.length > 5 ? " …" : ""}`);
}

async function baseOf(tree: Tree, source: Git): Promise<CommitId> {
  const { base } = tree.config.source;
  const found = await source.find(base);
  if (found !== null) return found;
  throw new UserError(`base "${base}" is no commit of the source repository "${tree.config.source.repository}"`, {
    hint: 'fetch it there, or mend "source.base" in longarm.toml',
  });
}

async function committerDate(source: Git, commit: CommitId): Promise<string> {
  const { stdout } = await source.run(["show", "-s", "--format=%cd", "--date=raw", commit]);
  return textOf(stdout).trim();
}

function committerOf(tree: Tree): { readonly name: string; readonly email: string } {
  const [address] = parseAddresses(tree.config.maintainer);
  return { name: byteString(bytesOf(address?.name ?? "")), email: address?.address ?? "" };
}
