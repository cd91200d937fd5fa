// Writes objects into a repository: few as loose objects, many as one pack (pack.ts).
// Nothing of them can be seen before `finish`; whoever drops a writer calls `abandon`, and no file is left.
import { hash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import type { ObjectId } from "./ids.ts";
import type { ObjectType } from "./object-reader.ts";
import { share, type Sharing, sharingOf } from "./shared.ts";
import { type Basis, LEVEL, Pack, writeFlushed } from "./pack.ts";

/** The repository to write to: the directory that holds `objects`, and the hash it names objects by. */
export interface ObjectStore {
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
}

export interface ObjectWriter {
  /** Bytes of an id: 20 or 32. */
  readonly idBytes: number;
  /** Adds the object that `fill` writes into the `size` bytes it is given; with a basis it is kept as a delta. */
  add(type: ObjectType, size: number, fill: (target: Uint8Array) => void, basis?: Basis | null): ObjectId;
  /** Makes everything that was added part of the repository, on the disk for good. */
  finish(): void;
  /** Takes away what was written. */
  abandon(): void;
}

/** With fewer objects than this, each becomes a file of its own: a pack for every small operation would make reading slow. */
const PACK_FROM = 32;

/** Makes a writer for `expected` objects or more. */
export function makeObjectWriter({ commonDir, objectFormat }: ObjectStore, expected = 0): ObjectWriter {
  const objects = join(commonDir, "objects");
  const sharing = sharingOf(commonDir);
  const loose = new Map<ObjectId, { readonly type: ObjectType; readonly content: Bytes }>();
  let pack: Pack | null = null;
  let scratch = Buffer.allocUnsafeSlow(1 << 16);
  return {
    idBytes: objectFormat === "sha1" ? 20 : 32,
    add(type, size, fill, basis = null) {
      const head = `${type} ${size}\0`;
      if (scratch.length < head.length + size) scratch = Buffer.allocUnsafeSlow(2 * (head.length + size));
      scratch.write(head, "latin1");
      const whole = scratch.subarray(0, head.length + size);
      const content = whole.subarray(head.length);
      fill(content);
      const id = hash(objectFormat, whole, "hex") as ObjectId;
      if (pack === null && (expected >= PACK_FROM || (loose.size === PACK_FROM && !loose.has(id)))) {
        pack = new Pack(objects, objectFormat, sharing);
        for (const [known, one] of loose) pack.add(known, one.type, one.content, null);
        loose.clear();
      }
      if (pack !== null) pack.add(id, type, content, basis);
      else if (!loose.has(id)) loose.set(id, { type, content: Buffer.from(content) });
      return id;
    },
    finish() {
      if (pack !== null) pack.finish();
      else for (const [id, { type, content }] of loose) writeLoose(objects, sharing, id, type, content);
    },
    abandon() {
      pack?.abandon();
    },
  };
}

/** A loose object: the deflated header and content, in a file named by the id; one that is there stays. */
function writeLoose(objects: string, sharing: Sharing | null, id: ObjectId, type: ObjectType, content: Bytes): void {
  const directory = join(objects, id.slice(0, 2));
  const path = join(directory, id.slice(2));
  if (existsSync(path)) return;
  if (mkdirSync(directory, { recursive: true }) !== undefined) share(sharing, directory);
  const head = Buffer.from(`${type} ${content.length}\0`, "latin1");
  const data = deflateSync(Buffer.concat([head, content]), { level: LEVEL });
  // `git gc` takes such a file away when it is left behind.
  const temporary = join(directory, `tmp_obj_${randomUUID()}`);
  writeFlushed(temporary, [data]);
  share(sharing, temporary);
  renameSync(temporary, path);
}
