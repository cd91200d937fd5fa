// Which queued patches belong together: those of one posting, and a patch with its fixes.
import type { PatchState } from "#model/ledger";
import type { PatchName, QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";

/** By patch a word that is the same for all patches that move together: those of one posting, and a patch with its fixes. */
export function togetherOf(
  queued: readonly QueuedPatch[],
  states: ReadonlyMap<string, PatchState>,
  fixes: ReadonlyMap<PatchName, readonly PatchName[]>,
): ReadonlyMap<PatchName, string> {
  const rootOf = new Map([...fixes].flatMap(([root, names]) => names.map((name) => [name, root] as const)));
  return new Map(
    queued.map(({ name }) => {
      const root = rootOf.get(name) ?? name;
      const origin = states.get(showName(root))?.origin;
      return [name, origin?.kind === "mail" ? `posting ${origin.posting}` : `patch ${root}`];
    }),
  );
}
