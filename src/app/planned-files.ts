// The files of a source tree as a plan has them below or above one of its patches, whether or not its commits exist.
import type { PatchResult, Tip } from "#model/branches";
import type { Path } from "#model/bytes";
import type { FileEntry, Files } from "#model/files";
import { changesOf, filesOf } from "#model/files";
import type { PatchName } from "#model/queue";
import type { Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { QueuePlan } from "./plan-queue.ts";
import { makeBaseReader } from "./read-base.ts";

/** What became of a patch of the plan. */
export function resultOf({ plan }: QueuePlan, name: PatchName): PatchResult {
  const result = plan.results.find((one) => one.name === name);
  if (result === undefined) throw new Error(`plan has no patch "${name}"`);
  return result;
}

/** Where the branch stands below a patch. */
export function tipBelow({ plan, branches, base }: QueuePlan, name: PatchName): Tip {
  const index = plan.results.findIndex((one) => one.name === name);
  const branch = plan.results[index]?.branch;
  const below = plan.results[index - 1];
  if (below !== undefined && below.branch === branch) return below.tip;
  const start = branches.find((one) => one.name === branch)?.start ?? null;
  return plan.branches.find((one) => one.name === start)?.tip ?? base;
}

/** The files at a tip as far as they are among `paths`; commits of the plan are looked into, those below them are read. */
export async function filesAt(source: Git, { plan }: QueuePlan, tip: Tip, paths: Iterable<Path>): Promise<Files> {
  const changed = new Map<Path, FileEntry | null>();
  let at = tip;
  while (typeof at === "number") {
    const commit = plan.commits[at];
    if (commit === undefined) throw new Error(`plan has no commit ${at}`);
    for (const { path, after } of commit.changes) if (!changed.has(path)) changed.set(path, after);
    at = commit.on;
  }
  const base = parseCommitId(at);
  if (base === null) throw new Error(`plan stands on "${at}", which is no commit id`);
  const reader = makeBaseReader(source, base);
  reader.want(paths);
  return { ...filesOf(await reader.entries()), changed: changesOf(changed) };
}
