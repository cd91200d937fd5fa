// What reading a source of patches needs to know of the tree and of the person's wishes.
import { byteString, bytesOf } from "#model/bytes";
import type { Origin } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { Tree } from "#io/store";
import { readLedger } from "#io/store";
import type { World } from "./world.ts";

/** What reading a source needs. */
export interface SourceContext {
  readonly world: World;
  readonly tree: Tree;
  /** Archives to look for Message-IDs in. */
  readonly from: readonly string[];
  /** Compositions that are taken: none, those that are certain, or all. */
  readonly compose: "ask" | "accept" | "all";
  /** Where the queued patches came from, by name. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Fill the paragraphs of logs anew. */
  readonly refill?: boolean;
}

/** Where the patches of the queue came from, by their names. */
export function originsOf(tree: Tree, queued: ReadonlySet<string>): ReadonlyMap<string, Origin> {
  return new Map(
    [...patchStates(readLedger(tree))].flatMap(([name, { origin }]) =>
      origin !== null && queued.has(byteString(bytesOf(name))) ? [[name, origin] as const] : [],
    ),
  );
}
