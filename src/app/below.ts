// The refs below postings (docs/formats/tree.md): where a build puts them, and the advice that follows for one patch.
import { BELOW, belowName, inBranchOrder, lowestPatches } from "#model/branches";
import { textOf, UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { parsePatchName, placedPatches, showName, typedName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import type { PendingRef, Tree } from "#io/store";
import { readQueue } from "#io/store";
import type { QueuePlan } from "./plan-queue.ts";
import { tipBelow } from "./planned-files.ts";
import { openSource } from "./source.ts";
import { commitAt } from "./write-commits.ts";

/** What to make a posting's next revision on. */
export interface BaseAdvice {
  /** As git finds it: `longarm/below/NAME`. */
  readonly ref: string;
  /** Commit id for the `base-commit:` line. */
  readonly commit: string;
}

/** How the refs have to move with this build; those of postings that left go. */
export async function belowUpdates(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  planned: QueuePlan,
  commits: readonly CommitId[],
): Promise<PendingRef[]> {
  // Where nothing ever came by mail, git need not be asked.
  if (!events.some((event) => event.kind === "queued" && event.origin.kind === "mail")) return [];
  const states = patchStates(events);
  const tried = planned.plan.results.filter(({ outcome }) => outcome !== "not tried");
  const wanted = new Map<string, CommitId>();
  for (const name of lowestPatches(tried, states).values())
    wanted.set(`${BELOW}${belowName(name)}`, commitAt(tipBelow(planned, name), commits));
  const queued = inBranchOrder(placedPatches(readQueue(tree).queue), tree.config.branches);
  const whole = tried.length === planned.plan.results.length && planned.branches.length === tree.config.branches.length;
  const stays = whole ? [...lowestPatches(tried, states).values()] : queued.map(({ name }) => name);
  const kept = new Set(stays.map((name) => `${BELOW}${belowName(name)}`));
  const ours = belowNames(events);
  const now = await belowRefs(source);
  const gone = [...now.keys()].filter((ref) => ours.has(ref) && !kept.has(ref));
  return [
    ...[...wanted].map(([ref, commit]) => ({ ref, before: now.get(ref) ?? null, commit })),
    ...gone.map((ref) => ({ ref, before: now.get(ref) ?? null, commit: null })),
  ].filter(({ before, commit }) => before !== commit);
}

/** The advice for the posting that a queued patch is of; null when it came by no mail, or no build has been there. */
export async function baseAdvice(
  tree: Tree,
  events: readonly LedgerEvent[],
  patch: PatchName,
): Promise<BaseAdvice | null> {
  if (patchStates(events).get(showName(patch))?.origin?.kind !== "mail") return null;
  return (await baseAdvices(tree, events)).get(showName(patch)) ?? null;
}

/** The advice for every queued patch that came by mail, by name; patches of postings where no build has been are missing. */
export async function baseAdvices(
  tree: Tree,
  events: readonly LedgerEvent[],
): Promise<ReadonlyMap<string, BaseAdvice>> {
  const states = patchStates(events);
  const queued = inBranchOrder(placedPatches(readQueue(tree).queue), tree.config.branches);
  const lowest = lowestPatches(queued, states);
  const advices = new Map<string, BaseAdvice>();
  try {
    await using source = await openSource(tree);
    const refs = await belowRefs(source);
    for (const { name } of queued) {
      const origin = states.get(showName(name))?.origin;
      const first = origin?.kind === "mail" ? lowest.get(origin.posting) : undefined;
      const ref = first === undefined ? "" : `${BELOW}${belowName(first)}`;
      const commit = refs.get(ref);
      if (commit !== undefined) advices.set(showName(name), { ref: ref.replace(/^refs\//, ""), commit });
    }
  } catch (error) {
    // A patch can be shown although the source repository is not at hand.
    if (!(error instanceof UserError)) throw error;
  }
  return advices;
}

/** Every ref below a posting that this tree can have made: of all names that its patches have had. */
export function belowNames(events: readonly LedgerEvent[]): ReadonlySet<string> {
  const names = new Set(events.flatMap((event) => ("patch" in event ? [event.patch] : [])));
  const patches = [...names].map((name) => parsePatchName(typedName(name)));
  return new Set(patches.flatMap((name) => (name === null ? [] : [`${BELOW}${belowName(name)}`])));
}

/** Full name to commit id of the refs below postings that the source repository has, also those of other trees. */
export async function belowRefs(source: Git): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await source.run(["for-each-ref", "--format=%(objectname) %(refname)", BELOW]);
  const lines = textOf(stdout).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [commit, ref] = line.split(" ");
      return commit !== undefined && ref !== undefined ? [[ref, commit] as const] : [];
    }),
  );
}
