// Finds files in a commit by reading only the tree objects on the way to them, each once, level by level.
// It never lists a whole source tree unless asked for all files of a small one.
import type { Bytes, Path } from "#model/bytes";
import { byteString, quotedPath, UserError } from "#model/bytes";
import type { FileMode } from "#model/diff";
import type { BlobId, CommitId, ObjectId, TreeId } from "./ids.ts";
import type { ObjectReader } from "./object-reader.ts";
import { rememberEntry } from "./packed-entry.ts";

/** A file or symbolic link (kind `link`; its content is the target). */
export interface BlobEntry {
  readonly kind: "blob" | "link";
  readonly mode: FileMode;
  readonly id: BlobId;
}

/** The path cannot exist, because `blockedBy`, above it, is a file, a symbolic link or a submodule. */
export interface BlockedEntry {
  readonly kind: "blocked";
  readonly blockedBy: Path;
}

/** What a commit has at a path. A path that is absent has no entry at all. */
export type TreeEntry =
  | BlobEntry
  | { readonly kind: "tree"; readonly mode: "040000"; readonly id: TreeId }
  | { readonly kind: "commit"; readonly mode: "160000"; readonly id: CommitId }
  | BlockedEntry;

/** A file of a listed tree. */
export type TreeFile = Exclude<TreeEntry, { kind: "tree" | "blocked" }>;

/** A tree with more files is not listed; `readEntries` is made for large ones. */
export const maxListedFiles = 500_000;

/** Trees nested deeper than this are refused: no source tree is, and a crafted one must not exhaust memory. */
const maxDepth = 512;

type FoundEntry = Exclude<TreeEntry, BlockedEntry>;

/** One tree object, raw. */
export interface RawTree {
  readonly id: TreeId;
  readonly content: Bytes;
  readonly idBytes: number;
}

/** Tree objects that were read, by the name they were asked for; objects never change. */
export type TreeCache = Map<string, Promise<RawTree>>;

/** Most trees that a cache keeps; what a queue of thousands of patches passes through is some hundreds. */
const maxCachedTrees = 20_000;

/**
 * What the commit has at each path. One request per directory on the way, all directories of a level at once.
 * Paths that are absent are not in the result; paths below something that is no directory are `blocked`.
 * A directory that `trees` has is not asked for again.
 */
export async function readEntriesOf(
  reader: ObjectReader,
  commit: CommitId,
  paths: Iterable<Path>,
  trees: TreeCache = new Map(),
): Promise<Map<Path, TreeEntry>> {
  const found = new Map<Path, TreeEntry>();
  let level = [{ directory: "", id: `${commit}^{tree}`, wanted: wantedIn(paths, 0) }];
  while (level.length > 0) {
    const read = await Promise.all(level.map(({ id }) => readTreeOnce(reader, id, trees)));
    const next: typeof level = [];
    for (const [index, { directory, wanted }] of level.entries()) {
      const entries = read[index];
      if (entries === undefined) continue;
      for (const { name, entry } of parseTree(entries, wanted)) {
        const path: Path = directory + name;
        const here = wanted.get(name) ?? [];
        for (const asked of here) if (asked === path) found.set(asked, entry);
        const below = here.filter((asked) => asked.length > path.length);
        if (below.length === 0) continue;
        if (entry.kind === "tree") {
          next.push({ directory: `${path}/`, id: entry.id, wanted: wantedIn(below, path.length + 1) });
        } else for (const asked of below) found.set(asked, { kind: "blocked", blockedBy: path });
      }
    }
    level = next;
  }
  return found;
}

/** Every file of a commit in git's order within each directory, for repositories of at most {@link maxListedFiles} files. */
export async function readTreeFilesOf(reader: ObjectReader, commit: CommitId): Promise<Map<Path, TreeFile>> {
  const files = await listTreeOf(reader, `${commit}^{tree}`, maxListedFiles);
  if (files !== null) return files;
  throw new UserError(`commit ${commit} has more than ${maxListedFiles} files, too many to list`);
}

