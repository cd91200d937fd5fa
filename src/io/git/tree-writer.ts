// Makes the trees of new commits from those of their parents: only directories on the way to a change are read and written.
import type { Bytes, Path } from "#model/bytes";
import { byteString, fromByteString, UserError } from "#model/bytes";
import type { Piece } from "./delta.ts";
import type { ObjectId, TreeId } from "./ids.ts";
import type { ObjectWriter } from "./object-writer.ts";

/** What to do to the entries of one directory, by name. */
export type TreeEdits = Map<string, TreeEdit>;

interface TreeEdit {
  /** Takes away what is there, before anything else. */
  remove: boolean;
  /** What is to stand there: a file, link or submodule. */
  entry: { readonly mode: string; readonly id: ObjectId } | null;
  /** What changes below it, if it is a directory or becomes one. */
  readonly below: TreeEdits;
}

/** Adds one change to the edits of the root directory; a null entry takes the path away. */
export function addEdit(edits: TreeEdits, path: Path, entry: TreeEdit["entry"]): void {
  let at = edits;
  const parts = path.split("/");
  for (const [index, part] of parts.entries()) {
    let edit = at.get(part);
    if (edit === undefined) at.set(part, (edit = { remove: false, entry: null, below: new Map() }));
    if (index === parts.length - 1) {
      if (entry === null) edit.remove = true;
      else edit.entry = entry;
    }
    at = edit.below;
  }
}

/** The content of a tree object of the repository or of the writer. */
export type TreeSource = (id: TreeId) => Promise<Bytes>;

export interface TreeWriter {
  /** The tree that the edits make of `tree`, null being the empty one; null when nothing is left in it. */
  edit(tree: TreeId | null, edits: TreeEdits): Promise<TreeId | null>;
  /** The empty tree. */
  empty(): TreeId;
}

export function makeTreeWriter(writer: ObjectWriter, read: TreeSource): TreeWriter {
  /** Contents of the trees that were written. */
  const written = new Map<TreeId, Bytes>();
  const add = (content: Bytes, old: TreeId | null, size: number, pieces: readonly Piece[]): TreeId => {
    const fill = (target: Uint8Array): void => target.set(content);
    const id = writer.add("tree", content.length, fill, old === null ? null : { id: old, size, pieces }) as TreeId;
    written.set(id, content);
    return id;
  };
  const edit = async (tree: TreeId | null, edits: TreeEdits): Promise<TreeId | null> => {
    const before = tree === null ? new Uint8Array(0) : (written.get(tree) ?? (await read(tree)));
    const changed = new Map<string, { readonly mode: string; readonly id: ObjectId } | null>();
    for (const [name, { remove, entry, below }] of edits) {
      if (entry !== null) changed.set(name, entry);
      else if (below.size === 0) changed.set(name, null);
      else {
        const here = remove ? null : entryIn(before, name, writer.idBytes);
        const child = await edit(here?.mode === TREE ? (here.id as TreeId) : null, below);
        // Nothing was there and nothing came: what stands there under this name stays.
        if (child !== null) changed.set(name, { mode: TREE, id: child });
        else if (remove || here?.mode === TREE) changed.set(name, null);
      }
    }
    const pieces = [...editedEntries(before, changed, writer.idBytes)];
    const content = Buffer.concat(
      pieces.map((piece) => (piece instanceof Uint8Array ? piece : before.subarray(piece.from, piece.to))),
    );
    return content.length === 0 ? null : add(content, tree, before.length, pieces);
  };
  return { edit, empty: () => add(new Uint8Array(0), null, 0, []) };
}

/** The mode of a directory as tree objects spell it. */
const TREE = "40000";

interface Entry {
  readonly mode: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The entries of a tree object: mode, SP, name, NUL, binary id, repeated. */
function* entriesOf(tree: Bytes, idBytes: number): Generator<Entry> {
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(32, at);
    const nul = tree.indexOf(0, space);
    const end = nul + 1 + idBytes;
    if (space < 0 || nul < 0 || end > tree.length) throw new UserError("a tree object is cut short");
    yield { mode: byteString(tree, at, space), name: byteString(tree, space + 1, nul), start: at, end };
    at = end;
  }
}

function entryIn(
  tree: Bytes,
  wanted: string,
  idBytes: number,
): { readonly mode: string; readonly id: ObjectId } | null {
  for (const { mode, name, end } of entriesOf(tree, idBytes)) {
    if (name === wanted)
      return { mode, id: Buffer.from(tree.subarray(end - idBytes, end)).toString("hex") as ObjectId };
  }
  return null;
}

/** The new tree object in pieces of the old one; git sorts a directory as if its name ended with a slash. */
function* editedEntries(
  tree: Bytes,
  changed: ReadonlyMap<string, { readonly mode: string; readonly id: ObjectId } | null>,
  idBytes: number,
): Generator<Piece> {
  const added = [...changed]
    .flatMap(([name, entry]) => (entry === null ? [] : [{ name, ...entry, key: sortKey(name, entry.mode) }]))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  let next = 0;
  for (const { mode, name, start, end } of entriesOf(tree, idBytes)) {
    const key = sortKey(name, mode);
    for (let one = added[next]; one !== undefined && one.key < key; one = added[next]) {
      yield printEntry(one);
      next += 1;
    }
    if (!changed.has(name)) yield { from: start, to: end };
  }
  for (const one of added.slice(next)) yield printEntry(one);
}

function sortKey(name: string, mode: string): string {
  return mode === TREE || mode === "040000" ? `${name}/` : name;
}

function printEntry({
  mode,
  name,
  id,
}: {
  readonly mode: string;
  readonly name: string;
  readonly id: ObjectId;
}): Bytes {
  return Buffer.concat([fromByteString(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
}
