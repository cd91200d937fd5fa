// Reads objects straight from the files of a repository: loose ones, packs, those of alternates.
// It spares a process and a pipe where the name is known in full. Whatever it does not find or understand is null,
// and git is asked: it knows every format, fetches what a partial clone left out, and says what is damaged.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { inflateSync } from "node:zlib";
import type { ObjectId } from "./ids.ts";
import type { GitObject, ObjectType } from "./object-reader.ts";
import type { ObjectStore } from "./object-writer.ts";
import { MAX_DIRECT_BYTES, openPack, type PackFile } from "./pack-file.ts";

export interface ObjectFiles {
  /** The object with this full name, or null where git must be asked. */
  read(id: ObjectId): GitObject | null;
  close(): void;
}

/** Alternates of alternates that are followed, as deep as git follows them. */
const MAX_ALTERNATES = 5;

/** Packs that are held open; a repository with more is overdue for `git gc`. */
const MAX_PACKS = 100;

export function makeObjectFiles({ commonDir, objectFormat }: ObjectStore): ObjectFiles {
  const idBytes = objectFormat === "sha1" ? 20 : 32;
  let directories: readonly ObjectDirectory[] | null = null;
  let last: PackFile | null = null;
  const findPacked = (binary: Buffer): { pack: PackFile; offset: number } | null => {
    // Neighbours lie in the same pack.
    const first = last?.find(binary) ?? null;
    if (last !== null && first !== null) return { pack: last, offset: first };
    for (const pack of (directories ?? []).flatMap(({ packs }) => [...packs.values()])) {
      const offset = pack === null || pack === last ? null : pack.find(binary);
      if (pack === null || offset === null) continue;
      last = pack;
      return { pack, offset };
    }
    return null;
  };
  return {
    read(id) {
      directories ??= directoriesOf(join(commonDir, "objects")).map((path) => ({ path, stamp: "", packs: new Map() }));
      const binary = Buffer.from(id, "hex");
      try {
        let found = findPacked(binary);
        if (found === null) {
          for (const { path } of directories) {
            const loose = readLoose(path, id);
            if (loose !== null) return loose;
          }
          // Somebody may have packed it a moment ago.
          if (refresh(directories, idBytes)) found = findPacked(binary);
        }
        const object = found === null ? null : found.pack.read(found.offset, id);
        return object === null ? null : { id, ...object };
      } catch {
        return null;
      }
    },
    close() {
      for (const { packs } of directories ?? []) for (const pack of packs.values()) pack?.close();
      directories = null;
      last = null;
    },
  };
}

/** One directory `objects`, with the packs that were there when it was last looked at. */
interface ObjectDirectory {
  readonly path: string;
  /** When the list of packs changed last. */
  stamp: string;
  /** By path without the ending; null for one that cannot be read here. A pack that was deleted stays readable. */
  readonly packs: Map<string, PackFile | null>;
}

/** The directory and its alternates (gitrepository-layout(5)). */
function directoriesOf(path: string, depth = 0): string[] {
  let text: string;
  try {
    text = readFileSync(join(path, "info/alternates"), "utf8");
  } catch {
    return [path];
  }
  if (depth >= MAX_ALTERNATES) return [path];
  // Quoted names are left to git.
  const others = text.split("\n").filter((line) => line !== "" && !/^[#"]/.test(line));
  return [path, ...others.flatMap((one) => directoriesOf(isAbsolute(one) ? one : join(path, one), depth + 1))];
}

/** Opens packs that are new; false when nothing has changed. */
function refresh(directories: readonly ObjectDirectory[], idBytes: 20 | 32): boolean {
  let changed = false;
  for (const directory of directories) {
    const packs = join(directory.path, "pack");
    const stat = statSync(packs, { throwIfNoEntry: false });
    const stamp = stat === undefined ? "none" : `${stat.ino} ${stat.mtimeMs}`;
    if (stamp === directory.stamp) continue;
    directory.stamp = stamp;
    changed = true;
    for (const name of stat === undefined ? [] : readdirSync(packs)) {
      const path = join(packs, name.slice(0, -".idx".length));
      if (!/^pack-[0-9a-f]+\.idx$/.test(name) || directory.packs.has(path)) continue;
      if (directory.packs.size < MAX_PACKS) directory.packs.set(path, openPack(path, idBytes));
    }
  }
  return changed;
}

function readLoose(directory: string, id: ObjectId): GitObject | null {
  let data: Buffer;
  const path = join(directory, id.slice(0, 2), id.slice(2));
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? Infinity) > MAX_DIRECT_BYTES) return null;
    data = readFileSync(path);
  } catch {
    return null;
  }
  const whole = inflateSync(data, { maxOutputLength: MAX_DIRECT_BYTES });
  const end = whole.indexOf(0);
  const head = /^(blob|tree|commit|tag) (\d{1,15})$/.exec(whole.toString("latin1", 0, Math.max(0, Math.min(end, 32))));
  const content = whole.subarray(end + 1);
  if (head === null || Number(head[2]) !== content.length) return null;
  return { id, type: head[1] as ObjectType, content };
}
