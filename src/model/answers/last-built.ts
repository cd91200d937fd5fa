// What the last build says of a patch, and whether it still does: the patch may have become another one since.
import type { LedgerEvent } from "#model/ledger";
import { standingEvents } from "#model/ledger";

export interface LastBuilt {
  /** When the last build was that moved the patch's branch or knew of its rejection, UTC. */
  readonly at: string;
  readonly rejected: boolean;
  /**
   * What of the patch is another one since, so that its commit is of an older version; null for nothing. With another `diff`, what
   * was found of that commit holds no longer; with another `log`, description or tags, it does.
   */
  readonly changedSince: "diff" | "log" | null;
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
  const changes = new Set(standing.slice(index + 1).map((event) => (isOurs(event) ? changeOf(event) : null)));
  const changedSince = changes.has("diff") ? "diff" : changes.has("log") ? "log" : null;
  return { at: built.at, rejected: built.rejected.some((name) => names.has(name)), changedSince };
}

/** What an event changes of the commit that its patch becomes. A refresh writes the same change in other words. */
function changeOf(event: LedgerEvent): LastBuilt["changedSince"] {
  if (event.kind === "edited" || event.kind === "folded") return "diff";
  // An update with the same change and the same words has at least another date, and the link to another mail.
  if (event.kind === "updated") return event.change === "diff" ? "diff" : "log";
  return event.kind === "tagged" ? "log" : null;
}
