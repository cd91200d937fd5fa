// The names that a patch has had in two clones, by their ledgers: a patch that both renamed is one patch.
import type { LedgerEvent } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { typedName } from "#model/queue";

/** The old name of each patch that the events rename, with its new one; null for one that they drop. An undone renaming is one back. */
export function newNames(
  events: readonly LedgerEvent[],
  ledger: readonly LedgerEvent[],
): ReadonlyMap<PatchName, PatchName | null> {
  const names = new Map<PatchName, PatchName | null>();
  for (const event of events) {
    if (event.kind === "renamed") names.set(typed(event.from), typed(event.patch));
    else if (event.kind === "dropped") names.set(typed(event.patch), null);
    else if (event.kind === "undone") {
      for (const undone of ledger)
        if (undone.op === event.undoes && undone.kind === "renamed") names.set(typed(undone.patch), typed(undone.from));
    }
  }
  return names;
}

/** What the patch was called before these operations, one after the other, renamed it. */
export function oldNames(name: PatchName, operations: readonly (readonly LedgerEvent[])[]): PatchName {
  let at = name;
  for (const event of operations.flat().toReversed()) {
    if (event.kind === "renamed" && typed(event.patch) === at) at = typed(event.from);
  }
  return at;
}

/** This name and all that the events gave to the patch after it, the last one first. */
export function namesSince(name: PatchName, events: readonly LedgerEvent[]): PatchName[] {
  const names = [name];
  for (const event of events) {
    if (event.kind === "renamed" && names.includes(typed(event.from))) names.unshift(typed(event.patch));
  }
  return names;
}

function typed(name: string): PatchName {
  return typedName(name) as PatchName;
}
