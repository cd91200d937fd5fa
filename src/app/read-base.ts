// Fetches what a build needs from the base: the files that its patches name, and nothing else.
import type { Path } from "#model/bytes";
import { bytesOf } from "#model/bytes";
import type { BaseEntry } from "#model/files";
import type { CommitId, Git } from "#io/git";

/** What the base has at the paths, with the bytes of every file among them. */
export async function readBase(source: Git, base: CommitId, paths: ReadonlySet<Path>): Promise<Map<Path, BaseEntry>> {
  const found = await source.readEntries(base, paths);
  const ids = [...found.values()].flatMap((entry) =>
    entry.kind === "blob" || entry.kind === "link" ? [entry.id] : [],
  );
  const blobs = await source.readBlobs(ids);
  const parents = await source.readEntries(
    base,
    [...found.values()].flatMap((entry) => (entry.kind === "blocked" ? [entry.blockedBy] : [])),
  );
  const entries = new Map<Path, BaseEntry>();
  for (const [path, entry] of found) {
    switch (entry.kind) {
      case "blob":
      case "link": {
        const bytes = blobs.get(entry.id);
        if (bytes !== undefined) entries.set(path, { kind: "file", mode: entry.mode, bytes });
        break;
      }
      case "commit":
        // A submodule is kept as its id; no diff but git's own touches it.
        entries.set(path, { kind: "file", mode: "160000", bytes: bytesOf(`Subproject commit ${entry.id}\n`) });
        break;
      case "tree":
        entries.set(path, { kind: "directory" });
        break;
      case "blocked": {
        const by = parents.get(entry.blockedBy);
        const mode = by?.kind === "blob" || by?.kind === "link" || by?.kind === "commit" ? by.mode : "100644";
        entries.set(path, { kind: "blocked", by: entry.blockedBy, mode });
        break;
      }
    }
  }
  return entries;
}
