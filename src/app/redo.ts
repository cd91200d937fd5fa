// `redo`: brings back what the newest undo took back. It is an undo of that undo, so the ledger keeps all three.
import { UserError } from "#model/bytes";
import { lastRedoable, operationsOf } from "#model/ledger";
import { readLedger } from "#io/store";
import type { Changed } from "./change.ts";
import type { UndoPlan } from "./undo.ts";
import { undo } from "./undo.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** Undoes the newest undo that stands. Throws UserError when there is none, or something was done since. */
export async function redo(world: World, request: { readonly dryRun: boolean }): Promise<Changed<UndoPlan>> {
  const last = await withTree(world, (tree) => Promise.resolve(lastRedoable(operationsOf(readLedger(tree)))));
  if (last === null) {
    throw new UserError("there is nothing to redo", {
      hint: 'only what was just undone can be; any undo can be taken back with "longarm undo OPERATION"',
    });
  }
  return await undo(world, { operation: last.id, dryRun: request.dryRun });
}
