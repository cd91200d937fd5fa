// Carries out a planned change of a tree under its lock. Every operation that changes something ends here.
import type { OperationDone, Tree, TreeChange } from "#io/store";
import { runOperation, takeLock } from "#io/store";
import { textOf, UserError } from "#model/bytes";
import type { BranchName, PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { World } from "./world.ts";

/** A change and what came of it; `done` is null after a dry run. */
export interface Changed<Plan> {
  readonly plan: Plan;
  readonly done: OperationDone | null;
}

/**
 * Plans under the lock, so that the plan fits what it changes, and carries the plan out unless `dryRun`.
 * A dry run takes no lock and changes nothing.
 */
export async function changeTree<Plan extends { readonly change: TreeChange }>(
  world: World,
  tree: Tree,
  work: string,
  dryRun: boolean,
  plan: () => Promise<Plan> | Plan,
): Promise<Changed<Plan>> {
  if (dryRun) return { plan: await plan(), done: null };
  using _lock = takeLock(tree.privateDir, work);
  world.unchanged?.();
  const planned = await plan();
  return { plan: planned, done: await runChange(world, tree, planned.change) };
}

/** Carries a change out as one operation of whoever runs the command; the caller holds the tree's lock. */
export async function runChange(world: World, tree: Tree, change: TreeChange): Promise<OperationDone> {
  const { dir, privateDir, git } = tree;
  return await runOperation(
    { dir, privateDir, git, now: world.now(), by: await personOf(world, tree), step: world.step },
    change,
  );
}

/** Whom the world names, else who runs the command: git's idea of the user in the tree's repository, else the maintainer. Git is asked once. */
export function personOf(world: World, tree: Tree): Promise<string> {
  if (world.person !== undefined) return Promise.resolve(world.person);
  const known = PERSONS.get(tree);
  if (known !== undefined) return known;
  const asking = askPerson(tree);
  PERSONS.set(tree, asking);
  return asking;
}

const PERSONS = new WeakMap<Tree, Promise<string>>();

async function askPerson(tree: Tree): Promise<string> {
  const { exitCode, stdout } = await tree.git.run(["var", "GIT_COMMITTER_IDENT"], { exitCodes: [0, 128] });
  const found = exitCode === 0 ? /^(.* <[^<>]+@[^<>]+>) \d+ [+-]\d{4}\s*$/.exec(textOf(stdout)) : null;
  return found?.[1] ?? tree.config.maintainer;
}

/** `foo.patch`, or `3 patches`: for the subject of an operation. */
export function whatOf(patches: readonly { readonly name: PatchName }[]): string {
  return patches.length === 1 ? patches.map(({ name }) => showName(name)).join() : `${patches.length} patches`;
}

/** The branch of that name; UserError lists the tree's branches when there is none. */
export function branchNamed(tree: Tree, name: string): BranchName {
  const found = tree.config.branches.find((branch) => branch.name === name);
  if (found) return found.name;
  throw new UserError(`no branch "${name}" in this tree`, {
    hint: `branches: ${tree.config.branches.map((branch) => branch.name).join(", ")}`,
  });
}
