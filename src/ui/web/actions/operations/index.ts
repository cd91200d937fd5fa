// Every operation that can be done from pages.
import type { Builds } from "../builds.ts";
import type { Operation } from "../operation.ts";
import { buildBranches } from "./building.ts";
import { redoOperation, undoOperation } from "./history.ts";
import { reorderBranch } from "./order.ts";
import { decideMails } from "./outbox.ts";
import { dropPatches, foldPatches, movePatches, promotePatches, renamePatch } from "./places.ts";
import { addPosting, takeTags, updatePosting } from "./postings.ts";
import { disablePatches, enablePatches, holdPatches, noteOnPatches, releasePatches } from "./remarks.ts";

/** By name. */
export function operationsOf(builds: Builds): ReadonlyMap<string, Operation> {
  const all = [
    addPosting,
    updatePosting,
    takeTags,
    holdPatches,
    releasePatches,
    disablePatches,
    enablePatches,
    noteOnPatches,
    movePatches,
    reorderBranch,
    promotePatches,
    renamePatch,
    foldPatches,
    dropPatches,
    undoOperation,
    redoOperation,
    decideMails,
    buildBranches(builds),
  ];
  return new Map(all.map((operation) => [operation.name, operation]));
}
