// What a notice says the next revision of a posting is best made on: the ref below it, and its commit where that is known already.
import { BELOW, belowName, inBranchOrder, lowestPatches } from "#model/branches";
import { UserError } from "#model/bytes";
import type { Origin } from "#model/ledger";
import { patchStates, unknownPatch } from "#model/ledger";
import type { NoticeBase } from "#model/notices";
import type { DisabledPatch, PatchName, Queue, QueuedPatch } from "#model/queue";
import { placedPatches, showName } from "#model/queue";
import { parseCommitId } from "#io/git";
import type { Tree } from "#io/store";
import { readLedger, wordingAt } from "#io/store";
import { knownPatches } from "./known-patches.ts";
import { baseOf, queueOf } from "./plan-queue.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** A patch that comes into the queue, or another version of one that is in it. */
interface Coming {
  readonly name: PatchName;
  readonly origin: Origin;
}

/**
 * The bases of patches that an operation brings, for those that came by mail; none when no template of this notice speaks of
 * them. `after` is the queue with the patches, which the files on the disk are not yet. The commit is null where something below
 * was not built yet.
 */
export async function noticeBases(
  world: World,
  tree: Tree,
  notice: "added" | "updated",
  coming: readonly Coming[],
  after: Queue,
): Promise<ReadonlyMap<PatchName, NoticeBase>> {
  const bases = new Map<PatchName, NoticeBase>();
  if (!asksForBases(world, tree, notice)) return bases;
  const states = new Map(patchStates(readLedger(tree)));
  for (const { name, origin } of coming) states.set(showName(name), { ...unknownPatch, origin });
  const ordered = inBranchOrder(placedPatches(after), tree.config.branches);
  const commits = await builtTips(world, tree);
  const fresh = new Set(coming.map(({ name }) => name));
  const byPosting = new Map(
    [...lowestPatches(ordered, states)].map(([posting, lowest]): [string, NoticeBase] => {
      const ref = `${BELOW}${belowName(lowest)}`.replace(/^refs\//, "");
      return [posting, { ref, commit: commits && commitBelow(tree, ordered, lowest, fresh, commits) }];
    }),
  );
  for (const { name, origin } of coming) {
    const base = origin.kind === "mail" ? byPosting.get(origin.posting) : undefined;
    if (base !== undefined) bases.set(name, base);
  }
  return bases;
}

function asksForBases(world: World, tree: Tree, notice: "added" | "updated"): boolean {
  const templates = wordingAt(tree.config, world.now().getTime()).notices;
  if (templates === null) return false;
  const { added, extra, digests } = templates;
  const used = notice === "added" ? [added, extra, digests["added"]] : [digests["updated"]];
  return /\{(?:below|base-commit)\}/.test(JSON.stringify(used));
}

/** The commits of patches that are as the last build had them, and of the base; null when the source repository is not at hand. */
async function builtTips(
  world: World,
  tree: Tree,
): Promise<{ readonly base: string; readonly tips: ReadonlyMap<PatchName, string> } | null> {
  try {
    await using source = await openSource(tree);
    const base = await baseOf(tree, source);
    const { branches } = tree.config;
    const { resumable } = await knownPatches(world, tree, source, base, branches, queueOf(tree, branches));
    const results = [...resumable.values()].flatMap((one) => one.results);
    return { base, tips: new Map(results.map(({ name, tip }) => [name, String(tip)])) };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

type Placed = (QueuedPatch | DisabledPatch) & { readonly branch: string | null };

function commitBelow(
  tree: Tree,
  ordered: readonly Placed[],
  lowest: PatchName,
  fresh: ReadonlySet<PatchName>,
  { base, tips }: { readonly base: string; readonly tips: ReadonlyMap<PatchName, string> },
): string | null {
  const first = tree.config.branches[0]?.name ?? null;
  const at = ordered.findIndex(({ name }) => name === lowest);
  let branch = ordered[at]?.branch ?? first;
  let below = ordered.slice(0, at);
  for (let step = 0; step <= tree.config.branches.length; step++) {
    const inBranch = below.filter((one) => (one.branch ?? first) === branch && one.kind === "patch");
    // What lies below and is new itself has no commit yet, and changes those above it.
    if (inBranch.some(({ name }) => fresh.has(name))) return null;
    const prior = inBranch.at(-1);
    if (prior !== undefined) return parseCommitId(tips.get(prior.name) ?? "");
    const start = tree.config.branches.find(({ name }) => name === branch)?.start ?? null;
    if (start === null) return base;
    [branch, below] = [start, ordered.slice()];
  }
  return null;
}
