// How a tree is, branch by branch: how much is in it and how old, what its last build had, what is wrong, what waits to be public.
// It is told from a view and the outbox's directory alone: nothing is built, merged or fetched for it.
import type { BranchProgress, PatchRow } from "#model/answers";
import { branchProgress, openConflicts } from "#model/answers";
import { publishedBranchesOf } from "#model/ledger";
import type { Schedule } from "#model/outbox";
import { nextDue } from "#model/outbox";
import { shownRemote } from "#io/git";
import { mailNames } from "#io/store";
import type { TreeView } from "./view.ts";

/** A branch with patches, or one that is merged from others. */
export interface BranchHealth extends BranchProgress {
  readonly name: string;
  /** The branch where it starts, or null for the base. */
  readonly start: string | null;
  /** The branch that its patches are promoted from; null for none. */
  readonly from: string | null;
  /** Whether it may be rewritten once it is public. */
  readonly rebase: boolean;
  /** What it is merged from, for a merge; else null. */
  readonly parts: readonly string[] | null;
  readonly rows: readonly PatchRow[];
  /** When the oldest patch, and the one in the middle, came into the queue, UTC; null where that is not known of any. */
  readonly oldest: string | null;
  readonly median: string | null;
  readonly held: number;
  readonly disabled: number;
  readonly failed: number;
  /** Files in which it cannot be merged with another tree. */
  readonly conflicts: number;
  /** The commit that is public; null for none, or when the tree publishes nowhere. */
  readonly published: string | null;
}

export interface PublishState {
  /** Without a password; null when branches stay here. */
  readonly remote: string | null;
  readonly every: Schedule | null;
  /** When it was last done, UTC. */
  readonly last: string | null;
  /** When it is due, in milliseconds since 1970; null where nothing says so. */
  readonly due: number | null;
  /** Branches that are public otherwise than they were built, or not at all. */
  readonly waiting: readonly string[];
}

export interface TreeHealth {
  /** In the order of the configuration, merges last. */
  readonly branches: readonly BranchHealth[];
  /** Mails in the outbox that were not dealt with. */
  readonly mails: number;
  /** Null when the tree publishes nothing. */
  readonly publish: PublishState | null;
}

const known = new WeakMap<TreeView, TreeHealth>();

/** The health of the tree of a view; found out once. */
export function treeHealth(view: TreeView): TreeHealth {
  const found = known.get(view) ?? healthOf(view);
  known.set(view, found);
  return found;
}

function healthOf(view: TreeView): TreeHealth {
  const { tree, events } = view;
  const { branches, merges, sending } = tree.config;
  const progress = branchProgress(events);
  const conflicts = [...openConflicts(events).values()];
  const remote = typeof sending.publish?.remote === "string" ? shownRemote(sending.publish.remote) : null;
  const published = remote === null ? new Map<string, string>() : publishedBranchesOf(events, remote);
  const rows = Map.groupBy(
    view.patches.filter(({ queued }) => queued !== null).map(({ row }) => row),
    ({ branch }) => branch,
  );
  const health = (name: string): Omit<BranchHealth, "start" | "from" | "rebase" | "parts"> => {
    const mine = rows.get(name) ?? [];
    const since = mine.flatMap((row) => (row.since === null ? [] : [row.since])).toSorted();
    return {
      ...(progress.get(name) ?? UNBUILT),
      name,
      rows: mine,
      oldest: since[0] ?? null,
      median: since[Math.floor(since.length / 2)] ?? null,
      held: mine.filter(({ hold }) => hold !== null).length,
      disabled: mine.filter(({ disabled }) => disabled).length,
      failed: mine.filter(({ checks }) => checks.some(({ state }) => state === "fail")).length,
      conflicts: conflicts.filter(({ branch }) => branch === name).length,
      published: published.get(name) ?? null,
    };
  };
  const all = [
    ...branches.map((one): BranchHealth => ({ ...health(one.name), ...startOf(one), parts: null })),
    ...merges.map(({ name, start, parts }): BranchHealth => ({
      ...health(name),
      start,
      from: null,
      rebase: true,
      // What it is merged from would be merged anew.
      stale: parts.some((part) => part.kind === "branch" && progress.get(part.name)?.stale === true),
      parts: parts.map((part) => (part.kind === "branch" ? part.name : part.tree.name)),
    })),
  ];
  return {
    branches: all,
    mails: mailNames(tree.privateDir, "waiting").length,
    publish: sending.publish === null ? null : publishState(view, sending.publish.every, remote, all),
  };
}

const UNBUILT: BranchProgress = { built: null, rejected: [], changed: [], stale: false };

function startOf({
  start,
  from,
  rebase,
}: TreeView["tree"]["config"]["branches"][number]): Pick<BranchHealth, "start" | "from" | "rebase"> {
  return { start, from, rebase };
}

function publishState(
  { events }: TreeView,
  every: Schedule | null,
  remote: string | null,
  branches: readonly BranchHealth[],
): PublishState {
  const last = events.findLast(({ kind }) => kind === "published")?.at ?? null;
  const waiting = branches.filter(({ built, published }) => built !== null && built.commit !== published);
  return {
    remote,
    every,
    last,
    // `publish --watch` begins at once when nothing was published before.
    due: every === null || last === null ? null : nextDue(Date.parse(last), every),
    waiting: remote === null ? [] : waiting.map(({ name }) => name),
  };
}
