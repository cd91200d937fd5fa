// The conflicts of merges with other trees that the ledger knows of and that have not gone. Looking for them is merge-check's task.
import type { LedgerEvent } from "#model/ledger";

/** A file in which a branch of this tree cannot be merged with another tree. */
export interface KnownConflict {
  readonly branch: string;
  readonly tree: string;
  readonly path: string;
  /** The day on which it was first seen, UTC. */
  readonly since: string;
}

/** By {@link conflictKey}, in the order in which they were seen. */
export function openConflicts(events: readonly LedgerEvent[]): Map<string, KnownConflict> {
  const open = new Map<string, KnownConflict>();
  for (const event of events) {
    if (event.kind !== "conflicted" && event.kind !== "unconflicted") continue;
    const { branch, tree, path } = event;
    const key = conflictKey(event, path);
    if (event.kind === "unconflicted") open.delete(key);
    // Two clones may both have seen it come.
    else if (!open.has(key)) open.set(key, { branch, tree, path, since: event.at.slice(0, 10) });
  }
  return open;
}

/** Names one file of one merge; an empty path stands for the merge. */
export function conflictKey(
  { branch, tree }: { readonly branch: string; readonly tree: string },
  path: string,
): string {
  return JSON.stringify([branch, tree, path]);
}
