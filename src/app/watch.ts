// `build --check --watch`: checks the queue again whenever it changes on the disk, in one process that remembers what it knows.
import type { Git } from "#io/git";
import { openTree, watchTree } from "#io/store";
import type { Tree } from "#io/store";
import type { BuildReport } from "./build.ts";
import { reportPlan } from "./build.ts";
import { makeMemory } from "./memory.ts";
import type { Memory } from "./memory.ts";
import { planQueue } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** One check: its report, or what kept it from being made, which the next change may mend. */
export interface WatchedCheck {
  readonly result:
    { readonly kind: "checked"; readonly report: BuildReport } | { readonly kind: "failed"; readonly error: unknown };
  /** Milliseconds that it took. */
  readonly took: number;
}

/**
 * Checks now and after every change, as long as it is asked for more. Nothing is written. What is wrong in the beginning is
 * thrown; what a person breaks later is told, and the next change may mend it.
 */
export async function* watchBuild(world: World, branch: string | null): AsyncGenerator<WatchedCheck> {
  const first = await openTree(world.cwd, world.presetsDir);
  await first.close();
  using watching = watchTree(first.dir);
  for (let isFirst = true; ; isFirst = false) {
    const began = performance.now();
    let wait = true;
    try {
      await using tree = await openTree(world.cwd, world.presetsDir);
      await using source = await openSource(tree);
      const memory = makeMemory();
      const report = await checked(world, tree, source, branch, memory);
      yield { result: { kind: "checked", report }, took: performance.now() - began };
      // A changed configuration may name another source: everything is opened anew.
      while (!(await watching.next()).configuration) yield await checkOnce(world, tree, source, branch, memory);
      wait = false;
    } catch (error) {
      if (isFirst) throw error;
      yield { result: { kind: "failed", error }, took: performance.now() - began };
    }
    if (wait) await watching.next();
  }
}

async function checkOnce(
  world: World,
  tree: Tree,
  source: Git,
  branch: string | null,
  memory: Memory,
): Promise<WatchedCheck> {
  const began = performance.now();
  try {
    const report = await checked(world, tree, source, branch, memory);
    return { result: { kind: "checked", report }, took: performance.now() - began };
  } catch (error) {
    return { result: { kind: "failed", error }, took: performance.now() - began };
  }
}

async function checked(
  world: World,
  tree: Tree,
  source: Git,
  branch: string | null,
  memory: Memory,
): Promise<BuildReport> {
  const request = { branch, base: null, onReject: "skip", resume: false, memory } as const;
  return await reportPlan(world, tree, source, await planQueue(world, tree, source, request));
}
