// Reads objects out of one pack through its index of version 2 (gitformat-pack(5)); pack.ts writes packs.
// Whatever it does not understand it does not know: its caller asks git then, and git says what is wrong.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Inflate, inflateSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { applyDelta } from "./apply-delta.ts";
import { STORED_AROUND, storedContent } from "./stored-block.ts";
import type { ObjectId } from "./ids.ts";
import type { ObjectType } from "./object-reader.ts";
import { filePiece, openIndex, type PackIndex } from "./open-index.ts";
import type { PackedEntry } from "./packed-entry.ts";

/** An object without its name, and where it lies. */
export interface PackedObject {
  readonly type: ObjectType;
  readonly content: Bytes;
  readonly entry: PackedEntry;
}

/** One pack, its two files open. */
export interface PackFile {
  /** Where the object with this id is in the pack; null when it is not there. `id` has 20 or 32 bytes. */
  find(id: Bytes): number | null;
  /** The object at an offset, its deltas resolved; null when it cannot be read here. `id` is its name, where that is known. */
  read(offset: number, id?: ObjectId): PackedObject | null;
  close(): void;
}

/** Objects above this size are left to git, which reads them in pieces. */
export const MAX_DIRECT_BYTES = 64 * 1024 * 1024;

/** Longest chain of deltas that is followed; git itself makes none above 4095. */
const MAX_CHAIN = 4095;

/** Bytes of objects that deltas were applied to, kept for the next delta on them; neighbours in a chain share them. */
const KEPT_BASES = 32 * 1024 * 1024;

const TYPES: Readonly<Record<number, ObjectType>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const OFS_DELTA = 6;
const REF_DELTA = 7;

/**
 * Opens `path.pack` and `path.idx`; null when there is no such pack, or one of another version.
 * An index of at most `wholeIndex` bytes is read as a whole, of a larger one only what is asked for.
 */
export function openPack(path: string, idBytes: 20 | 32, wholeIndex?: number): PackFile | null {
  const index = openIfThere(`${path}.idx`);
  const pack = index === null ? null : openIfThere(`${path}.pack`);
  const close = (): void => {
    for (const file of [index, pack]) if (file !== null) closeSync(file);
  };
  if (index === null || pack === null) {
    close();
    return null;
  }
  const ids = openIndex(index, idBytes, wholeIndex);
  if (ids === null || filePiece(pack, 0, 8).toString("latin1") !== "PACK\0\0\0\x02") {
    close();
    return null;
  }
  const source: Source = {
    pack,
    size: fstatSync(pack).size,
    idBytes,
    ids,
    closed: false,
    scratch: Buffer.alloc(0),
    whole: null,
    reads: 0,
    bases: makeBases(),
  };
  return {
    find: (id) => ids.find(id),
    read: (offset, id) => readObject(source, offset, id ?? null),
    close() {
      source.closed = true;
      source.whole = null;
      close();
    },
  };
}

/** What one pack's objects are read with. */
interface Source {
  readonly pack: number;
  /** Of the file. */
  readonly size: number;
  readonly idBytes: number;
  readonly ids: PackIndex;
  readonly bases: Bases;
  closed: boolean;
  /** Memory for the data of one entry at a time. */
  scratch: Buffer;
  /** The whole file, once a small one was read from often. */
  whole: Buffer | null;
  reads: number;
}

interface Bases {
  get(offset: number): PackedObject | undefined;
  keep(offset: number, object: PackedObject): void;
}

function makeBases(): Bases {
  const kept = new Map<number, PackedObject>();
  let size = 0;
  return {
    get: (offset) => kept.get(offset),
    keep(offset, object) {
      if (object.content.length > KEPT_BASES / 4 || kept.has(offset)) return;
      kept.set(offset, object);
      size += object.content.length;
      for (const [oldest, { content }] of kept) {
        if (size <= KEPT_BASES) break;
        kept.delete(oldest);
        size -= content.length;
      }
    },
  };
}

function readObject(source: Source, offset: number, id: ObjectId | null): PackedObject | null {
  const chain: { readonly offset: number; readonly delta: ReadEntry }[] = [];
  let at = offset;
  let object: PackedObject | null = null;
  while (object === null) {
    const known = source.bases.get(at);
    if (known !== undefined) {
      object = known;
      break;
    }
    const entry = readEntry(source, at);
    if (entry === null || chain.length > MAX_CHAIN) return null;
    if (typeof entry.kind === "string") {
      const { kind: type, content } = entry;
      object = { type, content, entry: packedEntry(source, at, entry, type, null) };
    } else {
      chain.push({ offset: at, delta: entry });
      at = entry.kind;
    }
  }
  for (const { offset: made, delta } of chain.toReversed()) {
    source.bases.keep(at, object);
    const content: Bytes | null = applyDelta(object.content, delta.content);
    if (content === null || content.length > MAX_DIRECT_BYTES) return null;
    object = { type: object.type, content, entry: packedEntry(source, made, delta, object.type, object.entry) };
    at = made;
  }
  return id === null ? object : { ...object, entry: { ...object.entry, id: () => id } };
}

