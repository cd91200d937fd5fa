// The files of a source tree that a queue touches: a base snapshot plus what the patches made of it.
// It holds only the paths it was given; asking for another one is the caller's mistake.
import type { Bytes, Path } from "#model/bytes";
import { linesOf } from "#model/diff";
import type { FileMode, Lines } from "#model/diff";
import type { ChangedFiles } from "./changed-files.ts";
import { directoriesOf, noChanges } from "./changed-files.ts";

/** One file: its mode and its bytes, cut into lines once. A symbolic link's bytes are its target. */
export interface FileEntry {
  readonly mode: FileMode;
  readonly lines: Lines;
}

/** What stands at a path of the base that may be touched. */
export type BaseEntry =
  | { readonly kind: "file"; readonly mode: FileMode; readonly bytes: Bytes }
  /** Nothing can stand here while `by`, which is no directory, exists. */
  | { readonly kind: "blocked"; readonly by: Path; readonly mode: FileMode }
  /** `files` are all that it holds, down to the lowest; null when they are too many to be listed, and it counts as never emptied. */
  | { readonly kind: "directory"; readonly files: readonly Path[] | null };

/** Files by path; immutable for its users. */
export interface Files {
  readonly base: ReadonlyMap<Path, BaseEntry>;
  readonly changed: ChangedFiles;
}

/** Paths that are about to go. */
export interface Leaving extends Iterable<Path> {
  has(path: Path): boolean;
}

/** A tree in which nothing is changed yet; a path that is not in `base` does not exist. */
export function filesOf(base: ReadonlyMap<Path, BaseEntry>): Files {
  return { base, changed: noChanges };
}

/** The regular file or link at a path, or null. */
export function fileAt(files: Files, path: Path): FileEntry | null {
  const changed = files.changed.get(path);
  if (changed !== undefined) return changed;
  const base = files.base.get(path);
  return base?.kind === "file" ? baseFile(base) : null;
}

const BASE_FILES = new WeakMap<BaseEntry, FileEntry>();

/** A base file is cut into lines when it is first asked for, and once. */
function baseFile(base: BaseEntry & { readonly kind: "file" }): FileEntry {
  const known = BASE_FILES.get(base);
  if (known) return known;
  const entry: FileEntry = { mode: base.mode, lines: linesOf(base.bytes) };
  BASE_FILES.set(base, entry);
  return entry;
}

/**
 * Why no new file can be made at `path` where none is, or null when one can. A directory is no obstacle once all its files are
 * deleted: GNU patch removes it with the last one, and git knows no empty ones. `leaving` are paths that the same diff gives up.
 */
export function obstacleTo(files: Files, path: Path, leaving: Leaving = new Set()): string | null {
  const { changed } = files;
  const base = files.base.get(path);
  if (base?.kind === "blocked" && changed.get(base.by) !== null && !leaving.has(base.by))
    return behind(base.by, base.mode);
  for (const parent of directoriesOf(path)) {
    const entry = fileAt(files, parent);
    if (entry !== null && !leaving.has(parent)) return behind(parent, entry.mode);
  }
  const isGone = (file: Path): boolean => changed.get(file) === null || leaving.has(file);
  if (base?.kind === "directory" && base.files?.every(isGone) !== true) return "is a directory";
  let below = changed.countBelow(path);
  // Few diffs make a file where a directory is, so this is rarely looked at.
  if (below > 0)
    for (const one of leaving) if (one.startsWith(`${path}/`) && (changed.get(one) ?? null) !== null) below -= 1;
  return below > 0 ? "is a directory" : null;
}

function behind(parent: Path, mode: FileMode): string {
  const kind = mode === "120000" ? "symbolic link" : mode === "160000" ? "submodule" : "file";
  return `is behind the ${kind} "${parent}"`;
}
