// Which file of the tree a file change is about: header names, strip levels and the rule that picks among them.
import type { Path } from "#model/bytes";
import { quotedPath } from "#model/bytes";
import type { FileDiff } from "./types.ts";

/** The path a header name gives at a strip level: `strip` leading components removed (GNU patch -p); null when it has fewer. */
export function stripPath(path: Path, strip: number): Path | null {
  let rest = path;
  for (let level = 0; level < strip; level++) {
    const slash = rest.indexOf("/");
    if (slash < 0) return null;
    // A run of slashes counts as one, as in GNU patch.
    rest = rest.slice(slash).replace(/^\/+/, "");
  }
  return rest === "" ? null : rest;
}

/** The files a change reads and writes. `from` differs from `to` only for renames and copies. */
export interface Target {
  readonly from: Path;
  readonly to: Path;
}

/**
 * The file that a change is for, as GNU patch 2.7.6 chooses ("Multifile patches" in its manual) for plain diffs and git for its own:
 * of the names that exist, the one with the fewest
 * components, then the shortest last component, then the shortest; of none that exist, the same choice. Null when no name survives the strip level.
 */
export function targetOf(file: FileDiff, strip: number, exists: (path: Path) => boolean): Target | null {
  const oldPath = file.oldPath === null ? null : stripPath(file.oldPath, strip);
  const newPath = file.newPath === null ? null : stripPath(file.newPath, strip);
  if (file.change === "rename" || file.change === "copy") {
    return oldPath === null || newPath === null ? null : { from: oldPath, to: newPath };
  }
  if (file.git) {
    const path = file.change === "delete" ? oldPath : (newPath ?? oldPath);
    return path === null ? null : { from: path, to: path };
  }
  const names = [oldPath, newPath, withoutNote(oldPath)].filter((path) => path !== null);
  const present = names.filter(exists);
  const path = bestName(present.length > 0 ? present : names);
  return path === null ? null : { from: path, to: path };
}

/** Why a name as written may not be used at any strip level, or null: GNU patch would strip an absolute one into the tree. */
export function nameProblem(file: FileDiff): string | null {
  for (const path of [file.oldPath, file.newPath]) {
    if (path !== null && /^\/|^[^/]*\/\//.test(path)) return `${quotedPath(path)} is absolute`;
  }
  return null;
}

/** Every path that a change may read or write at this strip level, whatever exists. */
export function pathsOf(file: FileDiff, strip: number): Path[] {
  const names = [file.oldPath, file.newPath].map((path) => (path === null ? null : stripPath(path, strip)));
  if (!file.git) names.push(withoutNote(names[0] ?? null));
  return [...new Set(names.filter((path) => path !== null))];
}

/** The old name without the `~patch-name` that -mm style patches put behind it; of a deleted file it is the only name. */
function withoutNote(path: Path | null): Path | null {
  const tilde = path === null ? -1 : path.indexOf("~", path.lastIndexOf("/") + 1);
  return path === null || tilde <= 0 ? null : path.slice(0, tilde);
}

function bestName(names: readonly Path[]): Path | null {
  let best: Path | null = null;
  for (const name of names) if (best === null || isBetter(name, best)) best = name;
  return best;
}

function isBetter(name: Path, best: Path): boolean {
  const parts = name.split("/");
  const bestParts = best.split("/");
  if (parts.length !== bestParts.length) return parts.length < bestParts.length;
  const last = parts.at(-1) ?? "";
  const bestLast = bestParts.at(-1) ?? "";
  if (last.length !== bestLast.length) return last.length < bestLast.length;
  return name.length < best.length;
}
