// `promote`: moves patches up to the branch that takes them, when they have what it asks. The patches of one posting move together.
import { missingFor } from "#model/branches";
import type { Missing } from "#model/branches";
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { patchStates, unknownPatch } from "#model/ledger";
import type { BranchName, PatchName, QueuedPatch, Queue } from "#model/queue";
import { fixesIn, movePatches, parsePatchFile, patchesOf, showName } from "#model/queue";
import type { Tree, TreeBranch, TreeChange } from "#io/store";
import { readLedger, readPatchBytes, readQueue } from "#io/store";
import type { Changed } from "./change.ts";
import { branchNamed, changeTree } from "./change.ts";
import { lintTree } from "./lint.ts";
import { findPatch } from "./look.ts";
import { moveChange, movesBetween } from "./move.ts";
import type { MovedPatch } from "./move.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import { untakenTags } from "./tags.ts";
import { togetherOf } from "./together.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface PromoteRequest {
  /** Empty for every patch that some branch takes. */
  readonly patches: readonly string[];
  /** Only into this branch; null for whatever takes each patch. */
  readonly to: string | null;
  /** Move the named patches although they lack something; what they lack is kept in the ledger's operation. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** One patch that was looked at. */
export interface Considered {
  readonly name: PatchName;
  readonly from: BranchName;
  readonly to: BranchName;
  readonly missing: readonly Missing[];
  /** Patches of its posting, or its fixes and what it fixes, that lack something and keep it back. */
  readonly waitsFor: readonly PatchName[];
}

export interface Promotion {
  readonly considered: readonly Considered[];
}

export interface PromotePlan extends Promotion, Consequences {
  readonly moved: readonly MovedPatch[];
  readonly change: TreeChange;
}

/** What each patch lacks to move up; changes nothing. */
export async function explainPromotion(
  world: World,
  request: Omit<PromoteRequest, "force" | "dryRun">,
): Promise<Promotion> {
  return withTree(world, async (tree) => ({ considered: await consider(world, tree, request) }));
}

/** Promotes what is complete. Throws UserError (exit code 1) when nothing is, or when a patch would not apply there. */
export async function promote(world: World, request: PromoteRequest): Promise<Changed<PromotePlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "promote", request.dryRun, () => planPromote(world, tree, request)),
  );
}

/** What one patch of the queue lacks to move up; null when no branch takes patches from where it is. */
export async function missingFrom(world: World, tree: Tree, patch: QueuedPatch): Promise<Considered | null> {
  const branch = patch.branch ?? tree.config.branches[0]?.name ?? "";
  if (!targetsOf(tree, null).has(branch)) return null;
  const [considered] = await consider(world, tree, { patches: [showName(patch.name)], to: null });
  return considered ?? null;
}

/**
 * The same by what the tree itself knows: no mail is read and no lint is run. `doubts` says, a sentence each, what of that the
 * branch asks for, so that more may be missing.
 */
export async function missingAtHand(
  world: World,
  tree: Tree,
  events: readonly LedgerEvent[],
  patch: QueuedPatch,
): Promise<{ readonly found: Considered; readonly doubts: readonly string[] } | null> {
  const branch = patch.branch ?? tree.config.branches[0]?.name ?? "";
  const enter = targetsOf(tree, null).get(branch)?.enter;
  if (enter === undefined) return null;
  const request = { patches: [showName(patch.name)], to: null };
  const [found] = await consider(world, tree, request, { events, untaken: nothingFound, lint: nothingFound });
  const doubts = [
    ...(enter.tagsTaken ? ["whether there are tags to take was not looked at"] : []),
    ...(enter.lint ? ["lint was not run"] : []),
  ];
  return found === undefined ? null : { found, doubts };
}

const nothingFound = (): Promise<ReadonlyMap<PatchName, readonly string[]>> => Promise.resolve(new Map());

/** What is known of the queue's patches besides their files; the two that take long come from elsewhere. */
interface Facts {
  readonly events: readonly LedgerEvent[];
  /** Tags that came and were not taken; null when nobody can know. */
  untaken(relevant: readonly QueuedPatch[]): Promise<ReadonlyMap<PatchName, readonly string[]> | null>;
  /** Errors that lints find. */
  lint(
    relevant: readonly QueuedPatch[],
    targetOf: (patch: QueuedPatch) => TreeBranch | undefined,
  ): Promise<ReadonlyMap<PatchName, readonly string[]>>;
}

function allFacts(world: World, tree: Tree): Facts {
  return {
    events: readLedger(tree),
    untaken: (relevant) => untakenTags(world, tree, relevant),
    lint: (relevant, targetOf) => lintErrors(world, tree, relevant, targetOf),
  };
}

async function planPromote(world: World, tree: Tree, request: PromoteRequest): Promise<PromotePlan> {
  const considered = await consider(world, tree, request);
  const going = considered.filter(
    ({ missing, waitsFor }) => request.force || (missing.length === 0 && waitsFor.length === 0),
  );
  if (going.length === 0) {
    throw new UserError(
      `nothing is ready: ${considered.length === 1 ? "the patch lacks" : `all ${considered.length} patches lack`} something`,
      {
        hint: "see what with: longarm promote --explain",
        exitCode: 1,
      },
    );
  }
  const { queue } = readQueue(tree);
  const after = promoted(tree, queue, going);
  const moved = movesBetween(tree, queue, after, new Set(going.map(({ name }) => name)));
  const consequences = await consequencesOf(world, tree, after);
  if (!request.dryRun) refuseBroken(consequences, false, "promote");
  return { considered, ...consequences, moved, change: moveChange(world, tree, "promoted", moved, after) };
}

