// Answers for objects whose name says where they are from the repository's own files, and asks git for all others.
// Objects never change, so what a file has is right; absence is only ever told by git.
import { byteString } from "#model/bytes";
import { type ObjectId, parseObjectId } from "./ids.ts";
import { makeObjectFiles } from "./object-files.ts";
import type { GitObject, ObjectReader } from "./object-reader.ts";
import type { FoundRepository } from "./plain-repository.ts";
import { readRefFile } from "./ref-files.ts";

/** A reader of the repository `found` in front of `git`, which it closes with itself. */
export function makeDirectReader(git: ObjectReader, found: FoundRepository): ObjectReader {
  const files = makeObjectFiles(found);
  const look = (name: string): GitObject | null => {
    const [, start = name, kind = null] = /^(.*)\^\{(commit|tree)\}$/s.exec(name) ?? [];
    const id = parseObjectId(start) ?? (found.plain && kind !== null ? readRefFile(found.gitDir, start) : null);
    if (id === null || id.length !== (found.objectFormat === "sha1" ? 40 : 64)) return null;
    const object = files.read(id);
    if (object === null || kind === null || object.type === kind) return object;
    const tree = kind === "tree" && object.type === "commit" ? treeOf(object) : null;
    return tree === null ? null : ofType(files.read(tree), "tree");
  };
  return {
    read(name) {
      const object = look(name);
      return object === null ? git.read(name) : Promise.resolve(object);
    },
    async close() {
      files.close();
      await git.close();
    },
  };
}

/** The tree that a commit names on its first line. */
function treeOf({ content }: GitObject): ObjectId | null {
  return parseObjectId(/^tree ([0-9a-f]+)\n/.exec(byteString(content, 0, 80))?.[1] ?? "");
}

function ofType(object: GitObject | null, type: GitObject["type"]): GitObject | null {
  return object?.type === type ? object : null;
}
