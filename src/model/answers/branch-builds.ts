// What each branch's last build had, and what of it holds no more: from the ledger alone. What would be rejected today is a build's
// task to find out.
import type { LedgerEvent } from "#model/ledger";
import { standingEvents } from "#model/ledger";

/** A branch as its last build left it. */
export interface BranchBuild {
  /** When it was last moved by a build, UTC, and to which commit on which base. */
  readonly at: string;
  readonly commit: string;
  readonly base: string;
}

/** A branch since then. */
export interface BranchProgress {
  /** Null when it was never built. */
  readonly built: BranchBuild | null;
  /** Patches that the last build that knew of them could not apply. */
  readonly rejected: readonly string[];
  /** Patches that came, went or became others since. */
  readonly changed: readonly string[];
  /** Whether it would be another branch now: patches changed, or their order or base did. */
  readonly stale: boolean;
}

interface Progress {
  built: BranchBuild | null;
  readonly rejected: Set<string>;
  readonly changed: Set<string>;
  stale: boolean;
}

/** Every branch that the ledger has heard of. Undone operations do not count. */
export function branchProgress(events: readonly LedgerEvent[]): ReadonlyMap<string, BranchProgress> {
  const branches = new Map<string, Progress>();
  const places = new Map<string, string>();
  const branch = (name: string): Progress => {
    const known = branches.get(name) ?? { built: null, rejected: new Set(), changed: new Set(), stale: false };
    branches.set(name, known);
    return known;
  };
  const touch = (name: string | undefined, patch: string): void => {
    if (name === undefined) return;
    const one = branch(name);
    one.changed.add(patch);
    one.rejected.delete(patch);
    one.stale = true;
  };
  for (const event of standingEvents(events)) {
    switch (event.kind) {
      case "queued":
        places.set(event.patch, event.branch);
        touch(event.branch, event.patch);
        break;
      case "dropped":
        places.delete(event.patch);
        touch(event.branch, event.patch);
        break;
      case "moved":
      case "promoted":
        places.set(event.patch, event.to);
        touch(event.from, event.patch);
        touch(event.to, event.patch);
        break;
      case "renamed": {
        const place = places.get(event.from);
        if (place === undefined) break;
        places.delete(event.from);
        places.set(event.patch, place);
        const { changed, rejected } = branch(place);
        if (changed.delete(event.from)) changed.add(event.patch);
        if (rejected.delete(event.from)) rejected.add(event.patch);
        break;
      }
      case "updated":
      case "tagged":
      case "edited":
      case "folded":
      case "refreshed":
      case "resolved":
      case "disabled":
      case "enabled":
        touch(places.get(event.patch), event.patch);
        break;
      case "reordered":
        branch(event.branch).stale = true;
        break;
      case "rebased":
        for (const one of branches.values()) one.stale = true;
        break;
      case "built":
        for (const [name, commit] of Object.entries(event.branches)) {
          const one = branch(name);
          one.built = { at: event.at, commit, base: event.base };
          one.rejected.clear();
          one.changed.clear();
          one.stale = false;
        }
        for (const patch of event.rejected) {
          const one = branch(places.get(patch) ?? "");
          one.rejected.add(patch);
          one.changed.delete(patch);
        }
        break;
      // None of these changes what a build makes.
      case "announced":
      case "checked":
      case "commanded":
      case "conflicted":
      case "created":
      case "fetched":
      case "held":
      case "landed":
      case "left":
      case "linked":
      case "merge-resolved":
      case "noted":
      case "published":
      case "released":
      case "unconflicted":
      case "undone":
        break;
    }
  }
  branches.delete("");
  return new Map(
    [...branches].map(([name, one]) => [name, { ...one, rejected: [...one.rejected], changed: [...one.changed] }]),
  );
}