function promoted(tree: Tree, queue: Queue, going: readonly Considered[]): Queue {
  const order = tree.config.branches.map(({ name }) => name);
  let after = queue;
  for (const to of new Set(going.map((one) => one.to))) {
    const names = new Set(going.filter((one) => one.to === to).map(({ name }) => name));
    after = movePatches(after, names, { kind: "end", branch: to }, order) ?? after;
  }
  return after;
}

async function consider(
  world: World,
  tree: Tree,
  { patches: typed, to }: Pick<PromoteRequest, "patches" | "to">,
  facts = allFacts(world, tree),
): Promise<Considered[]> {
  const { queue } = readQueue(tree);
  const first = tree.config.branches[0]?.name;
  const queued = patchesOf(queue);
  const targets = targetsOf(tree, to);
  const branchOf = ({ branch }: QueuedPatch): BranchName | undefined => branch ?? first;
  const named = new Set(typed.map((name) => findPatch(queued, name).name));
  const wanted = queued.filter((patch) => {
    const target = targets.get(branchOf(patch) ?? "");
    if (named.size === 0) return target !== undefined;
    if (!named.has(patch.name)) return false;
    if (target !== undefined) return true;
    throw new UserError(
      `no branch takes patches from "${branchOf(patch) ?? ""}"${to === null ? "" : ` into "${to}"`}`,
      {
        hint: `"${showName(patch.name)}" can be moved: longarm move ${showName(patch.name)} --to BRANCH`,
      },
    );
  });
  if (wanted.length === 0) {
    throw new UserError("there is nothing to promote", {
      hint: 'a branch takes patches from the one that "from" of its [[branch]] names; docs/formats/longarm-toml.md',
    });
  }
  const states = patchStates(facts.events);
  const fixes = fixesIn(queued.map(({ name }) => name));
  const groups = togetherOf(queued, states, fixes);
  const wantedGroups = new Set(wanted.map(({ name }) => groups.get(name)));
  // What goes with none of the wanted has no say, and need not be looked at.
  const relevant = queued.filter(
    (patch) => wantedGroups.has(groups.get(patch.name)) && targets.has(branchOf(patch) ?? ""),
  );
  const targetOf = (patch: QueuedPatch): TreeBranch | undefined => targets.get(branchOf(patch) ?? "");
  const asksTags = relevant.some((patch) => targetOf(patch)?.enter.tagsTaken);
  const untaken = asksTags ? await facts.untaken(relevant) : null;
  if (asksTags && untaken === null)
    world.tell("whether there are tags to take is not known: [mail] archives in longarm.toml names no archive");
  const errors = await facts.lint(relevant, targetOf);
  const lacks = (patch: QueuedPatch, target: TreeBranch): Considered => {
    const candidate = {
      patch: parsePatchFile(readPatchBytes(tree, patch.name)),
      state: states.get(showName(patch.name)) ?? unknownPatch,
      fixes: (fixes.get(patch.name) ?? []).map(showName),
      untaken: untaken?.get(patch.name) ?? [],
      lint: errors.get(patch.name) ?? [],
    };
    const missing = missingFor(candidate, target.enter, world.now().getTime());
    return { name: patch.name, from: branchOf(patch) ?? target.name, to: target.name, missing, waitsFor: [] };
  };
  const all = relevant.flatMap((patch) => {
    const target = targetOf(patch);
    return target === undefined ? [] : [lacks(patch, target)];
  });
  const names = new Set(wanted.map(({ name }) => name));
  return all
    .filter(({ name }) => names.has(name))
    .map((one) => ({
      ...one,
      waitsFor: all
        .filter((other) => other !== one && other.from === one.from && groups.get(other.name) === groups.get(one.name))
        .filter(({ missing, name }) => missing.length > 0 || !names.has(name))
        .map(({ name }) => name),
    }));
}

/** What lint finds wrong with patches at the levels of the branch that would take them, where that branch asks. */
async function lintErrors(
  world: World,
  tree: Tree,
  queued: readonly QueuedPatch[],
  targetOf: (patch: QueuedPatch) => TreeBranch | undefined,
): Promise<ReadonlyMap<PatchName, readonly string[]>> {
  const as = new Map<PatchName, BranchName>();
  for (const patch of queued) {
    const target = targetOf(patch);
    if (target?.enter.lint === true) as.set(patch.name, target.name);
  }
  const errors = new Map<PatchName, string[]>();
  if (as.size === 0) return errors;
  const { findings } = await lintTree(world, tree, {
    patches: new Set(as.keys()),
    as,
    placement: true,
    remember: false,
    errorsOnly: true,
  });
  const folded = new Set(queued.filter((patch) => targetOf(patch)?.enter.folded).map(({ name }) => name));
  for (const { patch, lint, message } of findings) {
    // The branch asks for that itself, in the same words.
    if (lint === "unfolded-fix" && folded.has(patch)) continue;
    errors.set(patch, [...(errors.get(patch) ?? []), `${message} [${lint}]`]);
  }
  return errors;
}

/** The branch that takes a branch's patches, by the name of the latter. */
function targetsOf(tree: Tree, to: string | null): ReadonlyMap<string, TreeBranch> {
  const only = to === null ? null : branchNamed(tree, to);
  const takers = tree.config.branches.filter(({ name, from }) => from !== null && (only === null || name === only));
  return new Map(takers.flatMap((branch) => (branch.from === null ? [] : [[branch.from, branch] as const])));
}
