// News of a tree: what enters its ledger, told to whoever listens in this process, whoever wrote it. Looks only while somebody listens.
// It remembers nothing: who was away asks the ledger for what came since.
import type { NamedEvent } from "#model/ledger";
import { namedEvents } from "#model/ledger";
import type { TreeView, Viewer } from "./view.ts";

/** Called with what is new, in the order of the ledger; must not throw. */
export type FreshEvents = (fresh: readonly NamedEvent[], view: TreeView) => void;

/** Somebody who listens. */
export interface Listening extends Disposable {
  /** The tree as it was when the listening began: whatever comes after it is told. */
  readonly view: TreeView;
  /** The whole ledger then. */
  readonly events: readonly NamedEvent[];
}

export interface News extends Disposable {
  /** Tells `onFresh` of every event that the ledger has from now on. */
  listen(onFresh: FreshEvents): Promise<Listening>;
}

/** Milliseconds between two looks at the tree. */
const LOOK_EVERY = 500;

/** News by way of `viewer`; `tell` hears why the tree could not be read for a while. */
export function watchNews(viewer: Viewer, tell: (sentence: string) => void): News {
  const listeners = new Set<FreshEvents>();
  let last: { readonly view: TreeView; readonly events: readonly NamedEvent[] } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let troubled = false;
  /** Listeners that wait for their first look. */
  let beginning = 0;

  const look = async (): Promise<{ readonly view: TreeView; readonly events: readonly NamedEvent[] }> => {
    const view = await viewer.view();
    const before = last;
    if (before?.view === view) return before;
    const now = { view, events: namedEvents(view.events) };
    last = now;
    // What was united with the ledger may stand anywhere in it, so what is new is found by name, not by place.
    const known = new Set(before?.events.map(({ id }) => id));
    const fresh = before === null ? [] : now.events.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) for (const onFresh of listeners) onFresh(fresh, view);
    return now;
  };
  const lookAgain = async (): Promise<void> => {
    try {
      await look();
      troubled = false;
    } catch (error) {
      if (!troubled) tell(`nobody is told of news while the tree cannot be read: ${String(error)}`);
      troubled = true;
    }
    plan();
  };
  const plan = (): void => {
    timer = listeners.size === 0 ? null : setTimeout(() => void lookAgain(), LOOK_EVERY).unref();
  };
  return {
    async listen(onFresh) {
      // What came while nobody listened is news to nobody.
      if (listeners.size + beginning === 0) last = null;
      beginning += 1;
      const { view, events } = await look().finally(() => {
        beginning -= 1;
      });
      listeners.add(onFresh);
      if (timer === null) plan();
      return {
        view,
        events,
        [Symbol.dispose]: () => void listeners.delete(onFresh),
      };
    },
    [Symbol.dispose]() {
      listeners.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
