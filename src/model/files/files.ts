// The files of a source tree that a queue touches: a base snapshot plus what the patches made of it.
// It holds only the paths it was given; asking for another one is the caller's mistake.
import type { Bytes, Path } from "#model/bytes";
import { linesOf } from "#model/diff";
import type { FileMode, Lines } from "#model/diff";

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
  | { readonly kind: "directory" };

/** Files by path; immutable for its users. */
export interface Files {
  readonly base: ReadonlyMap<Path, BaseEntry>;
  readonly changed: ChangedFiles;
}

/** What patches made of some files: `null` is a file that they deleted, undefined one that they left alone. */
export interface ChangedFiles extends Iterable<readonly [Path, FileEntry | null]> {
  get(path: Path): FileEntry | null | undefined;
}

/** A tree in which nothing is changed yet; a path that is not in `base` does not exist. */
export function filesOf(base: ReadonlyMap<Path, BaseEntry>): Files {
  return { base, changed: new Map() };
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

/** Why no new file can be made at `path` where none is, or null when one can. */
export function obstacleTo(files: Files, path: Path): string | null {
  const base = files.base.get(path);
  if (base?.kind === "directory") return "is a directory";
  if (base?.kind === "blocked" && files.changed.get(base.by) !== null) return behind(base.by, base.mode);
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const parent = path.slice(0, slash);
    const entry = fileAt(files, parent);
    if (entry !== null) return behind(parent, entry.mode);
  }
  for (const [other, entry] of files.changed) {
    if (entry !== null && other.length > path.length && other.startsWith(path) && other[path.length] === "/")
      return "is a directory";
  }
  return null;
}

function behind(parent: Path, mode: FileMode): string {
  const kind = mode === "120000" ? "symbolic link" : mode === "160000" ? "submodule" : "file";
  return `is behind the ${kind} "${parent}"`;
}
