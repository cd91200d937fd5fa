// `list`, `show` and `log`: the queue, one patch, and the ledger, as values for the command line and the web.
import { readableBytes, textOf, UserError } from "#model/bytes";
import { stretchesOf } from "#model/branches";
import type { FileStat } from "#model/diff";
import { patchId, patchworkHash, statOf } from "#model/diff";
import type { Hold, LedgerEvent, Operation } from "#model/ledger";
import { operationsOf, patchStates, storyOf, unknownPatch } from "#model/ledger";
import { printAddress } from "#model/mail";
import type { DisabledPatch, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, placedPatches, typedName, showName } from "#model/queue";
import type { Tree } from "#io/store";
import { readLedger, readPatchBytes, readPatches, readQueue, ledgerProblems } from "#io/store";
import type { BaseAdvice } from "./below.ts";
import { baseAdvice } from "./below.ts";
import { branchNamed } from "./change.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** One row of the queue. */
export interface ListedPatch {
  readonly name: string;
  readonly title: string;
  readonly author: string;
  /** Revision of the posting it came from, `v2`; null when it did not come by mail. */
  readonly revision: string | null;
  /** When it was queued, UTC; null when it was put into the series by hand. */
  readonly since: string | null;
  /** When it came into its branch. */
  readonly entered: string | null;
  /** In its place, but not applied. */
  readonly disabled: boolean;
  readonly hold: Hold | null;
  readonly notes: readonly string[];
}

export interface ListedBranch {
  readonly name: string;
  readonly start: string;
  readonly patches: readonly ListedPatch[];
}

/** The queue by branch, empty branches included. */
export async function list(world: World, branch: string | null): Promise<ListedBranch[]> {
  return withTree(world, async (tree) => {
    const { queue } = readQueue(tree);
    const patches = placedPatches(queue);
    const files = readPatches(tree, patches);
    const states = patchStates(readLedger(tree));
    const stretches = stretchesOf(patches, tree.config.branches);
    const only = branch === null ? null : branchNamed(tree, branch);
    const branches = tree.config.branches.filter(({ name }) => only === null || name === only);
    return branches.map(({ name, start }) => ({
      name,
      start: start ?? "base",
      patches: (stretches.get(name) ?? []).map((queued) => {
        const file = files.get(queued.name);
        const { origin, queued: since, entered, hold, notes } = states.get(showName(queued.name)) ?? unknownPatch;
        return {
          name: showName(queued.name),
          title: file?.title ?? "",
          author: file?.author ? printAddress(file.author) : "",
          revision: origin?.kind === "mail" ? origin.revision : null,
          since,
          entered,
          disabled: queued.kind === "disabled",
          hold,
          notes: notes.map(({ text }) => text),
        };
      }),
    }));
  });
}

/** Everything known about one patch. */
export interface ShownPatch {
  readonly name: string;
  readonly branch: string;
  /** 1-based place in the whole queue. */
  readonly position: number;
  readonly title: string;
  readonly author: string;
  readonly date: string | null;
  readonly description: string;
  readonly trailers: readonly { readonly key: string; readonly value: string }[];
  readonly files: readonly FileStat[];
  readonly patchId: string;
  readonly patchworkHash: string;
  readonly disabled: boolean;
  readonly hold: Hold | null;
  /** What to make the next revision of its posting on. */
  readonly base: BaseAdvice | null;
  readonly story: readonly LedgerEvent[];
  /** The patch file as it is. */
  readonly text: string;
}

/** One patch of the queue, by file name with or without `.patch`. */
export async function show(world: World, name: string): Promise<ShownPatch> {
  return withTree(world, async (tree) => {
    const patches = placedPatches(readQueue(tree).queue);
    const events = readLedger(tree);
    const queued = findPatch(patches, name, events);
    const bytes = readPatchBytes(tree, queued.name);
    const file = parsePatchFile(bytes);
    return {
      name: showName(queued.name),
      branch: queued.branch ?? tree.config.branches[0]?.name ?? "",
      position: patches.indexOf(queued) + 1,
      title: file.title ?? "",
      author: file.author === null ? "" : printAddress(file.author),
      date: file.date === null ? null : readableBytes(file.date.text),
      description: textOf(file.description),
      trailers: file.trailers.map(({ key, value }) => ({ key: readableBytes(key), value: readableBytes(value) })),
      files: statOf(file.diff, queued.strip),
      patchId: patchId(file.diff),
      patchworkHash: patchworkHash(file.diff),
      disabled: queued.kind === "disabled",
      hold: patchStates(events).get(showName(queued.name))?.hold ?? null,
      base: await baseAdvice(tree, events, queued.name),
      story: storyOf(events, showName(queued.name)),
      text: textOf(bytes),
    };
  });
}

/** The queued patch of that file name; UserError with similar names when there is none. */
export function findPatch<P extends QueuedPatch | DisabledPatch>(
  patches: readonly P[],
  name: string,
  events: readonly LedgerEvent[] = [],
): P {
  const wanted = typedName(name);
  const found = patches.find((patch) => patch.name === wanted || patch.name === `${wanted}.patch`);
  if (found) return found;
  const left = events.findLast((event) => event.kind === "dropped" && [name, `${name}.patch`].includes(event.patch));
  if (left?.kind === "dropped") {
    throw new UserError(
      `"${left.patch}" is not in the queue any more: it was dropped on ${left.at.slice(0, 10)}, ${left.reason}`,
      {
        hint: `see what happened to it: longarm log ${left.patch}`,
      },
    );
  }
  const near = patches.map((patch): PatchName => patch.name).filter((other) => other.includes(wanted));
  const hint =
    near.length > 0
      ? `did you mean ${near.slice(0, 5).map(showName).join(" or ")}?`
      : 'list the queue with "longarm list"';
  throw new UserError(`no patch "${name}" in the queue`, { hint });
}

/** The operations of the tree, oldest first; for one patch (queued or gone) with the events about it only. */
export async function log(world: World, patch: string | null): Promise<Operation[]> {
  return withTree(world, async (tree: Tree) => {
    const events = readLedger(tree);
    for (const problem of ledgerProblems(tree)) world.tell(problem);
    const operations = operationsOf(events);
    if (patch === null) return operations;
    const known = new Set(events.flatMap((event) => ("patch" in event ? [event.patch] : [])));
    const name = [patch, `${patch}.patch`].find((one) => known.has(one));
    if (name === undefined)
      throw new UserError(`the ledger knows no patch "${patch}"`, { hint: 'list the queue with "longarm list"' });
    const story = new Set(storyOf(events, name));
    return operations
      .map((operation) => ({ ...operation, events: operation.events.filter((event) => story.has(event)) }))
      .filter((operation) => operation.events.length > 0);
  });
}
