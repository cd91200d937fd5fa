// The whole queue planned anew, for work on one patch that compares what becomes of all the others before it and after it.
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import type { PlanRequest, QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import type { World } from "./world.ts";

/**
 * The queue as on the disk, but for what `more` says. Not resumed: what a patch may be merged with must not depend on what was built,
 * and a conflict is told from others by all that is below it.
 */
export async function planAnew(
  world: World,
  tree: Tree,
  source: Git,
  more: Partial<PlanRequest> = {},
): Promise<QueuePlan> {
  return await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: false,
    memory: null,
    ...more,
  });
}
