// A pack that is being written: gitformat-pack(5), version 2. Its index is in pack-index.ts.
// It knows ids, sizes and deltas; what objects mean is the caller's.
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import type { Piece } from "./delta.ts";
import { printDelta } from "./delta.ts";
import type { ObjectId } from "./ids.ts";
import type { ObjectType } from "./object-reader.ts";
import { entryOf, type PackedEntry } from "./packed-entry.ts";
import { type Packed, printPackIndex } from "./pack-index.ts";
import { share, type Sharing } from "./shared.ts";
import { storedBlock } from "./stored-block.ts";

/** How an object is made of another one that the same pack holds, or another pack from which it can be copied. */
export interface Basis {
  readonly id: ObjectId;
  readonly size: number;
  readonly pieces: Iterable<Piece>;
  /** The other object as it was read from the repository; null when it was not. */
  readonly read: Bytes | null;
}

/** Level 1 costs half of git's default level, and the next `git gc` packs better anyway (docs/decisions/0004). */
export const LEVEL = 1;

const TYPES: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const OFS_DELTA = 6;

/** Longest chain of deltas; git's own default (pack.depth). */
const MAX_DEPTH = 50;

/** Bytes gathered before they are written to the file. */
const BUFFERED = 1 << 20;

/** A pack that is being written to a temporary file, whose name git knows to take away when it is left behind. */
export class Pack {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #format: "sha1" | "sha256";
  readonly #file: number;
  readonly #sharing: Sharing | null;
  readonly #packed = new Map<ObjectId, Packed>();
  #chunks: Bytes[] = [];
  #buffered = 0;
  #offset = 12;

