// Resolutions of conflicts that the tree keeps: `resolutions/ID/preimage` and `postimage`, see docs/formats/tree.md.
// What an id is, and how a resolution is replayed, is the model's business.
import { join } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import type { ConflictId, Resolution } from "#model/merge";
import { namesIn, readIfThere } from "./disk.ts";
import type { Tree } from "./tree.ts";

const DIRECTORY = "resolutions";

/** Every whole resolution of the tree; half a one is passed over. */
export function readResolutions(tree: Tree): ReadonlyMap<ConflictId, Resolution> {
  const found = new Map<ConflictId, Resolution>();
  for (const id of namesIn(join(tree.dir, DIRECTORY))) {
    if (!/^[0-9a-f]{40}$/.test(id)) continue;
    const preimage = readIfThere(join(tree.dir, DIRECTORY, id, "preimage"));
    const postimage = readIfThere(join(tree.dir, DIRECTORY, id, "postimage"));
    if (preimage !== null && postimage !== null) found.set(id, { preimage, postimage });
  }
  return found;
}

/** The files of the tree that keep a resolution. */
export function resolutionFiles(id: ConflictId, { preimage, postimage }: Resolution): ReadonlyMap<Path, Bytes> {
  return new Map([
    [`${DIRECTORY}/${id}/preimage`, preimage],
    [`${DIRECTORY}/${id}/postimage`, postimage],
  ]);
}
