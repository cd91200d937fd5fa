// `build --check --watch`: checks the queue again whenever it changes on the disk, in one process that remembers what it knows.
import type { Git } from "#io/git";
import { openTree, treeChanges } from "#io/store";
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

/** Checks now and after every change, until `signal` aborts. Nothing is written. */
export async function* watchBuild(
  world: World,
  branch: string | null,
  signal: AbortSignal,
): AsyncGenerator<WatchedCheck> {
  for (let isOpen = true; isOpen && !signal.aborted;) {
    await using tree = await openTree(world.cwd, world.presetsDir);
    await using source = await openSource(tree);
    const memory = makeMemory();
    // Watching begins before the first look, so that no change falls between the two.
    const changes = treeChanges(tree, signal);
    let next = changes.next();
    yield await checkOnce(world, tree, source, branch, memory);
    for (;;) {
      const { done, value } = await next;
      isOpen = done !== true;
      // A changed configuration may name another source: everything is opened anew.
      if (done === true || value.configuration) break;
      next = changes.next();
      yield await checkOnce(world, tree, source, branch, memory);
    }
    await changes.return(undefined);
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
  const request = { branch, base: null, onReject: "skip", resume: false, memory } as const;
  try {
    const planned = await planQueue(world, tree, source, request);
    const report = await reportPlan(world, tree, source, planned);
    return { result: { kind: "checked", report }, took: performance.now() - began };
  } catch (error) {
    return { result: { kind: "failed", error }, took: performance.now() - began };
  }
}