/** Every file of a tree, named by id or `COMMIT^{tree}`, by its path from there; null when there are more than `limit`. */
export async function listTreeOf(
  reader: ObjectReader,
  tree: string,
  limit: number,
): Promise<Map<Path, TreeFile> | null> {
  const files = new Map<Path, TreeFile>();
  let level: { directory: Path; id: string }[] = [{ directory: "", id: tree }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new UserError(`tree "${tree}" has directories nested deeper than ${maxDepth}`);
    const trees = await Promise.all(level.map(({ id }) => readTree(reader, id)));
    const next: typeof level = [];
    for (const [index, { directory }] of level.entries()) {
      const entries = trees[index];
      if (entries === undefined) continue;
      for (const { name, entry } of parseTree(entries)) {
        if (entry.kind === "tree") next.push({ directory: `${directory}${name}/`, id: entry.id });
        else files.set(directory + name, entry);
      }
      if (files.size + next.length > limit) return null;
    }
    level = next;
  }
  return files;
}

/** The paths by their part that begins at `from`. */
function wantedIn(paths: Iterable<Path>, from: number): Map<string, Path[]> {
  const wanted = new Map<string, Path[]>();
  for (const path of paths) {
    const slash = path.indexOf("/", from);
    const name = path.slice(from, slash < 0 ? undefined : slash);
    const here = wanted.get(name);
    if (here) here.push(path);
    else wanted.set(name, [path]);
  }
  return wanted;
}

/** A tree object by id or `COMMIT^{tree}`, from `trees` when it is there. */
export function readTreeOnce(reader: ObjectReader, id: string, trees: TreeCache): Promise<RawTree> {
  const known = trees.get(id);
  if (known !== undefined) return known;
  if (trees.size >= maxCachedTrees) trees.clear();
  const read = readTree(reader, id);
  // A failure is not remembered: the tree may be there next time.
  read.catch(() => trees.delete(id));
  trees.set(id, read);
  return read;
}

async function readTree(reader: ObjectReader, id: string): Promise<RawTree> {
  const object = await reader.read(id);
  if (object === null) throw new UserError(`tree "${id}" is missing`, { hint: "run `git fsck` in the repository" });
  if (object.type !== "tree") throw new UserError(`object ${object.id} is a ${object.type}, not a tree`);
  rememberEntry(object.content, object.entry);
  return { id: object.id as TreeId, content: object.content, idBytes: object.id.length / 2 };
}

/** The entries of a tree object (or those in `only`): mode, SP, name, NUL, binary id, repeated. */
function* parseTree(
  { content, idBytes }: RawTree,
  only?: ReadonlyMap<string, unknown>,
): Generator<{ name: string; entry: FoundEntry }> {
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const next = end + 1 + idBytes;
    if (space < 0 || end < 0 || next > content.length) throw new UserError("a tree object is cut short");
    const name = byteString(content, space + 1, end);
    if (only === undefined || only.has(name)) {
      const id = Buffer.from(content.buffer, content.byteOffset + end + 1, idBytes).toString("hex");
      yield { name, entry: entryOf(byteString(content, at, space), id as ObjectId, name) };
    }
    at = next;
  }
}

function entryOf(mode: string, id: ObjectId, name: Path): FoundEntry {
  if (mode === "40000" || mode === "040000") return { kind: "tree", mode: "040000", id: id as TreeId };
  if (mode === "120000") return { kind: "link", mode: "120000", id: id as BlobId };
  if (mode === "160000") return { kind: "commit", mode: "160000", id: id as CommitId };
  // Old commits hold modes like 100664; git reads them as one of these two (canon_mode).
  if (mode.startsWith("100")) {
    const executable = (Number.parseInt(mode, 8) & 0o100) !== 0;
    return { kind: "blob", mode: executable ? "100755" : "100644", id: id as BlobId };
  }
  throw new UserError(`tree entry ${quotedPath(name)} has the unknown mode "${mode}"`);
}