  constructor(objects: string, format: "sha1" | "sha256", sharing: Sharing | null) {
    this.#directory = join(objects, "pack");
    this.#temporary = join(this.#directory, `tmp_pack_${randomUUID()}`);
    this.#format = format;
    this.#sharing = sharing;
    if (mkdirSync(this.#directory, { recursive: true }) !== undefined) share(sharing, this.#directory);
    this.#file = openSync(this.#temporary, "w+", 0o444);
    // The number of objects is known at the end, and with it the checksum.
    writeWhole(this.#file, Buffer.alloc(12));
  }

  add(id: ObjectId, type: ObjectType, content: Bytes, basis: Basis | null): void {
    if (this.#packed.has(id)) return;
    const delta = basis === null ? null : printDelta(basis.size, content.length, basis.pieces);
    const under = basis === null || delta === null || delta.length >= content.length / 2 ? null : this.#under(basis);
    if (delta !== null && under !== null) this.#addDelta(id, under, delta.length, deflated(delta));
    else this.#addWhole(id, type, content.length, deflated(content));
  }

  #addWhole(id: ObjectId, type: ObjectType, size: number, stream: Bytes): Packed {
    const packed = { offset: this.#offset, crc: this.#write(entryHead(TYPES[type], size), stream), depth: 0 };
    this.#packed.set(id, packed);
    return packed;
  }

  #addDelta(id: ObjectId, under: Packed, size: number, stream: Bytes): Packed {
    const offset = this.#offset;
    const crc = this.#write([...entryHead(OFS_DELTA, size), ...backwards(offset - under.offset)], stream);
    const packed = { offset, crc, depth: under.depth + 1 };
    this.#packed.set(id, packed);
    return packed;
  }

  /** The entry of what a delta is made on: in this pack, or copied into it; null when there is none with room for one more. */
  #under({ id, read }: Basis): Packed | null {
    const entry = read === null ? null : entryOf(read);
    const fits = entry !== null && entry.depth < MAX_DEPTH;
    const under = this.#packed.get(id) ?? (fits ? this.#copy(entry) : null);
    return under === null || under.depth >= MAX_DEPTH ? null : under;
  }

  /** Copies an entry of another pack with all entries under it as they are; null when that cannot be. */
  #copy(entry: PackedEntry): Packed | null {
    const id = entry.id();
    const here = id === null ? null : this.#packed.get(id);
    if (id === null || here !== undefined) return here ?? null;
    const under = entry.under === null ? null : this.#copy(entry.under);
    if (under === null && entry.under !== null) return null;
    const stream = entry.stream();
    if (stream === null) return null;
    // What is read next would overwrite it.
    const own = Buffer.from(stream);
    return under === null
      ? this.#addWhole(id, entry.type, entry.size, own)
      : this.#addDelta(id, under, entry.size, own);
  }

  #write(head: readonly number[], data: Bytes): number {
    const start = Uint8Array.from(head);
    this.#chunks.push(start, data);
    this.#offset += start.length + data.length;
    this.#buffered += start.length + data.length;
    if (this.#buffered >= BUFFERED) this.#flush();
    return crc32(data, crc32(start));
  }

  #flush(): void {
    writeWhole(this.#file, Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#buffered = 0;
  }

  /** Completes the file, writes its index and puts both in place; the index last, because git looks for that. */
  finish(): void {
    this.#flush();
    const head = Buffer.alloc(12);
    head.write("PACK", "latin1");
    head.writeUInt32BE(2, 4);
    head.writeUInt32BE(this.#packed.size, 8);
    writeSync(this.#file, head, 0, head.length, 0);
    const sum = this.#checksum();
    writeWhole(this.#file, sum);
    fsyncSync(this.#file);
    closeSync(this.#file);
    const path = join(this.#directory, `pack-${sum.toString("hex")}`);
    // The same objects in the same order are the same pack.
    if (existsSync(`${path}.idx`)) {
      rmSync(this.#temporary, { force: true });
      return;
    }
    writeFlushed(`${this.#temporary}_idx`, printPackIndex(this.#packed, sum, this.#format));
    for (const made of [this.#temporary, `${this.#temporary}_idx`]) share(this.#sharing, made);
    renameSync(this.#temporary, `${path}.pack`);
    renameSync(`${this.#temporary}_idx`, `${path}.idx`);
  }

  abandon(): void {
    try {
      closeSync(this.#file);
    } catch {
      // It was complete and is closed.
    }
    for (const path of [this.#temporary, `${this.#temporary}_idx`]) rmSync(path, { force: true });
  }

  /** The hash of everything in the file. */
  #checksum(): Buffer {
    const sum = createHash(this.#format);
    const part = Buffer.allocUnsafeSlow(BUFFERED);
    for (let at = 0; at < this.#offset;) {
      const read = readSync(this.#file, part, 0, part.length, at);
      if (read === 0) throw new Error(`read ${this.#temporary}: it ends at ${at} of ${this.#offset} bytes`);
      sum.update(part.subarray(0, read));
      at += read;
    }
    return sum.digest();
  }
}

/** The head of an entry: type and size, four bits of the size and then seven a byte, the lowest first. */
function entryHead(type: number, size: number): number[] {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 0x0f);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 0x80)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  bytes.push(byte);
  return bytes;
}

/** The distance to the object under a delta: seven bits a byte, the highest first, each further byte counting one more. */
function backwards(distance: number): number[] {
  const bytes = [distance % 0x80];
  for (let rest = Math.floor(distance / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
    rest -= 1;
    bytes.unshift((rest % 0x80) | 0x80);
  }
  return bytes;
}

/** Data that is shorter than this is stored as it is: starting the compressor takes longer than writing more. */
const DEFLATED_FROM = 2048;

function deflated(data: Bytes): Bytes {
  if (data.length < DEFLATED_FROM) return storedBlock(data);
  // What comes out is rarely larger than what went in; each chunk is memory that is allocated at once.
  const chunkSize = Math.min(data.length + 64, BUFFERED);
  return deflateSync(data, { level: LEVEL, chunkSize });
}

/** Writes a new file that is read-only, on the disk for good; a file that could not be written whole is taken away. */
export function writeFlushed(path: string, pieces: readonly Bytes[]): void {
  const file = openSync(path, "w", 0o444);
  try {
    for (const piece of pieces) writeWhole(file, piece);
    fsyncSync(file);
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, data: Bytes): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}
