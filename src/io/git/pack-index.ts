// The index of a pack, version 2 (gitformat-pack(5)): where in the pack each object is.
import { createHash } from "node:crypto";
import type { Bytes } from "#model/bytes";
import type { ObjectId } from "./ids.ts";

/** One object of a pack. */
export interface Packed {
  readonly offset: number;
  readonly crc: number;
  /** Deltas that lie under it. */
  readonly depth: number;
}

/** Offsets from here on stand in a table of their own, eight bytes each. */
const LARGE = 0x80000000;

/** The pieces of the index of a pack: counts by first byte, ids, checksums and offsets, all in the order of the ids. */
export function printPackIndex(
  packed: ReadonlyMap<ObjectId, Packed>,
  packSum: Bytes,
  format: "sha1" | "sha256",
): Bytes[] {
  const ids = [...packed.keys()].sort();
  const counts = Buffer.alloc(4 * 256);
  const checks = Buffer.alloc(4 * ids.length);
  const offsets = Buffer.alloc(4 * ids.length);
  const large: Bytes[] = [];
  let count = 0;
  for (let byte = 0; byte < 256; byte++) {
    const first = byte.toString(16).padStart(2, "0");
    while (ids[count]?.startsWith(first) === true) count += 1;
    counts.writeUInt32BE(count, 4 * byte);
  }
  for (const [index, id] of ids.entries()) {
    const { offset, crc } = packed.get(id) ?? { offset: 0, crc: 0 };
    checks.writeUInt32BE(crc, 4 * index);
    if (offset < LARGE) offsets.writeUInt32BE(offset, 4 * index);
    else {
      offsets.writeUInt32BE(LARGE + large.length, 4 * index);
      const eight = Buffer.alloc(8);
      eight.writeBigUInt64BE(BigInt(offset));
      large.push(eight);
    }
  }
  const names = Buffer.from(ids.join(""), "hex");
  const body = [Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]), counts, names, checks, offsets, ...large, packSum];
  const sum = createHash(format);
  for (const piece of body) sum.update(piece);
  return [...body, sum.digest()];
}
