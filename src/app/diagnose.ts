// Says why the patches of a plan were rejected: fetches the files that they met and the commits between two bases, and
// leaves the thinking to the model. A plan in which nothing was rejected costs nothing.
import { pathsToDiagnose, diagnosePlan, neededContents } from "#model/branches";
import type { Diagnosis } from "#model/branches";
import type { Path } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf } from "#model/diff";
import type { PatchFile, PatchName } from "#model/queue";
import { parsePatchFile } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger } from "#io/store";
import type { QueuePlan } from "./plan-queue.ts";

export interface DiagnoseRequest {
  /** The base that the patches applied to before, whose difference to the plan's may explain a rejection; null for none. */
  readonly oldBase: CommitId | null;
}

/**
 * The rejected patches of a plan of `source`, each with its causes, in the order of the plan; it can be printed as JSON.
 * Refuses nothing: what cannot be found out is left open.
 */
export async function diagnose(source: Git, planned: QueuePlan, { oldBase }: DiagnoseRequest): Promise<Diagnosis[]> {
  if (!planned.plan.results.some(({ outcome }) => outcome === "rejected")) return [];
  const { base, branches, queue, plan } = planned;
  const { patches, paths } = withEarlierPatches(planned);
  const known = { base, branches, queue, plan, patches };
  const contents = new Map<string, Lines | null>();
  for (const { commit, path } of neededContents(known, paths)) {
    const id = parseCommitId(commit);
    const bytes = id === null ? null : await source.readFile(id, path);
    contents.set(`${commit}:${path}`, bytes === null ? null : linesOf(bytes));
  }
  const found = diagnosePlan({ ...known, contentAt: (commit, path) => contents.get(`${commit}:${path}`) ?? null });
  const isSearched = oldBase !== null && oldBase !== base && found.open.size > 0;
  if (!isSearched || (await source.find(oldBase)) === null) return found.diagnoses(null);
  return found.diagnoses({ oldBase, ...(await source.patchLog(oldBase, base, [...found.open])) });
}

/** The base of the newest build that was on another one than `base`; null when there was none. */
export function lastOtherBase(tree: Tree, base: CommitId): CommitId | null {
  const built = readLedger(tree).findLast((event) => event.kind === "built" && event.base !== base);
  return built?.kind === "built" ? parseCommitId(built.base) : null;
}

/** A resumed build has not parsed what the one before applied; of that, what touches a broken file is parsed now. */
function withEarlierPatches(planned: QueuePlan): {
  readonly patches: ReadonlyMap<PatchName, PatchFile>;
  readonly paths: ReadonlySet<Path>;
} {
  const patches = new Map(planned.patches);
  let paths = pathsToDiagnose({ ...planned, patches });
  for (let size = -1; size !== paths.size;) {
    size = paths.size;
    const names = [...paths].map((path) => Buffer.from(path.slice(path.lastIndexOf("/") + 1), "latin1"));
    for (const { name } of planned.queue) {
      if (patches.has(name)) continue;
      const bytes = planned.known.read(name);
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      if (names.some((part) => text.includes(part))) patches.set(name, parsePatchFile(bytes));
    }
    paths = pathsToDiagnose({ ...planned, patches });
  }
  return { patches, paths };
}
