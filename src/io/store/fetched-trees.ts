// Which commit of each other tree is merged: the file `trees`, so that every clone builds the same (docs/formats/tree.md).
// Fetching them is app's business.
import { join } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import type { CommitId } from "#io/git";
import { parseCommitId } from "#io/git";
import { readIfThere } from "./disk.ts";

export const TREES_FILE: Path = "trees";

/** Name to commit; a line that is none is passed over. */
export function readFetchedTrees(tree: { readonly dir: string }): Map<string, CommitId> {
  const text = textOf(readIfThere(join(tree.dir, TREES_FILE)) ?? bytesOf(""));
  const found = new Map<string, CommitId>();
  for (const line of text.split("\n")) {
    const [name = "", id = ""] = line.split(" ");
    const commit = parseCommitId(id);
    if (name !== "" && commit !== null) found.set(name, commit);
  }
  return found;
}

/** One line a tree, `NAME COMMIT`, sorted by name, so that two people's changes meet as little as can be. */
export function printFetchedTrees(trees: ReadonlyMap<string, CommitId>): Bytes {
  return bytesOf(
    [...trees]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, commit]) => `${name} ${commit}\n`)
      .join(""),
  );
}
