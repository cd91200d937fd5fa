// Brings some entries of the index to what a commit has; no file is looked at, so it costs less than `git reset`.
import type { Path } from "#model/bytes";
import { fromByteString } from "#model/bytes";
import type { TreeEntry } from "./entries.ts";
import { type CommitId, nullId } from "./ids.ts";
import { type Place, runGitIn } from "./run.ts";

/** Makes the index say of each path what `entries` of the commit say; a path that they do not have, or have as no file, leaves it. */
export async function updateIndexOf(
  place: Place,
  commit: CommitId,
  paths: readonly Path[],
  entries: ReadonlyMap<Path, TreeEntry>,
): Promise<void> {
  if (paths.length === 0) return;
  const lines = paths.map((path) => {
    const entry = entries.get(path);
    const isFile = entry !== undefined && entry.kind !== "tree" && entry.kind !== "blocked";
    return fromByteString(isFile ? `${entry.mode} ${entry.id}\t${path}\0` : `0 ${nullId(commit)}\t${path}\0`);
  });
  await runGitIn(place, ["update-index", "-z", "--index-info"], { input: Buffer.concat(lines) });
}
