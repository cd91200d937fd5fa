// Plans a build, and where patches are rejected plans again with the contents that they were made for, so that they can be merged.
import type { BuildInput, BuildPlan } from "#model/branches";
import { planBuild } from "#model/branches";
import type { Path } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf } from "#model/diff";
import type { PatchName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { postedFiles } from "./posted-files.ts";

/**
 * The plan of `input`, whose `merging` begins with resolutions alone. Where patches are rejected, what they were made for is
 * looked for: blobs that their `index` lines name, files of the commit that their posting names.
 */
export async function planMerging(tree: Tree, source: Git, input: BuildInput): Promise<BuildPlan> {
  const plan = planBuild(input);
  if (input.merging === null || rejectedIn(plan).size === 0) return plan;
  const blobs = new Map<string, Lines>();
  const posted = new Map<PatchName, ReadonlyMap<Path, Lines>>();
  const merging = { ...input.merging, blobs, posted };
  const asked = new Set<string>();
  const tried = new Set<PatchName>();
  // All rejected patches are looked at, also those that a build would not come to, so that few rounds are enough.
  for (
    let all = planBuild({ ...input, onReject: "skip" });
    ;
    all = planBuild({ ...input, merging, onReject: "skip" })
  ) {
    const fresh = new Set([...rejectedIn(all)].filter((name) => !tried.has(name)));
    const before = blobs.size + posted.size;
    for (const id of namedBlobs(input, fresh)) {
      const bytes = asked.has(id) ? null : await source.findBlob(id);
      asked.add(id);
      if (bytes !== null) blobs.set(id, linesOf(bytes));
    }
    for (const [name, files] of await postedFiles(tree, source, input.queue, input.patches, fresh))
      posted.set(name, files);
    for (const name of fresh) tried.add(name);
    if (blobs.size + posted.size === before) return before === 0 ? plan : planBuild({ ...input, merging });
  }
}

function rejectedIn({ results }: BuildPlan): Set<PatchName> {
  return new Set(results.flatMap(({ name, outcome }) => (outcome === "rejected" ? [name] : [])));
}

/** Ids on the `index` lines of some patches. */
function namedBlobs({ patches, queue }: BuildInput, names: ReadonlySet<PatchName>): Set<string> {
  const ids = queue
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, reverse }) =>
      (patches.get(name)?.diff.files ?? []).map(({ oldId, newId }) => (reverse ? newId : oldId)),
    );
  return new Set(ids.filter((id) => id !== null && !/^0+$/.test(id)).filter((id) => id !== null));
}
