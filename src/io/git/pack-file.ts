// Reads objects out of one pack through its index of version 2 (gitformat-pack(5)); pack.ts writes packs.
// Whatever it does not understand it does not know: its caller asks git then, and git says what is wrong.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { applyDelta } from "./apply-delta.ts";
import { storedContent } from "./stored-block.ts";
import type { ObjectType } from "./object-reader.ts";

/** An object without its name. */
export interface PackedObject {
  readonly type: ObjectType;
  readonly content: Bytes;
}

/** One pack, its two files open. */
export interface PackFile {
  /** Where the object with this id is in the pack; null when it is not there. `id` has 20 or 32 bytes. */
  find(id: Bytes): number | null;
  /** The object at an offset, its deltas resolved; null when it cannot be read here. */
  read(offset: number): PackedObject | null;
  close(): void;
}

/** Objects above this size are left to git, which reads them in pieces. */
export const MAX_DIRECT_BYTES = 64 * 1024 * 1024;

/** Longest chain of deltas that is followed; git itself makes none above 4095. */
const MAX_CHAIN = 4095;

/** Bytes of objects that deltas were applied to, kept for the next delta on them; neighbours in a chain share them. */
const KEPT_BASES = 32 * 1024 * 1024;

/** Where the tables of an index begin: signature and version, then 256 counts. */
const COUNTS = 8;
const IDS = COUNTS + 4 * 256;

const TYPES: Readonly<Record<number, ObjectType>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const OFS_DELTA = 6;
const REF_DELTA = 7;

/**
 * Opens `path.pack` and `path.idx`; null when there is no such pack, or one of another version.
 * An index of at most `wholeIndex` bytes is read as a whole, of a larger one only what is asked for.
 */
export function openPack(path: string, idBytes: 20 | 32, wholeIndex = WHOLE_INDEX): PackFile | null {
  const index = openIfThere(`${path}.idx`);
  const pack = index === null ? null : openIfThere(`${path}.pack`);
  const close = (): void => {
    for (const file of [index, pack]) if (file !== null) closeSync(file);
  };
  if (index === null || pack === null) {
    close();
    return null;
  }
  const readIndex = makeIndexReader(index, wholeIndex);
  const head = Buffer.from(readIndex(0, IDS));
  const version = head.length === IDS && head.readUInt32BE(0) === 0xff744f63 && head.readUInt32BE(4) === 2;
  if (!version || piece(pack, 0, 8).toString("latin1") !== "PACK\0\0\0\x02") {
    close();
    return null;
  }
  const find = makeFinder(readIndex, head, idBytes);
  const source: Source = {
    pack,
    size: fstatSync(pack).size,
    idBytes,
    find,
    scratch: Buffer.alloc(0),
    whole: null,
    reads: 0,
    bases: makeBases(),
  };
  return { find, read: (offset) => readObject(source, offset), close };
}

/** What one pack's objects are read with. */
interface Source {
  readonly pack: number;
  /** Of the file. */
  readonly size: number;
  readonly idBytes: number;
  readonly find: PackFile["find"];
  readonly bases: Bases;
  /** Memory for the data of one entry at a time. */
  scratch: Buffer;
  /** The whole file, once a small one was read from often. */
  whole: Buffer | null;
  reads: number;
}

/** At most `length` bytes of a file from `from`; what it gives is good until the next call. */
type ReadPiece = (from: number, length: number) => Buffer;

/** Bytes of the index of some hundred thousand objects. */
const WHOLE_INDEX = 8 * 1024 * 1024;

function makeIndexReader(index: number, wholeIndex: number): ReadPiece {
  const { size } = fstatSync(index);
  if (size > wholeIndex) return (from, length) => piece(index, from, length);
  const whole = piece(index, 0, size);
  return (from, length) => whole.subarray(from, from + length);
}

function makeFinder(readIndex: ReadPiece, head: Buffer, idBytes: 20 | 32): PackFile["find"] {
  const countTo = (byte: number): number => (byte < 0 ? 0 : head.readUInt32BE(COUNTS + 4 * byte));
  const count = countTo(255);
  const offsets = IDS + count * (idBytes + 4);
  return (id) => {
    const first = id[0] ?? 0;
    let low = countTo(first - 1);
    let high = countTo(first);
    // Ids are spread evenly, so where one is can be guessed; a window around the guess holds it nearly always.
    const share = (((id[1] ?? 0) << 16) | ((id[2] ?? 0) << 8) | (id[3] ?? 0)) / 0x1000000;
    let guess = low + Math.floor((high - low) * share);
    while (low < high) {
      const from = Math.max(low, guess - WINDOW / 2);
      const to = Math.min(high, from + WINDOW);
      const ids = readIndex(IDS + from * idBytes, (to - from) * idBytes);
      if (ids.length < (to - from) * idBytes) return null;
      if (from > low && compareAt(ids, 0, id, idBytes) > 0) high = from;
      else if (to < high && compareAt(ids, to - from - 1, id, idBytes) < 0) low = to;
      else {
        const at = search(ids, id, to - from, idBytes);
        return at === null ? null : offsetAt(readIndex, offsets, from + at, count);
      }
      guess = (low + high) >>> 1;
    }
    return null;
  };
}

