// The hashes by which patchwork, and those who work with it, know a patch: of its diff without what changes when it is moved.
// They are made when somebody asks, and kept as long as the view.
import { patchworkHash } from "#model/diff";
import { parsePatchFile } from "#model/queue";
import { readPatchBytes } from "#io/store";
import type { KnownPatch } from "./rows.ts";
import type { TreeView } from "./view.ts";

const HASHES = new WeakMap<TreeView, Map<string, string>>();

/** The hash of a patch of the queue; null for one that left, or whose file is gone. */
export function hashOf(view: TreeView, { row: { name }, queued }: KnownPatch): string | null {
  if (queued === null) return null;
  const known = HASHES.get(view) ?? new Map<string, string>();
  HASHES.set(view, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const hash = patchworkHash(parsePatchFile(readPatchBytes(view.tree, queued.name)).diff);
  known.set(name, hash);
  return hash;
}
