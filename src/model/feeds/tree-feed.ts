// The feed of a tree, of one of its branches, of what is by one author, or of some patches: an entry for each operation that
// touched it. It reads the ledger only.
import { livesOf } from "#model/answers";
import type { LedgerEvent, Operation } from "#model/ledger";
import { describeEvent, namesEver, operationsOf } from "#model/ledger";
import type { Feed, FeedEntry } from "./atom.ts";

/** What a feed is about. */
export type FeedScope =
  | { readonly kind: "tree" }
  | { readonly kind: "branch"; readonly branch: string }
  /** Part of a name or address, in any case. */
  | { readonly kind: "author"; readonly author: string }
  /** Patches by the names that they have or last had. */
  | { readonly kind: "patches"; readonly patches: readonly string[] };

/** The address of a page about an operation, of which these events are told; null where there is none. */
export type PageOf = (operation: Operation, told: readonly LedgerEvent[]) => string | null;

/** Notices tell the same, and who wrote a mail with commands is no business of a feed: what came of it is told. */
const SILENT: ReadonlySet<LedgerEvent["kind"]> = new Set(["announced", "commanded"]);
/** Entries of a feed; readers look more often than this many operations happen. */
const MAX_ENTRIES = 100;
/** Lines of one entry. */
const MAX_LINES = 200;
/** Characters of a title; the whole line is in the content. */
const MAX_TITLE = 160;

/**
 * The newest operations about `scope`. `host` names whoever runs the tree, in ids (RFC 4151): a host name, or an address's.
 */
export function treeFeed(
  events: readonly LedgerEvent[],
  scope: FeedScope,
  host: string,
  self: string | null,
  pageOf: PageOf = () => null,
): Feed {
  const isAbout = aboutOf(events, scope);
  const operations = operationsOf(events);
  const whenUndone = new Map(operations.map(({ id, at }) => [id, at]));
  const entries = operations
    .toReversed()
    .flatMap((operation) => {
      const told = operation.events.filter((event) => !SILENT.has(event.kind) && isAbout(event));
      return told.length === 0 ? [] : [entryOf(operation, told, host, whenUndone, pageOf)];
    })
    .slice(0, MAX_ENTRIES)
    .toSorted((a, b) => (a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : 0));
  const first = events[0];
  return {
    id: `tag:${host},${(first?.at ?? "1970-01-01").slice(0, 10)}:longarm${pathOf(scope)}`,
    title: titleOf(scope),
    updated: entries[0]?.updated ?? first?.at ?? "1970-01-01T00:00:00Z",
    self,
    entries,
  };
}

function entryOf(
  operation: Operation,
  told: readonly LedgerEvent[],
  host: string,
  whenUndone: ReadonlyMap<string, string>,
  pageOf: PageOf,
): FeedEntry {
  const { id, at, by, undoneBy } = operation;
  const page = pageOf(operation, told);
  const lines = told.slice(0, MAX_LINES).map(describeEvent);
  const [first = ""] = lines;
  const more = told.length > 1 ? ` and ${told.length - 1} more` : "";
  const undone = undoneBy === null ? [] : [`Taken back by operation ${undoneBy}.`];
  const left = told.length > MAX_LINES ? [`… and ${told.length - MAX_LINES} more`] : [];
  return {
    id: `tag:${host},${at.slice(0, 10)}:longarm/operation/${id}`,
    title: `${undoneBy === null ? "" : "taken back: "}${first.slice(0, MAX_TITLE).toWellFormed()}${more}`,
    updated: undoneBy === null ? at : (whenUndone.get(undoneBy) ?? at),
    author: by.split("<", 1)[0]?.trimEnd() || "the maintainer",
    content: [...undone, ...lines, ...left].join("\n"),
    ...(page === null ? {} : { page }),
  };
}

function aboutOf(events: readonly LedgerEvent[], scope: FeedScope): (event: LedgerEvent) => boolean {
  switch (scope.kind) {
    case "tree":
      return () => true;
    case "patches": {
      const names = new Set(scope.patches.flatMap((name) => [...namesEver(events, name)]));
      return (event) => "patch" in event && names.has(event.patch);
    }
    case "author": {
      const wanted = scope.author.toLowerCase();
      const own = [...livesOf(events).values()].filter(({ author }) => author.toLowerCase().includes(wanted));
      const names = new Set(own.flatMap(({ name, names: before }) => [name, ...before]));
      return (event) => "patch" in event && names.has(event.patch);
    }
    case "branch": {
      const { branch } = scope;
      const stays = new Map<string, { readonly from: string; readonly until: string | null }[]>();
      for (const life of livesOf(events).values()) {
        const there = life.stays.filter((stay) => stay.branch === branch);
        for (const name of [life.name, ...life.names]) stays.set(name, [...(stays.get(name) ?? []), ...there]);
      }
      const wasThere = (patch: string, at: string): boolean =>
        (stays.get(patch) ?? []).some(({ from, until }) => from <= at && (until === null || at <= until));
      return (event) => namesBranch(event, branch) || ("patch" in event && wasThere(event.patch, event.at));
    }
  }
}

/** Whether the event itself names the branch of this tree. */
function namesBranch(event: LedgerEvent, branch: string): boolean {
  if (event.kind === "queued" || event.kind === "dropped" || event.kind === "reordered") return event.branch === branch;
  if (event.kind === "moved" || event.kind === "promoted") return event.from === branch || event.to === branch;
  return (event.kind === "built" || event.kind === "published") && Object.hasOwn(event.branches, branch);
}

function pathOf(scope: FeedScope): string {
  switch (scope.kind) {
    case "tree":
      return "";
    case "branch":
      return `/branch/${encodeURIComponent(scope.branch)}`;
    case "author":
      return `/author/${encodeURIComponent(scope.author.toLowerCase())}`;
    case "patches":
      return `/patch/${scope.patches.map(encodeURIComponent).join(",")}`;
  }
}

function titleOf(scope: FeedScope): string {
  switch (scope.kind) {
    case "tree":
      return "What happens in this tree";
    case "branch":
      return `What happens in ${scope.branch}`;
    case "author":
      return `What becomes of patches by ${scope.author}`;
    case "patches":
      return `What becomes of ${scope.patches.join(", ")}`;
  }
}
