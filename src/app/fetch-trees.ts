// `fetch`: gets other people's trees into the source repository and notes which commits are to be merged from now on.
// Nothing else in Longarm talks to their servers: a build takes what is noted, on every machine the same.
import { resolve } from "node:path";
import type { ListedTree } from "#model/branches";
import { parseTreesFile } from "#model/branches";
import { textOf, UserError } from "#model/bytes";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { OperationDone, Tree, TreeChange } from "#io/store";
import { printFetchedTrees, readFetchedTrees, readIfThere, TREES_FILE } from "#io/store";
import { changeTree } from "./change.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface FetchRequest {
  /** Names of trees; none for all that the configuration knows. */
  readonly names: readonly string[];
  /** Only ask which commits would be taken. */
  readonly dryRun: boolean;
}

/** One tree and its commit before and now. */
export interface FetchedTree extends ListedTree {
  readonly before: CommitId | null;
  readonly commit: CommitId;
}

export interface FetchResult {
  readonly trees: readonly FetchedTree[];
  /** Trees that could not be fetched, and why. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Null when nothing changed, and after a dry run. */
  readonly done: OperationDone | null;
}

/** The ref in the source repository that keeps a fetched tree. */
export function treeRef(name: string): string {
  return `refs/longarm/trees/${name}`;
}

/** Milliseconds for one tree. */
const MAX_FETCH = 1_800_000;

/** Fetches trees. One that cannot be reached is in the result and keeps the others from nothing. */
export async function fetchTrees(world: World, request: FetchRequest): Promise<FetchResult> {
  return await withTree(world, async (tree) => {
    await using source = await openSource(tree);
    const wanted = namedTrees(world, tree, request.names);
    const known = readFetchedTrees(tree);
    const trees: FetchedTree[] = [];
    const failed: { name: string; reason: string }[] = [];
    for (const one of wanted) {
      world.progress(`${request.dryRun ? "asking" : "fetching"} ${one.name}`);
      const got = await (request.dryRun ? ask(source, one) : fetchOne(source, one));
      if (typeof got === "string") failed.push({ name: one.name, reason: got });
      else trees.push({ ...one, before: known.get(one.name) ?? null, commit: got.commit });
    }
    const changed = trees.filter(({ before, commit }) => before !== commit);
    if (changed.length === 0) return { trees, failed, done: null };
    const { done } = await changeTree(world, tree, "fetch", request.dryRun, () => ({
      change: changeOf(tree, changed),
    }));
    return { trees, failed, done };
  });
}

function changeOf(tree: Tree, changed: readonly FetchedTree[]): TreeChange {
  const all = readFetchedTrees(tree);
  for (const { name, commit } of changed) all.set(name, commit);
  const what = changed.length === 1 ? changed.map(({ name }) => name).join() : `${changed.length} trees`;
  return {
    summary: `fetch: ${what}`,
    files: new Map([[TREES_FILE, printFetchedTrees(all)]]),
    events: changed.map(({ name, before, commit }) => ({ kind: "fetched", tree: name, from: before, to: commit })),
    notices: [],
  };
}

/** The trees that the configuration declares, then those of its list. What is wrong with the list is told. */
export function otherTrees(world: World, tree: Tree): ListedTree[] {
  const { trees, mergeCheck } = tree.config;
  if (mergeCheck.list === null) return [...trees];
  const bytes = readIfThere(resolve(tree.dir, mergeCheck.list));
  if (bytes === null) {
    throw new UserError(`cannot read the list of trees "${mergeCheck.list}"`, {
      hint: 'mend "merge-check.list" in longarm.toml, or put the file there',
    });
  }
  const { trees: listed, problems } = parseTreesFile(bytes);
  for (const { line, message } of problems) world.tell(`${mergeCheck.list}:${line ?? 1}: ${message}`);
  const names = new Set(trees.map(({ name }) => name));
  return [...trees, ...listed.filter(({ name }) => !names.has(name))];
}

/** Some of the tree's other trees; UserError when a name is none of them. */
export function namedTrees(world: World, tree: Tree, names: readonly string[]): ListedTree[] {
  const all = otherTrees(world, tree);
  const found = names.map((name) => all.find((one) => one.name === name) ?? name);
  const missing = found.find((one) => typeof one === "string");
  if (missing === undefined && all.length > 0)
    return names.length === 0 ? all : found.filter((one) => typeof one !== "string");
  const hint = "declare it with [[tree]] in longarm.toml: name, url, branch";
  throw new UserError(missing === undefined ? "this tree knows no other tree" : `no tree "${missing}" is known`, {
    hint: all.length === 0 ? hint : `trees: ${all.map(({ name }) => name).join(", ")}; or ${hint}`,
  });
}

/** The commit, or why it could not be had. */
type Got = { readonly commit: CommitId } | string;

async function ask(source: Git, { url, branch }: ListedTree): Promise<Got> {
  const ref = `refs/heads/${branch}`;
  const { exitCode, stdout, stderr } = await source.run(["ls-remote", "--", url, ref], {
    exitCodes: [0, 1, 2, 128],
    timeout: MAX_FETCH,
  });
  if (exitCode !== 0) return reasonOf(stderr);
  const line = textOf(stdout)
    .split("\n")
    .find((one) => one.endsWith(`\t${ref}`));
  const commit = parseCommitId(line?.split("\t")[0] ?? "");
  return commit === null ? `there is no branch "${branch}" in "${url}"` : { commit };
}

async function fetchOne(source: Git, { name, url, branch }: ListedTree): Promise<Got> {
  const { exitCode, stderr } = await source.run(
    [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-recurse-submodules",
      "--refmap=",
      "--",
      url,
      `+refs/heads/${branch}:${treeRef(name)}`,
    ],
    { exitCodes: [0, 1, 128], timeout: MAX_FETCH },
  );
  if (exitCode !== 0) return reasonOf(stderr);
  const commit = await source.find(treeRef(name));
  return commit === null ? `git fetched nothing from "${url}"` : { commit };
}

function reasonOf(stderr: string): string {
  return (/^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? stderr.split("\n", 1)[0] ?? "").replace(/\.$/, "");
}
