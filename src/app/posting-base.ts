// `mail show --base`: the base of a posting in the source repository of the tree that the person stands in.
import type { Posting } from "#model/postings";
import type { FoundBase } from "./base-guess.ts";
import { findBase } from "./base-guess.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/**
 * Looks for it along the first parents of `refs`; without any, of the tree's base and of what the source repository has checked out.
 * Throws UserError where there is no tree, and for a revision that is not there.
 */
export async function postingBase(world: World, posting: Posting, refs: readonly string[]): Promise<FoundBase> {
  return withTree(world, async (tree) => {
    await using source = await openSource(tree);
    // What a person names must be there; of what is tried otherwise the checked out branch may be missing.
    for (const ref of refs) await source.resolve(ref);
    world.progress(`looking for the base of ${posting.subject}`);
    return await findBase(source, posting, refs.length > 0 ? refs : ["HEAD", tree.config.source.base]);
  });
}
