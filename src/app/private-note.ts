// `note --private`: a remark that stays on this machine. It is in no ledger, commit, notice or feed, and undo does not know it.
import { UserError } from "#model/bytes";
import { placedPatches, showName } from "#model/queue";
import { addPrivateNotes, readQueue, takeLock } from "#io/store";
import { personOf } from "./change.ts";
import { findPatch } from "./look.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface PrivateNoteRequest {
  readonly patches: readonly string[];
  readonly text: string;
  readonly dryRun: boolean;
}

/** Writes the remark down and gives the names of the patches. Throws UserError when one is not queued or nothing is said. */
export async function notePrivately(world: World, request: PrivateNoteRequest): Promise<readonly string[]> {
  const text = request.text.trim();
  if (text === "") throw new UserError("the note is empty", { hint: "say something of the patch" });
  return withTree(world, async (tree) => {
    const placed = placedPatches(readQueue(tree).queue);
    const names = [...new Set(request.patches.map((name) => showName(findPatch(placed, name).name)))];
    if (request.dryRun) return names;
    const by = await personOf(world, tree);
    using _lock = takeLock(tree.privateDir, "note");
    world.unchanged?.();
    const at = world
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
    addPrivateNotes(
      tree.privateDir,
      names.map((patch) => ({ at, by, patch, text })),
    );
    return names;
  });
}
