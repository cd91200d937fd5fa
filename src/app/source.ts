// The source repository of a tree.
import { resolve } from "node:path";
import type { Git } from "#io/git";
import { openGit } from "#io/git";
import type { Tree } from "#io/store";

/** Opens the repository that the configuration names. */
export async function openSource(tree: Tree): Promise<Git> {
  return await openGit(resolve(tree.dir, tree.config.source.repository));
}
