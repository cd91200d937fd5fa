// How patches apply where they stand, for lint: the outcomes of a plan, boiled down to outcome and fuzz.
import type { PatchResult } from "#model/branches";
import type { Placement } from "#checks/lint";
import type { PatchName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { hasBuildMemory } from "#io/store";
import type { LintTreeRequest } from "./lint.ts";
import { planQueue } from "./plan-queue.ts";
import type { World } from "./world.ts";

/** Plans the queue and says of every patch how it applies. */
export async function placementsOf(
  world: World,
  tree: Tree,
  source: Git,
  { series, instead }: Pick<LintTreeRequest, "series" | "instead">,
): Promise<Map<PatchName, Placement>> {
  const { plan } = await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: series === undefined && instead === undefined && hasBuildMemory(tree.privateDir),
    memory: null,
    ...(series === undefined ? {} : { series }),
    ...(instead === undefined ? {} : { instead }),
  });
  return new Map(plan.results.map((result) => [result.name, placementOf(result, tree.config.fuzz)]));
}

function placementOf({ outcome, files }: PatchResult, limit: number): Placement {
  const hunks = files.flatMap((file) => (file.kind === "left out" ? [] : [...file.hunks]));
  const fuzz = Math.max(0, ...hunks.map((hunk) => (hunk.kind === "applied" ? hunk.fuzz : 0)));
  const needed = hunks.map((hunk) => (hunk.kind === "rejected" ? hunk.fuzzNeeded : 0));
  const could = outcome === "rejected" && needed.length > 0 && !needed.includes(null);
  const most = Math.max(0, ...needed.map((one) => one ?? 0));
  return { outcome, fuzz, fuzzNeeded: could && most > limit ? most : null, limit };
}
