// What the events add up to: the operations in order, what of them was undone, and the story of one patch.
import type { LedgerEvent, OperationId } from "./event.ts";

/** One operation with its events. */
export interface Operation {
  readonly id: OperationId;
  readonly at: string;
  readonly by: string;
  readonly events: readonly LedgerEvent[];
  /** The operation that took it back, if that one was not itself taken back. */
  readonly undoneBy: OperationId | null;
}

/** All operations, oldest first. Undoing an undo brings the first one back. */
export function operationsOf(events: readonly LedgerEvent[]): Operation[] {
  const byId = new Map<OperationId, LedgerEvent[]>();
  for (const event of events) {
    const list = byId.get(event.op);
    if (list) list.push(event);
    else byId.set(event.op, [event]);
  }
  const undoneBy = new Map<OperationId, OperationId>();
  for (const event of events.toReversed()) {
    // Looked at newest first: an undo that was itself undone no longer counts.
    if (event.kind === "undone" && !undoneBy.has(event.op)) undoneBy.set(event.undoes, event.op);
  }
  return [...byId].map(([id, list]) => ({
    id,
    at: list[0]?.at ?? "",
    by: list[0]?.by ?? "",
    events: list,
    undoneBy: undoneBy.get(id) ?? null,
  }));
}

/**
 * The operation that `undo` takes back when none is named: the newest one that changed the queue or its base, and stands.
 * One that was undone and brought back stands by the undo of its undo, and that is the one to take back: it holds the
 * state the queue had just before. Null when there is none.
 */
export function lastUndoable(operations: readonly Operation[]): Operation | null {
  const standing = operations
    .filter((operation) => operation.undoneBy === null && operation.events.some(changesQueue))
    .map((operation) => standIn(operations, operation));
  return operations.findLast((operation) => standing.includes(operation)) ?? null;
}

/**
 * The undo that `redo` takes back: the newest one that stands and is not itself a redo, when nothing else changed the queue since.
 * Null when there is none.
 */
export function lastRedoable(operations: readonly Operation[]): Operation | null {
  const undoing = new Set(
    operations.filter((operation) => operation.events.some(({ kind }) => kind === "undone")).map(({ id }) => id),
  );
  const isRedo = ({ events }: Operation): boolean =>
    events.some((event) => event.kind === "undone" && undoing.has(event.undoes));
  for (const operation of operations.toReversed()) {
    if (undoing.has(operation.id)) {
      if (operation.undoneBy === null && !isRedo(operation)) return operation;
    } else if (operation.undoneBy === null && operation.events.some(changesQueue)) return null;
  }
  return null;
}

/** The newest operation by which `operation` is in effect: itself, or the undo of its undo, and so on. */
function standIn(operations: readonly Operation[], operation: Operation): Operation {
  const undo = operations.findLast((other) => undoes(other, operation));
  const redo = undo && operations.findLast((other) => undoes(other, undo));
  return redo === undefined ? operation : standIn(operations, redo);
}

function undoes(undo: Operation, operation: Operation): boolean {
  return undo.events.some((event) => event.kind === "undone" && event.undoes === operation.id);
}

/** Kinds of events that a person did to the queue: to the series, patch files, base, resolutions, or to what is said of a patch. */
const QUEUE_KINDS: ReadonlySet<LedgerEvent["kind"]> = new Set([
  "queued",
  "tagged",
  "dropped",
  "rebased",
  "refreshed",
  "edited",
  "resolved",
  "merge-resolved",
  "fetched",
  "moved",
  "promoted",
  "reordered",
  "renamed",
  "folded",
  "updated",
  "held",
  "linked",
  "released",
  "disabled",
  "enabled",
  "noted",
]);

function changesQueue({ kind }: LedgerEvent): boolean {
  return QUEUE_KINDS.has(kind);
}

/** The events about one patch under every name it had, oldest first, undone ones too, and the undos of them. */
export function storyOf(events: readonly LedgerEvent[], patch: string): LedgerEvent[] {
  const names = namesEver(events, patch);
  const isAbout = (event: LedgerEvent): boolean => "patch" in event && names.has(event.patch);
  const about = new Set(events.filter(isAbout).map((event) => event.op));
  return events.filter((event) => isAbout(event) || (event.kind === "undone" && about.has(event.undoes)));
}

/** The names that a patch has had, itself included. */
export function namesEver(events: readonly LedgerEvent[], patch: string): ReadonlySet<string> {
  const names = new Set([patch]);
  const renames = events.filter((event) => event.kind === "renamed");
  // Once each way: from what it is called now to what it was called, and from an old name to the newer ones.
  for (const { patch: to, from } of renames.toReversed()) if (names.has(to)) names.add(from);
  for (const { patch: to, from } of renames) if (names.has(from)) names.add(to);
  return names;
}

/** Where each branch pointed after the last build that moved it: branch name to commit id. */
export function builtBranchesOf(events: readonly LedgerEvent[]): ReadonlyMap<string, string> {
  return new Map(events.flatMap((event) => (event.kind === "built" ? Object.entries(event.branches) : [])));
}

/**
 * Every commit that builds left each branch at. Two clones of a tree may build in two source repositories, so the last one
 * that the ledger knows need not be the one that this repository has.
 */
export function everBuiltOf(events: readonly LedgerEvent[]): ReadonlyMap<string, ReadonlySet<string>> {
  const built = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind !== "built") continue;
    for (const [name, commit] of Object.entries(event.branches)) {
      const commits = built.get(name);
      if (commits) commits.add(commit);
      else built.set(name, new Set([commit]));
    }
  }
  return built;
}

/** Where each branch pointed after the last build that moved it, and the base it was built on; commit ids. */
export function builtOnOf(
  events: readonly LedgerEvent[],
): ReadonlyMap<string, { readonly commit: string; readonly base: string }> {
  return new Map(
    events.flatMap((event) =>
      event.kind === "built"
        ? Object.entries(event.branches).map(([name, commit]) => [name, { commit, base: event.base }] as const)
        : [],
    ),
  );
}

/** What this tree last made public at a remote: branch name to commit id. */
export function publishedBranchesOf(events: readonly LedgerEvent[], remote: string): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap((event) =>
      event.kind === "published" && event.remote === remote ? Object.entries(event.branches) : [],
    ),
  );
}
