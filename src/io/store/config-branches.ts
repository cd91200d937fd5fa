// The branches and merges that a configuration declares, and the trees of others: their names and what each says of another.
import type { EnterRules } from "#model/branches";
import { NO_RULES } from "#model/branches";
import type { BranchName } from "#model/queue";
import { parseBranchName } from "#model/queue";
import type { Written } from "./config-schema.ts";
import type { Fail } from "./config-text.ts";
import type { MergePart, MergeSpec, OtherTree, TreeBranch, TreeConfig } from "./tree-config.ts";

/** The branches in the order of the file, each with what it says of others. */
export function branchesOf(written: NonNullable<Written["branch"]>, fail: Fail): TreeBranch[] {
  if (written.length === 0) fail("no branch is declared", 'write [[branch]] with name = "NAME"');
  const names = new Map<string, BranchName>();
  const branches: TreeBranch[] = [];
  for (const { name } of written) {
    const parsed = parseBranchName(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts");
    if (names.has(parsed)) fail(`branch "${name}" is declared twice`, "give each branch one name");
    names.set(parsed, parsed);
  }
  for (const { name, start, from, announce, rebase, enter, lint } of written) {
    const begins = start === undefined || start === "base" ? null : branches.find((one) => one.name === start)?.name;
    if (begins === undefined) {
      fail(
        `branch "${name}" starts at "${start}", which is no earlier branch`,
        'start it at "base" or at a branch declared above it',
      );
    }
    if (from !== undefined && (from === name || !names.has(from))) {
      fail(`branch "${name}" takes patches from "${from}", which is no other branch`, "name a branch of this tree");
    }
    branches.push({
      name: names.get(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts"),
      start: begins ?? null,
      from: (from === undefined ? null : names.get(from)) ?? null,
      announce: announce ?? null,
      rebase: rebase ?? true,
      enter: enter === undefined ? NO_RULES : rulesOf(enter),
      lint: lint ?? {},
    });
  }
  return branches;
}

function rulesOf(enter: NonNullable<NonNullable<Written["branch"]>[number]["enter"]>): EnterRules {
  const { reviews, days, folded, checks } = enter;
  return {
    signedOff: enter["signed-off"],
    reviews,
    days,
    folded,
    tagsTaken: enter["tags-taken"],
    noMismatch: enter["no-mismatch"],
    lint: enter.lint,
    checks,
  };
}

/** The trees of others; their names, URLs and branches are safe as arguments of git. */
export function treesOf(written: NonNullable<Written["tree"]>, fail: Fail): OtherTree[] {
  const names = new Set<string>();
  for (const { name, url, branch } of written) {
    // The name becomes part of a ref, and the others are arguments of git.
    if (parseBranchName(name) === null) fail(`"${name}" cannot be the name of a tree`, "use a name that git accepts");
    if (names.has(name)) fail(`tree "${name}" is declared twice`, "give each tree one name");
    if (url === "" || url.startsWith("-")) fail(`tree "${name}" has no URL: "${url}"`, "write what git fetches from");
    if (parseBranchName(branch) === null)
      fail(`tree "${name}" has no branch "${branch}"`, "use a name that git accepts");
    names.add(name);
  }
  return written.map(({ name, url, branch }) => ({ name, url, branch }));
}

/** The merges, each of what is declared above it. */
export function mergesOf(
  written: NonNullable<Written["merge"]>,
  branches: readonly TreeBranch[],
  trees: readonly OtherTree[],
  fail: Fail,
): MergeSpec[] {
  const merges: MergeSpec[] = [];
  const known = (name: string): BranchName | undefined =>
    [...branches, ...merges].find((branch) => branch.name === name)?.name;
  for (const { name, start, of } of written) {
    const parsed = parseBranchName(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts");
    if (known(name) !== undefined) fail(`branch "${name}" is declared twice`, "give each branch one name");
    const begins = start === undefined || start === "base" ? null : known(start);
    if (begins === undefined) {
      fail(
        `merge "${name}" starts at "${start}", which is no branch above it`,
        'start it at "base" or at a branch of this tree',
      );
    }
    const parts = of.map((part): MergePart => {
      const branch = known(part);
      const tree = trees.find((one) => one.name === part);
      if (branch !== undefined && tree !== undefined)
        return fail(`"${part}" is a branch and a tree`, "give the tree another name");
      if (branch !== undefined) return { kind: "branch", name: branch };
      if (tree !== undefined) return { kind: "tree", tree };
      return fail(
        `merge "${name}" takes in "${part}", which is no branch above it and no tree`,
        "name a branch of this tree, or declare the other tree with [[tree]]",
      );
    });
    if (new Set(of).size < of.length) fail(`merge "${name}" takes in a branch twice`, "name each one once");
    merges.push({ name: parsed, start: begins ?? null, parts });
  }
  return merges;
}

/** What `merge-check` tries, all of it declared. */
export function mergeCheckOf(
  {
    branches = [],
    trees = [],
    list = null,
  }: { branches?: string[] | undefined; trees?: string[] | undefined; list?: string | null | undefined },
  known: Pick<TreeConfig, "branches" | "merges" | "trees">,
  fail: Fail,
): TreeConfig["mergeCheck"] {
  const missing = trees.find((name) => !known.trees.some((tree) => tree.name === name));
  if (missing !== undefined)
    fail(`"merge-check.trees" names "${missing}", which is no tree`, "declare it with [[tree]]");
  return {
    branches: branches.map(
      (name) =>
        [...known.branches, ...known.merges].find((branch) => branch.name === name)?.name ??
        fail(`"merge-check.branches" names "${name}", which is no branch`, "name branches of this tree"),
    ),
    trees,
    list,
  };
}
