// Which refs a scratch repository shows to those who fetch from it. The repository behind it has others that nobody is told of, and
// is not written to.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "./repository.ts";

/** What is to be seen. */
export interface ShownRefs {
  /** Full names to object ids, which the borrowed objects have. */
  readonly refs: ReadonlyMap<string, string>;
  /** Full name of the branch that a clone checks out, or an object id. */
  readonly head: string;
}

/** Makes the refs of a repository of ours those, each file at once. Names are git's own, so they hold no line end. */
export function showRefs(scratch: Git, { refs, head }: ShownRefs): void {
  const lines = [...refs].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([ref, id]) => `${id} ${ref}\n`);
  replace(join(scratch.gitDir, "packed-refs"), `# pack-refs with: sorted \n${lines.join("")}`);
  replace(join(scratch.gitDir, "HEAD"), head.startsWith("refs/") ? `ref: ${head}\n` : `${head}\n`);
}

/** Names are bytes (latin1), as git gave them. */
function replace(path: string, text: string): void {
  try {
    if (readFileSync(path, "latin1") === text) return;
  } catch {
    // It is not there yet.
  }
  writeFileSync(`${path}.new`, text, "latin1");
  renameSync(`${path}.new`, path);
}
