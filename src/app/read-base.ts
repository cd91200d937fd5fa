// Fetches what a build needs from a commit: the files that its patches name, and nothing else.
// It asks git as soon as it knows a path, so that git works while patches are still being parsed.
import type { Path } from "#model/bytes";
import { bytesOf } from "#model/bytes";
import type { BaseEntry } from "#model/files";
import type { CommitId, Git, TreeId } from "#io/git";

/** The files of one commit as far as they were asked for. */
export interface BaseReader {
  readonly commit: CommitId;
  /** Begins to read what the commit has at these paths; a path is read once. */
  want(paths: Iterable<Path>): void;
  /** Everything that was wanted, with the bytes of every file among it. Later calls give the same map, with more in it. */
  entries(): Promise<ReadonlyMap<Path, BaseEntry>>;
}

export function makeBaseReader(source: Git, commit: CommitId): BaseReader {
  const asked = new Set<Path>();
  const found = new Map<Path, BaseEntry>();
  let reading: Promise<void>[] = [];
  return {
    commit,
    want(paths) {
      const fresh = [...paths].filter((path) => !asked.has(path));
      if (fresh.length === 0) return;
      for (const path of fresh) asked.add(path);
      const read = readInto(found, source, commit, fresh);
      // Whoever awaits `entries` sees the error; what could not be read is asked for again.
      read.catch(() => {
        for (const path of fresh) asked.delete(path);
      });
      reading.push(read);
    },
    async entries() {
      while (reading.length > 0) {
        const now = reading;
        reading = [];
        await Promise.all(now);
      }
      return found;
    },
  };
}

async function readInto(
  entries: Map<Path, BaseEntry>,
  source: Git,
  base: CommitId,
  paths: readonly Path[],
): Promise<void> {
  const found = await source.readEntries(base, paths);
  const ids = [...found.values()].flatMap((entry) =>
    entry.kind === "blob" || entry.kind === "link" ? [entry.id] : [],
  );
  const blobs = await source.readBlobs(ids);
  const parents = await source.readEntries(
    base,
    [...found.values()].flatMap((entry) => (entry.kind === "blocked" ? [entry.blockedBy] : [])),
  );
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
        entries.set(path, { kind: "directory", files: await filesBelow(source, path, entry.id) });
        break;
      case "blocked": {
        const by = parents.get(entry.blockedBy);
        const mode = by?.kind === "blob" || by?.kind === "link" || by?.kind === "commit" ? by.mode : "100644";
        entries.set(path, { kind: "blocked", by: entry.blockedBy, mode });
        break;
      }
    }
  }
}

/** Files of a directory that are listed, to know when a queue has deleted all of them. */
const MAX_LISTED = 10_000;

async function filesBelow(source: Git, directory: Path, tree: TreeId): Promise<readonly Path[] | null> {
  const files = await source.listTree(tree, MAX_LISTED);
  return files && [...files.keys()].map((name) => `${directory}/${name}`);
}
