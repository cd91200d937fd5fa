// The life of each patch as the ledger tells it: what came when, where it was, what was said, how it ended.
// Unlike the states of `ledger`, it also knows patches that left. What is in patch files is not here.
import type { LedgerEvent, Origin, PatchState } from "#model/ledger";
import { lastStates, standingEvents, unknownPatch } from "#model/ledger";

/** What came into the queue under the patch's name, first or in place of what was there. */
export interface Arrival {
  readonly origin: Origin;
  readonly at: string;
  /** What is another one than before: null for the first. */
  readonly change: "same" | "log" | "diff" | null;
}

/** Its time in one branch. */
export interface Stay {
  readonly branch: string;
  readonly from: string;
  /** Null while it is there. */
  readonly until: string | null;
  /** The first build of that time that had it: when, and the commit that the branch pointed to then. */
  readonly built: { readonly at: string; readonly tip: string } | null;
}

/** How it left the queue. */
export interface Gone {
  readonly at: string;
  readonly by: string;
  /** The operation that dropped it. */
  readonly op: string;
  readonly branch: string;
  readonly reason: string;
  readonly into: string | null;
  readonly note: string | null;
}

export interface Life {
  /** The name it has, or had when it left. */
  readonly name: string;
  /** Names before that, oldest first. */
  readonly names: readonly string[];
  readonly title: string;
  /** `Name <address>`. */
  readonly author: string;
  readonly arrivals: readonly Arrival[];
  readonly stays: readonly Stay[];
  /** Tags that an update did not carry, and when. */
  readonly lost: readonly { readonly tag: string; readonly at: string }[];
  readonly notices: readonly { readonly notice: string; readonly messageId: string; readonly at: string }[];
  /** Where others have it: branches that are watched. */
  readonly landings: readonly { readonly branch: string; readonly commit: string; readonly at: string }[];
  /** Null while it is queued. */
  readonly gone: Gone | null;
  /** Tags, hold, notes and checks: as they are, or as they were when it left. */
  readonly state: PatchState;
}

/** Every patch that the ledger has seen, by its last name; of one that was queued again the last life. Undone operations do not count. */
export function livesOf(events: readonly LedgerEvent[]): ReadonlyMap<string, Life> {
  const lives = new Map<string, Life>();
  /** Names whose present stay no build has seen. */
  const unbuilt = new Set<string>();
  const change = (patch: string, what: (life: Life) => Partial<Life>): void => {
    const life = lives.get(patch);
    if (life !== undefined) lives.set(patch, { ...life, ...what(life) });
  };
  for (const event of standingEvents(events)) {
    const { at } = event;
    switch (event.kind) {
      case "queued": {
        const { patch, title, author, origin, branch } = event;
        const stay: Stay = { branch, from: at, until: null, built: null };
        lives.set(patch, {
          ...emptyLife(patch),
          title,
          author,
          arrivals: [{ origin, at, change: null }],
          stays: [stay],
        });
        unbuilt.add(patch);
        break;
      }
      case "updated": {
        const { title, author, origin, lost } = event;
        change(event.patch, (life) => ({
          title,
          author,
          arrivals: [...life.arrivals, { origin, at, change: event.change }],
          lost: [...life.lost, ...lost.map((tag) => ({ tag, at }))],
        }));
        break;
      }
      case "renamed":
        change(event.from, ({ names }) => ({ name: event.patch, names: [...names, event.from] }));
        rename(lives, event.from, event.patch);
        if (unbuilt.delete(event.from)) unbuilt.add(event.patch);
        break;
      case "moved":
      case "promoted":
        if (event.from === event.to) break;
        change(event.patch, ({ stays }) => ({
          stays: [...ended(stays, at), { branch: event.to, from: at, until: null, built: null }],
        }));
        unbuilt.add(event.patch);
        break;
      case "dropped": {
        const { by, op, branch, reason, into, note } = event;
        change(event.patch, ({ stays }) => ({
          stays: ended(stays, at),
          gone: { at, by, op, branch, reason, into, note },
        }));
        unbuilt.delete(event.patch);
        break;
      }
      case "announced": {
        const { notice, messageId } = event;
        change(event.patch, ({ notices }) => ({ notices: [...notices, { notice, messageId, at }] }));
        break;
      }
      case "landed": {
        const { branch, commit } = event;
        change(event.patch, ({ landings }) => ({
          landings: [...landings.filter((one) => one.branch !== branch), { branch, commit, at }],
        }));
        break;
      }
      case "left":
        change(event.patch, ({ landings }) => ({ landings: landings.filter(({ branch }) => branch !== event.branch) }));
        break;
      case "built": {
        const rejected = new Set(event.rejected);
        for (const name of unbuilt) {
          const stay = lives.get(name)?.stays.at(-1);
          const tip = stay === undefined ? undefined : event.branches[stay.branch];
          if (stay === undefined || tip === undefined || rejected.has(name)) continue;
          change(name, ({ stays }) => ({ stays: [...stays.slice(0, -1), { ...stay, built: { at, tip } }] }));
          unbuilt.delete(name);
        }
        break;
      }
      // What these say is in the state of the patch, or is of no one patch.
      case "checked":
      case "commanded":
      case "conflicted":
      case "created":
      case "disabled":
      case "edited":
      case "enabled":
      case "fetched":
      case "folded":
      case "held":
      case "linked":
      case "merge-resolved":
      case "noted":
      case "published":
      case "rebased":
      case "refreshed":
      case "released":
      case "reordered":
      case "resolved":
      case "tagged":
      case "unconflicted":
      case "undone":
        break;
    }
  }
  const states = lastStates(events);
  return new Map([...lives].map(([name, life]) => [name, { ...life, state: states.get(name) ?? unknownPatch }]));
}

/** The life of a patch that was put into the series by hand. */
export function emptyLife(name: string): Life {
  return {
    name,
    names: [],
    title: "",
    author: "",
    arrivals: [],
    stays: [],
    lost: [],
    notices: [],
    landings: [],
    gone: null,
    state: unknownPatch,
  };
}

function ended(stays: readonly Stay[], at: string): Stay[] {
  return stays.map((stay) => (stay.until === null ? { ...stay, until: at } : stay));
}

function rename(lives: Map<string, Life>, from: string, to: string): void {
  const life = lives.get(from);
  if (life === undefined) return;
  lives.delete(from);
  lives.set(to, life);
}
