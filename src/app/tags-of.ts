// `tags --of`: which tags of one person were taken, which not and why, which wait; over the whole tree, patches that left included.
import { givenTags } from "#model/answers";
import type { GivenTag } from "#model/answers";
import { UserError } from "#model/bytes";
import { patchesOf, showName } from "#model/queue";
import { readLedger, readQueue } from "#io/store";
import { everyPatch } from "./rows.ts";
import { untakenTags } from "./tags.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface TagsOfPerson {
  /** In the order of the queue, then those of patches that left. */
  readonly tags: readonly GivenTag[];
  /** Whether the mail index could say which tags wait. */
  readonly waitingKnown: boolean;
}

/** `person` is an address, a name, or a piece of one, in any case. Throws UserError when it says nothing. */
export async function tagsOf(world: World, person: string): Promise<TagsOfPerson> {
  const wanted = person.trim().replace(/^<|>$/g, "");
  if (wanted === "") throw new UserError("the person has no name", { hint: "give an address, or a piece of a name" });
  return withTree(world, async (tree) => {
    const lives = everyPatch(tree, readLedger(tree)).map(({ life }) => life);
    const waiting = await untakenTags(world, tree, patchesOf(readQueue(tree).queue));
    const shown = new Map([...(waiting ?? [])].map(([name, tags]) => [showName(name), tags]));
    return { tags: givenTags(lives, wanted, shown), waitingKnown: waiting !== null };
  });
}
