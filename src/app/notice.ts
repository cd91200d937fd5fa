// `notice`: the text of one notice for a queued patch, to look at; operations queue theirs by themselves.
import { UserError } from "#model/bytes";
import type { Notice } from "#model/notices";
import { removePatches } from "#model/queue";
import { readQueue } from "#io/store";
import { additionNotice, removalNotice } from "./announce.ts";
import { findPatch } from "./look.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface NoticeRequest {
  readonly patch: string;
  /** `added`, or one of the tree's removal reasons. */
  readonly kind: string;
  readonly into: string | null;
}

/** Writes the notice as it would be sent now. Throws UserError in a tree without notices. */
export async function notice(world: World, request: NoticeRequest): Promise<Notice> {
  return withTree(world, async (tree) => {
    const { queue, patches } = readQueue(tree);
    const { name, branch } = findPatch(patches, request.patch);
    const where = branch ?? tree.config.branches[0]?.name ?? "";
    const made =
      request.kind === "added"
        ? additionNotice(tree, world.now(), name, where, queue)
        : removalNotice(
            tree,
            world.now(),
            { name, branch: where, kind: request.kind, into: request.into },
            removePatches(queue, new Set([name])),
          );
    if (made !== null) return made;
    throw new UserError("this tree sends no notices", {
      hint: "choose a preset that has them, or write [notices] in longarm.toml",
    });
  });
}
