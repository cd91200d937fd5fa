// Whether the branches are those of the queue as it is: what a dry run can say of commits that a build has yet to make.
import type { LedgerEvent } from "#model/ledger";
import type { Tree } from "#io/store";
import { SERIES_FILE } from "#io/store";
import { operationCommits } from "./operation-commits.ts";

/** False when a person edited the series or patches, or series, patches or configuration changed since branches moved last; a build may still find that nothing moves. */
export async function isBuilt(tree: Tree, events: readonly LedgerEvent[]): Promise<boolean> {
  const built = events.findLast(({ kind }) => kind === "built");
  const commit = built === undefined ? undefined : (await operationCommits(tree)).get(built.op);
  if (commit === undefined) return false;
  if ((await tree.git.status([SERIES_FILE, "patches"])).length > 0) return false;
  const changed = await tree.git.diffNames(commit.id, await tree.git.resolve("HEAD"));
  return changed.every(({ path }) => path.startsWith("ledger/") || path.startsWith("maps/"));
}
