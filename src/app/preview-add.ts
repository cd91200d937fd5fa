// What `add` would do, tried to the end: the plan of it, and what a build would make of each patch. It writes nothing.
import type { PatchName } from "#model/queue";
import { parseSeries } from "#model/queue";
import { readQueue, SERIES_FILE } from "#io/store";
import type { AddPlan, AddRequest } from "./add.ts";
import { planAdd } from "./add.ts";
import type { BuiltPatchResult } from "./build.ts";
import type { Consequences } from "./rearrange.ts";
import { tryQueue } from "./rearrange.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface AddPreview extends AddPlan, Consequences {
  /** What becomes of each added patch, in the order of the plan. */
  readonly outcomes: readonly Omit<BuiltPatchResult, "commit">[];
}

/** Tries it. Throws UserError as `add` does. */
export async function previewAdd(world: World, request: Omit<AddRequest, "dryRun">): Promise<AddPreview> {
  return withTree(world, async (tree) => {
    const plan = await planAdd(world, tree, { ...request, dryRun: true });
    const series = plan.change.files.get(SERIES_FILE);
    const after = series ? parseSeries(series).queue : readQueue(tree).queue;
    const instead = new Map(plan.patches.map(({ name, bytes }) => [name, bytes]));
    const { planned, ...consequences } = await tryQueue(world, tree, after, instead);
    const results = new Map<PatchName, BuiltPatchResult | undefined>();
    for (const { tip: _tip, ...result } of planned.plan.results) results.set(result.name, { ...result, commit: null });
    const outcomes = plan.patches.flatMap(({ name }) => results.get(name) ?? []);
    return { ...plan, ...consequences, outcomes };
  });
}
