// What patches made of some files, with how many of them are below each directory, so that a path can be asked what is below it.
// A layer on others holds what one patch does, until all of it is known to fit.
import type { Path } from "#model/bytes";
import type { FileEntry } from "./files.ts";

/** What patches made of some files: `null` is a file that they deleted, undefined one that they left alone. */
export interface ChangedFiles extends Iterable<readonly [Path, FileEntry | null]> {
  get(path: Path): FileEntry | null | undefined;
  /** How many files that patches made or changed, and that are still there, are below a directory. */
  countBelow(directory: Path): number;
  /** The same changes as a layer that can grow without them. */
  copy(): ChangeLayer;
}

/** Changes that can grow, on changes that stay as they are. */
export interface ChangeLayer extends ChangedFiles {
  /** The changes of this layer alone. */
  readonly own: ReadonlyMap<Path, FileEntry | null>;
  set(path: Path, entry: FileEntry | null): void;
}

/** No changes at all. */
export const noChanges: ChangedFiles = {
  get: () => undefined,
  countBelow: () => 0,
  copy: () => layerOn(noChanges),
  [Symbol.iterator]: () => [][Symbol.iterator](),
};

/** These changes, and no others. */
export function changesOf(entries: Iterable<readonly [Path, FileEntry | null]>): ChangedFiles {
  const changed = layerOn(noChanges);
  for (const [path, entry] of entries) changed.set(path, entry);
  return changed;
}

/** An empty layer; a change costs time by the depth of its path, whatever else has changed. */
export function layerOn(under: ChangedFiles): ChangeLayer {
  return layerOf(under, new Map(), new Map());
}

/** `more` is by how much the layer changes the count below each directory. */
function layerOf(under: ChangedFiles, own: Map<Path, FileEntry | null>, more: Map<Path, number>): ChangeLayer {
  const get = (path: Path): FileEntry | null | undefined => {
    const entry = own.get(path);
    return entry === undefined ? under.get(path) : entry;
  };
  return {
    own,
    get,
    countBelow: (directory) => under.countBelow(directory) + (more.get(directory) ?? 0),
    set(path, entry) {
      const step = Number(entry !== null) - Number((get(path) ?? null) !== null);
      own.set(path, entry);
      if (step === 0) return;
      for (const directory of directoriesOf(path)) more.set(directory, (more.get(directory) ?? 0) + step);
    },
    copy() {
      if (under === noChanges) return layerOf(noChanges, new Map(own), new Map(more));
      const copy = under.copy();
      for (const [path, entry] of own) copy.set(path, entry);
      return copy;
    },
    *[Symbol.iterator]() {
      for (const change of under) if (!own.has(change[0])) yield change;
      yield* own;
    },
  };
}

/** The directories above a path, the nearest first. */
export function* directoriesOf(path: Path): Generator<Path> {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    yield path.slice(0, slash);
  }
}
