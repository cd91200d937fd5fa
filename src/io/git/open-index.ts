// Reads the index of a pack, version 2 (gitformat-pack(5)): where in the pack an object is, and which object is where.
// pack-index.ts prints one.
import { fstatSync, readSync } from "node:fs";
import type { Bytes } from "#model/bytes";
import type { ObjectId } from "./ids.ts";

export interface PackIndex {
  /** Where the object with this id is in the pack; null when it is not there. `id` has 20 or 32 bytes. */
  find(id: Bytes): number | null;
  /** The id of the object at an offset; null when there is none, or the index is too large to be searched for it. */
  idAt(offset: number): ObjectId | null;
}

/** Where the tables of an index begin: signature and version, then 256 counts. */
const COUNTS = 8;
const IDS = COUNTS + 4 * 256;

/**
 * The index in an open file, which stays open as long as it is asked; null when it is none of version 2. One of at most
 * `wholeIndex` bytes is read as a whole, of a larger one only what is asked for.
 */
export function openIndex(index: number, idBytes: 20 | 32, wholeIndex = WHOLE_INDEX): PackIndex | null {
  const readIndex = makeIndexReader(index, wholeIndex);
  const head = Buffer.from(readIndex(0, IDS));
  if (head.length !== IDS || head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2) return null;
  return { find: makeFinder(readIndex, head, idBytes), idAt: makeNamer(readIndex, head, idBytes) };
}

/** At most `length` bytes of a file from `from`; what it gives is good until the next call. */
type ReadPiece = (from: number, length: number) => Buffer;

/** Bytes of the index of some hundred thousand objects. */
const WHOLE_INDEX = 8 * 1024 * 1024;

function makeIndexReader(index: number, wholeIndex: number): ReadPiece {
  const { size } = fstatSync(index);
  if (size > wholeIndex) return (from, length) => filePiece(index, from, length);
  const whole = filePiece(index, 0, size);
  return (from, length) => whole.subarray(from, from + length);
}

function makeFinder(readIndex: ReadPiece, head: Buffer, idBytes: 20 | 32): PackIndex["find"] {
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

/** An index of more objects is not turned round, and offsets that do not fit in its first table are not looked for. */
const MOST_NAMED = 100_000;
const LARGE = 0x80000000;

function makeNamer(readIndex: ReadPiece, head: Buffer, idBytes: 20 | 32): PackIndex["idAt"] {
  const count = head.readUInt32BE(COUNTS + 4 * 255);
  let places: ReadonlyMap<number, number> | null = null;
  return (offset) => {
    if (count > MOST_NAMED || offset >= LARGE) return null;
    if (places === null) {
      const offsets = Buffer.from(readIndex(IDS + count * (idBytes + 4), 4 * count));
      const found = new Map<number, number>();
      for (let at = 0; 4 * at < offsets.length; at++) found.set(offsets.readUInt32BE(4 * at), at);
      places = found;
    }
    const place = places.get(offset);
    if (place === undefined) return null;
    return readIndex(IDS + place * idBytes, idBytes).toString("hex") as ObjectId;
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
  if (small < LARGE) return small;
  const eight = readIndex(offsets + 4 * count + 8 * (small - LARGE), 8);
  return eight.length < 8 ? null : Number(eight.readBigUInt64BE(0));
}

/** At most `length` bytes of a file from `from`, in memory of their own. */
export function filePiece(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
}