/** Ids of an index that are read at once. */
const WINDOW = 256;

function search(ids: Bytes, id: Bytes, count: number, idBytes: number): number | null {
  for (let low = 0, high = count; low < high;) {
    const middle = (low + high) >>> 1;
    const order = compareAt(ids, middle, id, idBytes);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

function compareAt(ids: Bytes, at: number, id: Bytes, idBytes: number): number {
  for (let byte = 0; byte < idBytes; byte++) {
    const order = (ids[at * idBytes + byte] ?? 0) - (id[byte] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Four bytes; with the highest bit set they say which of the eight-byte offsets behind them it is. */
function offsetAt(readIndex: ReadPiece, offsets: number, at: number, count: number): number | null {
  const four = readIndex(offsets + 4 * at, 4);
  if (four.length < 4) return null;
  const small = four.readUInt32BE(0);
  if (small < 0x80000000) return small;
  const eight = readIndex(offsets + 4 * count + 8 * (small - 0x80000000), 8);
  return eight.length < 8 ? null : Number(eight.readBigUInt64BE(0));
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

function readObject(source: Source, offset: number): PackedObject | null {
  const chain: { readonly offset: number; readonly delta: Bytes }[] = [];
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
    if (typeof entry.kind === "string") object = { type: entry.kind, content: entry.content };
    else {
      chain.push({ offset: at, delta: entry.content });
      at = entry.kind;
    }
  }
  for (const { offset: made, delta } of chain.toReversed()) {
    source.bases.keep(at, object);
    const content: Bytes | null = applyDelta(object.content, delta);
    if (content === null || content.length > MAX_DIRECT_BYTES) return null;
    object = { type: object.type, content };
    at = made;
  }
  return object;
}

/** Longest head of an entry: a size of 64 bits, then an offset or an id. */
const MAX_HEAD = 10 + 32;

/** One entry: a whole object with its type, or a delta with the offset of its base. */
function readEntry(
  source: Source,
  offset: number,
): { readonly kind: ObjectType | number; readonly content: Bytes } | null {
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
    kind = source.find(head.subarray(at, at + idBytes)) ?? undefined;
    at += idBytes;
  }
  if (kind === undefined || at > Math.min(head.length, MAX_HEAD)) return null;
  // Deflate never makes much more of what it cannot shrink (zlib's deflateBound).
  const most = at + size + Math.ceil(size / 1000) + 64;
  // Ids in trees do not shrink.
  const guess = kind === "tree" ? most : Math.min(most, at + (size >>> 1) + 512);
  const likely = guess <= head.length ? head : entryPiece(source, offset, guess);
  const content =
    inflated(likely.subarray(at), size) ??
    (guess < most ? inflated(entryPiece(source, offset, most).subarray(at), size) : null);
  return content === null ? null : { kind, content };
}

/** Bytes of an entry that are read before its size is known. */
const FIRST_READ = 4096;

/** A pack of at most so many bytes, such as a build writes, is read as a whole when so many pieces of it were asked for. */
const WHOLE_PACK = 8 * 1024 * 1024;
const WHOLE_AFTER = 32;

/** At most `length` bytes of the pack; good until the next call. */
function entryPiece(source: Source, offset: number, length: number): Buffer {
  source.reads += 1;
  if (source.reads === WHOLE_AFTER && source.size <= WHOLE_PACK) source.whole = piece(source.pack, 0, source.size);
  if (source.whole !== null) return source.whole.subarray(offset, offset + length);
  if (source.scratch.length < length) source.scratch = Buffer.allocUnsafeSlow(2 * length);
  return source.scratch.subarray(0, readSync(source.pack, source.scratch, 0, length, offset));
}

/** The inflated bytes, exactly as many as there must be; null when the data ends early or is damaged. */
function inflated(data: Bytes, size: number): Bytes | null {
  const stored = storedContent(data, size);
  if (stored !== null) return stored;
  try {
    // One byte more than there is, so that a single piece of output holds all of it.
    const content = inflateSync(data, { chunkSize: Math.max(64, size + 1), maxOutputLength: Math.max(64, size + 1) });
    return content.length === size ? content : null;
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

/** At most `length` bytes of a file from `from`, in memory of their own. */
function piece(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
}
