// The files of the queue as they lie in the tree: patches and the series, bytes unchanged.
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { noBytes } from "#model/bytes";
import { readIfThere, readPatchBytes, SERIES_FILE } from "#io/store";
import type { TreeView } from "./view.ts";

/** The bytes of a patch of the queue, by its shown name; null when the queue has none of that name. Reads nothing else. */
export function patchFile({ tree, byName }: TreeView, name: string): Bytes | null {
  const queued = byName.get(name)?.queued ?? null;
  return queued === null ? null : readPatchBytes(tree, queued.name);
}

/** The bytes of the quilt series file. */
export function seriesFile({ tree }: TreeView): Bytes {
  return readIfThere(join(tree.dir, SERIES_FILE)) ?? noBytes;
}
