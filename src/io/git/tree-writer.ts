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
  /** The trees that were read or written. */
  const known = new Map<TreeId, Tree>();
  const treeOf = async (id: TreeId | null): Promise<Tree> => {
    if (id === null) return EMPTY;
    const found = known.get(id);
    if (found !== undefined) return found;
    const tree = { content: await read(id), layout: null };
    known.set(id, tree);
    return tree;
  };
  const add = (tree: Tree, old: TreeId | null, size: number, pieces: readonly Piece[]): TreeId => {
    const { content } = tree;
    const fill = (target: Uint8Array): void => target.set(content);
    const id = writer.add(
      "tree",
      content.length,
      fill,
      old === null ? null : { id: old, size, pieces, read: known.get(old)?.content ?? null },
    ) as TreeId;
    known.set(id, tree);
    return id;
  };
  const edit = async (id: TreeId | null, edits: TreeEdits): Promise<TreeId | null> => {
    const before = await treeOf(id);
    const layout = (before.layout ??= layoutOf(before.content, writer.idBytes));
    const changed: Changed = new Map();
    for (const [name, { remove, entry, below }] of edits) {
      if (entry !== null) changed.set(name, entry);
      else if (below.size === 0) changed.set(name, null);
      else {
        const here = remove ? undefined : layout.get(name);
        const under = here?.mode === TREE ? (idAt(before.content, here, writer.idBytes) as TreeId) : null;
        const child = await edit(under, below);
        // Nothing was there and nothing came: what stands there under this name stays.
        if (child !== null) changed.set(name, { mode: TREE, id: child });
        else if (remove || here?.mode === TREE) changed.set(name, null);
      }
    }
    const replaced = before.content.length === 0 ? null : withNewIds(before.content, layout, changed, writer.idBytes);
    if (replaced !== null)
      return add({ content: replaced.content, layout }, id, before.content.length, replaced.pieces);
    const pieces = [...editedEntries(layout, changed)];
    const content = Buffer.concat(
      pieces.map((piece) => (piece instanceof Uint8Array ? piece : before.content.subarray(piece.from, piece.to))),
    );
    return content.length === 0 ? null : add({ content, layout: null }, id, before.content.length, pieces);
  };
  return { edit, empty: () => add({ content: new Uint8Array(0), layout: null }, null, 0, []) };
}

/** A tree object; where its entries are is found when it is first edited, and shared by versions that differ in ids alone. */
interface Tree {
  readonly content: Bytes;
  layout: Layout | null;
}

const EMPTY: Tree = { content: new Uint8Array(0), layout: null };

/** Entries by name, in the order of the object. */
type Layout = ReadonlyMap<string, Entry>;

type Changed = Map<string, { readonly mode: string; readonly id: ObjectId } | null>;

function layoutOf(content: Bytes, idBytes: number): Layout {
  return new Map([...entriesOf(content, idBytes)].map((entry) => [entry.name, entry]));
}

/** The tree with new ids in place of old ones; null when more than that changes. */
function withNewIds(
  before: Bytes,
  layout: Layout,
  changed: Changed,
  idBytes: number,
): { readonly content: Bytes; readonly pieces: readonly Piece[] } | null {
  const places: { readonly at: number; readonly id: Bytes }[] = [];
  for (const [name, entry] of changed) {
    const here = layout.get(name);
    if (entry === null || here === undefined || here.mode !== entry.mode) return null;
    places.push({ at: here.end - idBytes, id: Buffer.from(entry.id, "hex") });
  }
  places.sort((left, right) => left.at - right.at);
  const content = Buffer.from(before);
  const pieces: Piece[] = [];
  let from = 0;
  for (const { at, id } of places) {
    content.set(id, at);
    if (at > from) pieces.push({ from, to: at });
    pieces.push(id);
    from = at + idBytes;
  }
  if (from < before.length) pieces.push({ from, to: before.length });
  return { content, pieces };
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
    const mode = byteString(tree, at, space);
    // Trees of old tools spell a directory with a zero before it.
    yield { mode: mode === "040000" ? TREE : mode, name: byteString(tree, space + 1, nul), start: at, end };
    at = end;
  }
}

function idAt(tree: Bytes, { end }: Entry, idBytes: number): ObjectId {
  return Buffer.from(tree.buffer, tree.byteOffset + end - idBytes, idBytes).toString("hex") as ObjectId;
}

/** The new tree object in pieces of the old one; git sorts a directory as if its name ended with a slash. */
function* editedEntries(layout: Layout, changed: Changed): Generator<Piece> {
  const added = [...changed]
    .flatMap(([name, entry]) => (entry === null ? [] : [{ name, ...entry, key: sortKey(name, entry.mode) }]))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  let next = 0;
  for (const { mode, name, start, end } of layout.values()) {
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
  return mode === TREE ? `${name}/` : name;
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
