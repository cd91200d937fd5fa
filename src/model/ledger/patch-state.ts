// What the ledger adds up to for each patch now: since when it is where it is, what holds it, what was said of it.
// The order of the queue is not here: that is the series.
import type { CheckState, LedgerEvent, Origin, TagRecord } from "./event.ts";
import { operationsOf } from "./history.ts";

/** Why a patch may not move up. */
export interface Hold {
  readonly reason: string;
  readonly until: string | null;
  readonly tag: string | null;
  readonly person: string | null;
  readonly at: string;
  readonly by: string;
}

/** A remark that everybody may read. */
export interface Note {
  readonly text: string;
  readonly at: string;
  readonly by: string;
}

/** Why a patch is left out of the build. */
export interface Disabling {
  readonly reason: string | null;
  readonly at: string;
  readonly by: string;
}

export interface PatchState {
  /** Where it came from; null for a patch that was put into the series by hand. */
  readonly origin: Origin | null;
  /** When it was first queued, UTC; null when the ledger does not know. */
  readonly queued: string | null;
  /** When it came into the branch it is in. */
  readonly entered: string | null;
  /** Tags that were known when it was queued, and those taken since. */
  readonly tags: readonly DatedTag[];
  readonly hold: Hold | null;
  /** As the ledger has it; whether it is disabled is in the series. */
  readonly disabled: Disabling | null;
  readonly notes: readonly Note[];
  /** The newest result of each check of the patch as it is, by context: what was found on another change does not count. */
  readonly checks: ReadonlyMap<string, Check>;
}

/** A tag and when it was written down, UTC. */
export interface DatedTag extends TagRecord {
  readonly at: string;
}

/** What a tester or a robot found. */
export interface Check {
  readonly state: CheckState;
  readonly url: string | null;
  readonly text: string | null;
  readonly at: string;
  readonly by: string;
}

const UNKNOWN: PatchState = {
  origin: null,
  queued: null,
  entered: null,
  tags: [],
  hold: null,
  disabled: null,
  notes: [],
  checks: new Map(),
};

/** The state of a patch that the ledger does not know. */
export const unknownPatch: PatchState = UNKNOWN;

/** The state of every patch that the ledger has queued and not seen leave, by its name now. Operations that were undone do not count. */
export function patchStates(events: readonly LedgerEvent[]): ReadonlyMap<string, PatchState> {
  return statesOf(events, (states, patch) => states.delete(patch));
}

/** The same, and of patches that left, by their last name, as they were then. */
export function lastStates(events: readonly LedgerEvent[]): ReadonlyMap<string, PatchState> {
  return statesOf(events, () => undefined);
}

function statesOf(
  events: readonly LedgerEvent[],
  leave: (states: Map<string, PatchState>, patch: string) => void,
): ReadonlyMap<string, PatchState> {
  const states = new Map<string, PatchState>();
  const change = (patch: string, what: Partial<PatchState>): void => {
    states.set(patch, { ...(states.get(patch) ?? UNKNOWN), ...what });
  };
  for (const event of standingEvents(events)) {
    switch (event.kind) {
      case "queued":
        states.set(event.patch, {
          ...UNKNOWN,
          origin: event.origin,
          queued: event.at,
          entered: event.at,
          tags: event.tags.map((tag) => ({ ...tag, at: event.at })),
        });
        break;
      case "tagged": {
        const { tags, at } = event;
        const others = (states.get(event.patch)?.tags ?? []).filter((one) => !tags.some(({ tag }) => tag === one.tag));
        change(event.patch, { tags: [...others, ...tags.map((tag) => ({ ...tag, at }))] });
        break;
      }
      case "updated":
        change(event.patch, { origin: event.origin, tags: event.tags.map((tag) => ({ ...tag, at: event.at })) });
        if (event.change === "diff") change(event.patch, { checks: new Map() });
        break;
      case "edited":
      case "folded":
        change(event.patch, { checks: new Map() });
        break;
      case "disabled": {
        const { reason, at, by } = event;
        change(event.patch, { disabled: { reason, at, by } });
        break;
      }
      case "enabled":
        change(event.patch, { disabled: null });
        break;
      case "dropped":
        leave(states, event.patch);
        break;
      case "renamed":
        states.set(event.patch, states.get(event.from) ?? UNKNOWN);
        states.delete(event.from);
        break;
      case "moved":
      case "promoted":
        if (event.from !== event.to) change(event.patch, { entered: event.at });
        break;
      case "held": {
        const { reason, until, tag, person, at, by } = event;
        change(event.patch, { hold: { reason, until, tag, person, at, by } });
        break;
      }
      case "released":
        change(event.patch, { hold: null });
        break;
      case "noted": {
        const { text, at, by } = event;
        change(event.patch, { notes: [...(states.get(event.patch)?.notes ?? []), { text, at, by }] });
        break;
      }
      case "checked": {
        const { context, state, url, text, at, by } = event;
        const checks = new Map(states.get(event.patch)?.checks).set(context, { state, url, text, at, by });
        change(event.patch, { checks });
        break;
      }
      // What these say is in the series, in the branches or in the patch files.
      case "announced":
      case "built":
      case "conflicted":
      case "created":
      case "linked":
      case "fetched":
      case "landed":
      case "left":
      case "merge-resolved":
      case "rebased":
      case "refreshed":
      case "reordered":
      case "resolved":
      case "unconflicted":
      case "published":
      case "commanded":
      case "undone":
        break;
    }
  }
  return states;
}

/** The events of operations that were not taken back, oldest first. */
export function standingEvents(events: readonly LedgerEvent[]): LedgerEvent[] {
  return operationsOf(events).flatMap((operation) => (operation.undoneBy === null ? operation.events : []));
}
