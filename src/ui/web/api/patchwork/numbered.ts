// The numbers by which clients of patchwork know patches: the n-th patch that was ever queued has the number n. A ledger only grows, so
// a number means the same for ever; only where two clones' ledgers are united, what came in between moves the numbers behind it.
import type { KnownPatch, TreeView } from "#app";

export interface Numbered {
  readonly id: number;
  readonly known: KnownPatch;
}

const NUMBERED = new WeakMap<TreeView, readonly Numbered[]>();

/** The patches that have a number, oldest first; one that somebody put into the series by hand has none. */
export function numberedPatches(view: TreeView): readonly Numbered[] {
  const before = NUMBERED.get(view);
  if (before !== undefined) return before;
  const ids = new Map<string, number>();
  let count = 0;
  for (const event of view.events) if (event.kind === "queued") ids.set(keyOf(event.patch, event.at), (count += 1));
  const numbered = view.patches.flatMap((known): Numbered[] => {
    const { life } = known;
    const id = ids.get(keyOf(life.names[0] ?? life.name, life.arrivals[0]?.at ?? ""));
    return id === undefined ? [] : [{ id, known }];
  });
  numbered.sort((a, b) => a.id - b.id);
  NUMBERED.set(view, numbered);
  return numbered;
}

/** By what it was called when it came, and when that was. */
function keyOf(name: string, at: string): string {
  return `${at} ${name}`;
}