function packedEntry(
  source: Source,
  offset: number,
  { content, from, to }: ReadEntry,
  type: ObjectType,
  under: PackedEntry | null,
): PackedEntry {
  return {
    type,
    size: content.length,
    under,
    depth: under === null ? 0 : under.depth + 1,
    id: () => (source.closed ? null : source.ids.idAt(offset)),
    stream() {
      const stream = source.closed ? null : entryPiece(source, from, to - from);
      return stream?.length === to - from ? stream : null;
    },
  };
}

/** What an entry inflates to, and where in the pack its zlib stream is. */
interface ReadEntry {
  readonly kind: ObjectType | number;
  readonly content: Bytes;
  readonly from: number;
  readonly to: number;
}

/** Longest head of an entry: a size of 64 bits, then an offset or an id. */
const MAX_HEAD = 10 + 32;

/** One entry: a whole object with its type, or a delta with the offset of its base. */
function readEntry(source: Source, offset: number): ReadEntry | null {
  const { idBytes } = source;
  // Source text shrinks to a third or less; most entries are small, and what is missing is read then.
  const head = entryPiece(source, offset, FIRST_READ);
  let at = 0;
  let byte = head[at++] ?? 0;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; byte >= 0x80; scale *= 0x80) {
    byte = head[at++] ?? 0;
    size += (byte & 0x7f) * scale;
  }
  if (size > MAX_DIRECT_BYTES) return null;
  let kind: ObjectType | number | undefined = TYPES[type];
  if (type === OFS_DELTA) {
    byte = head[at++] ?? 0;
    let back = byte & 0x7f;
    while (byte >= 0x80) {
      byte = head[at++] ?? 0;
      back = (back + 1) * 0x80 + (byte & 0x7f);
    }
    kind = offset - back;
    if (back <= 0 || kind < 12) return null;
  } else if (type === REF_DELTA) {
    kind = source.ids.find(head.subarray(at, at + idBytes)) ?? undefined;
    at += idBytes;
  }
  if (kind === undefined || at > Math.min(head.length, MAX_HEAD)) return null;
  // Deflate never makes much more of what it cannot shrink (zlib's deflateBound).
  const most = at + size + Math.ceil(size / 1000) + 64;
  // Ids in trees do not shrink.
  const guess = kind === "tree" ? most : Math.min(most, at + (size >>> 1) + 512);
  const likely = guess <= head.length ? head : entryPiece(source, offset, guess);
  const found =
    inflated(likely.subarray(at), size) ??
    (guess < most ? inflated(entryPiece(source, offset, most).subarray(at), size) : null);
  return found === null ? null : { kind, content: found.content, from: offset + at, to: offset + at + found.used };
}

/** Bytes of an entry that are read before its size is known. */
const FIRST_READ = 4096;

/** A pack of at most so many bytes, such as a build writes, is read as a whole when so many pieces of it were asked for. */
const WHOLE_PACK = 8 * 1024 * 1024;
const WHOLE_AFTER = 32;

/** At most `length` bytes of the pack; good until the next call. */
function entryPiece(source: Source, offset: number, length: number): Buffer {
  source.reads += 1;
  if (source.reads === WHOLE_AFTER && source.size <= WHOLE_PACK) source.whole = filePiece(source.pack, 0, source.size);
  if (source.whole !== null) return source.whole.subarray(offset, offset + length);
  if (source.scratch.length < length) source.scratch = Buffer.allocUnsafeSlow(2 * length);
  return source.scratch.subarray(0, readSync(source.pack, source.scratch, 0, length, offset));
}

/** The inflated bytes, exactly as many as there must be, and how many they were inflated from; null when the data ends early or is damaged. */
function inflated(data: Bytes, size: number): { readonly content: Bytes; readonly used: number } | null {
  const stored = storedContent(data, size);
  if (stored !== null) return { content: stored, used: size + STORED_AROUND };
  try {
    // One byte more than there is, so that a single piece of output holds all of it.
    const most = Math.max(64, size + 1);
    const made = inflateSync(data, { chunkSize: most, maxOutputLength: most, info: true });
    // With `info` it gives more than its type says (zlib, class Options).
    const { buffer, engine } = made as unknown as { readonly buffer: Buffer; readonly engine: Inflate };
    return buffer.length === size ? { content: buffer, used: engine.bytesWritten } : null;
  } catch {
    return null;
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}
