// How many patches each branch had, and when: what a plot of the queue is drawn from. It knows what the ledger knows; a patch that
// was put into the series by hand is not counted.
import type { LedgerEvent } from "#model/ledger";
import { standingEvents } from "#model/ledger";

/** How it was from that moment on. */
export interface QueueSize {
  /** UTC. */
  readonly at: string;
  /** Branch to its patches; branches that have had none yet are missing. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * The sizes after each operation that changed one, oldest first; of more than `most` only the last of each of `most` equal pieces of
 * the whole time. Moments never go back: the ledgers of clones that were united have their own order. Undone operations do not count.
 */
export function queueSizes(events: readonly LedgerEvent[], most: number): QueueSize[] {
  const places = new Map<string, string>();
  const counts = new Map<string, number>();
  const sizes: QueueSize[] = [];
  let last = "";
  const put = (patch: string, branch: string | null): void => {
    const before = places.get(patch);
    if (before !== undefined) counts.set(before, (counts.get(before) ?? 1) - 1);
    if (branch === null) places.delete(patch);
    else {
      places.set(patch, branch);
      counts.set(branch, (counts.get(branch) ?? 0) + 1);
    }
  };
  let operation: string | null = null;
  for (const event of standingEvents(events)) {
    if (event.kind === "queued") put(event.patch, event.branch);
    else if (event.kind === "dropped") put(event.patch, null);
    else if (event.kind === "moved" || event.kind === "promoted") put(event.patch, event.to);
    else {
      if (event.kind === "renamed") rename(places, event.from, event.patch);
      continue;
    }
    if (event.at > last) last = event.at;
    if (event.op === operation) sizes.pop();
    operation = event.op;
    sizes.push({ at: last, counts: new Map(counts) });
  }
  return thinned(sizes, most);
}

function rename(places: Map<string, string>, from: string, to: string): void {
  const branch = places.get(from);
  if (branch === undefined) return;
  places.delete(from);
  places.set(to, branch);
}

function thinned(sizes: readonly QueueSize[], most: number): QueueSize[] {
  const begin = Date.parse(sizes[0]?.at ?? "");
  const length = Date.parse(sizes.at(-1)?.at ?? "") - begin;
  if (sizes.length <= most || !(length > 0)) return sizes.slice(-most);
  const pieceOf = ({ at }: QueueSize): number => Math.floor(((Date.parse(at) - begin) / length) * (most - 1));
  return sizes.filter((size, index) => {
    const next = sizes[index + 1];
    return next === undefined || pieceOf(next) !== pieceOf(size);
  });
}
