// What the last build says of a patch, and whether it still does: the patch may have become another one since.
import type { LedgerEvent } from "#model/ledger";
import { standingEvents } from "#model/ledger";

export interface LastBuilt {
  /** When the last build was that moved the patch's branch or knew of its rejection, UTC. */
  readonly at: string;
  readonly rejected: boolean;
  /** Whether the change is another one since: what that build made, and what was found of it, is of an older version. */
  readonly changedSince: boolean;
}

/** The last build that can have had the patch (by all its names) in this branch; null when none has been since it came there. */
export function lastBuiltOf(
  events: readonly LedgerEvent[],
  names: ReadonlySet<string>,
  branch: string,
): LastBuilt | null {
  const standing = standingEvents(events);
  const isOurs = (event: LedgerEvent): boolean => "patch" in event && names.has(event.patch);
  const index = standing.findLastIndex(
    (event) =>
      event.kind === "built" &&
      (Object.hasOwn(event.branches, branch) || event.rejected.some((name) => names.has(name))),
  );
  const built = standing[index];
  if (built?.kind !== "built") return null;
  const came = standing.findLastIndex(
    (event) =>
      isOurs(event) &&
      (event.kind === "queued" || ((event.kind === "moved" || event.kind === "promoted") && event.from !== event.to)),
  );
  if (came > index) return null;
  const changedSince = standing
    .slice(index + 1)
    .some(
      (event) =>
        isOurs(event) &&
        (event.kind === "edited" || event.kind === "folded" || (event.kind === "updated" && event.change === "diff")),
    );
  return { at: built.at, rejected: built.rejected.some((name) => names.has(name)), changedSince };
}
