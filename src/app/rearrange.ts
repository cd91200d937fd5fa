// What another order of the queue would do to a build: patches that applied and would not, and those that it would mend.
// Every operation that changes the series plans with it before it changes anything.
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { PatchName, Queue } from "#model/queue";
import { showName } from "#model/queue";
import type { Tree } from "#io/store";
import type { BuildReport } from "./build.ts";
import { reportPlan } from "./build.ts";
import { makeMemory } from "./memory.ts";
import type { QueuePlan } from "./plan-queue.ts";
import { planQueue } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** What a change of the series or of patch files does to the outcome of a build. */
export interface Consequences {
  /** Patches that are rejected with the change and were not before it; those that it adds count too. */
  readonly broken: readonly PatchName[];
  readonly mended: readonly PatchName[];
  /** What a build would say; null when nothing breaks. */
  readonly report: BuildReport | null;
}

/** Tries the queue as it is and as it would be. `instead` are the bytes of patch files that change or are new. */
export async function consequencesOf(
  world: World,
  tree: Tree,
  after: Queue,
  instead: ReadonlyMap<PatchName, Bytes> = new Map(),
): Promise<Consequences> {
  const { broken, mended, report } = await tryQueue(world, tree, after, instead);
  return { broken, mended, report };
}

/** The same, with the plan that says what becomes of every patch. */
export async function tryQueue(
  world: World,
  tree: Tree,
  after: Queue,
  instead: ReadonlyMap<PatchName, Bytes>,
): Promise<Consequences & { readonly planned: QueuePlan }> {
  await using source = await openSource(tree);
  const common = { branch: null, base: null, onReject: "skip", resume: false, memory: makeMemory() } as const;
  const before = rejectedIn(await planQueue(world, tree, source, common));
  const planned = await planQueue(world, tree, source, { ...common, series: after, instead });
  const now = rejectedIn(planned);
  const broken = [...now].filter((name) => !before.has(name));
  const there = new Set(planned.queue.map(({ name }) => name));
  const mended = [...before].filter((name) => !now.has(name) && there.has(name));
  const report = broken.length === 0 ? null : await reportPlan(world, tree, source, planned);
  return { broken, mended, report, planned };
}

function rejectedIn({ plan }: QueuePlan): Set<PatchName> {
  return new Set(plan.results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => name));
}

/** Throws UserError (exit code 1) when something breaks and `keepGoing` does not accept it. */
export function refuseBroken({ broken }: Consequences, keepGoing: boolean, work: string): void {
  if (broken.length === 0 || keepGoing) return;
  const names = broken.slice(0, 5).map(showName).join(", ");
  throw new UserError(
    `cannot ${work}: ${broken.length === 1 ? "one patch" : `${broken.length} patches`} would not apply any more: ${names}${broken.length > 5 ? " …" : ""}`,
    { hint: "see where it breaks with --dry-run, or do it all the same with --keep-going", exitCode: 1 },
  );
}
