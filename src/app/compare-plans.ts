// Two plans of one queue, before a change of a patch and after it: which other patches it breaks and which it mends.
import type { PatchResult } from "#model/branches";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import type { BuildReport } from "./build.ts";
import { reportPlan } from "./build.ts";
import type { QueuePlan } from "./plan-queue.ts";
import type { World } from "./world.ts";

/** The other patches that were one thing before and are another now. */
export function became(
  before: QueuePlan,
  after: QueuePlan,
  except: PatchName,
  was: (result: PatchResult) => boolean,
  is: (result: PatchResult) => boolean,
): PatchName[] {
  const old = new Map(before.plan.results.map((result) => [result.name, result]));
  return after.plan.results.flatMap((result) => {
    const earlier = old.get(result.name);
    return result.name !== except && earlier !== undefined && was(earlier) && is(result) ? [result.name] : [];
  });
}

/** Whether a build goes on without the patch. */
export function isOut({ outcome }: PatchResult): boolean {
  return outcome === "rejected" || outcome === "not tried";
}

/** Whether the patch is in what a build makes; one that changes nothing any more is. */
export function isIn(result: PatchResult): boolean {
  return !isOut(result);
}

/** The report of a build with nothing in it but these patches. */
export async function reportOf(
  world: World,
  tree: Tree,
  source: Git,
  planned: QueuePlan,
  names: readonly PatchName[],
): Promise<BuildReport> {
  const report = await reportPlan(world, tree, source, planned);
  const shown = names.map(showName);
  return {
    ...report,
    results: report.results.filter(({ name }) => names.includes(name)),
    diagnoses: report.diagnoses.filter(({ patch }) => shown.includes(patch)),
  };
}
