// `hold`, `disable` and `note`: what a person says of queued patches: not yet (it stays where it is and may not move up),
// not applied for now, or a remark. None of them changes a patch.
import { UserError } from "#model/bytes";
import type { EventBody, Hold } from "#model/ledger";
import { patchStates } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { placedPatches, printSeries, setDisabled, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { readLedger, readQueue, SERIES_FILE } from "#io/store";
import type { Changed } from "./change.ts";
import { changeTree, whatOf } from "./change.ts";
import { findPatch } from "./look.ts";
import type { Consequences } from "./rearrange.ts";
import { consequencesOf, refuseBroken } from "./rearrange.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** Patches about which something was said. */
export interface RemarkPlan {
  readonly patches: readonly { readonly name: PatchName }[];
  readonly change: TreeChange;
}

export interface HoldRequest {
  readonly patches: readonly string[];
  /** Null releases. */
  readonly hold: Pick<Hold, "reason" | "until" | "tag" | "person"> | null;
  readonly dryRun: boolean;
}

/** Holds patches, or releases them. Throws UserError when one to release is not held, or a date is none. */
export async function hold(world: World, request: HoldRequest): Promise<Changed<RemarkPlan>> {
  const { until } = request.hold ?? { until: null };
  if (until !== null && (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until)))) {
    throw new UserError(`"${until}" is no date`, { hint: "write it as 2026-03-01" });
  }
  return remark(world, "hold", request, (tree, names) => {
    const states = patchStates(readLedger(tree));
    return names.map((patch): EventBody => {
      if (request.hold !== null) return { kind: "held", patch, ...request.hold };
      if (states.get(patch)?.hold) return { kind: "released", patch };
      throw new UserError(`"${patch}" is not held`, { hint: 'see what is with "longarm list"' });
    });
  });
}

export interface NoteRequest {
  readonly patches: readonly string[];
  readonly text: string;
  readonly dryRun: boolean;
}

/** Writes a remark that everybody may read into the ledger. */
export async function note(world: World, request: NoteRequest): Promise<Changed<RemarkPlan>> {
  const text = request.text.trim();
  if (text === "") throw new UserError("the note is empty", { hint: "say something of the patch" });
  return remark(world, "note", request, (_tree, names) =>
    names.map((patch): EventBody => ({ kind: "noted", patch, text })),
  );
}

function remark(
  world: World,
  work: string,
  { patches: typed, dryRun }: { readonly patches: readonly string[]; readonly dryRun: boolean },
  say: (tree: Tree, names: readonly string[]) => readonly EventBody[],
): Promise<Changed<RemarkPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, work, dryRun, () => {
      const patches = chosen(tree, typed);
      const events = say(
        tree,
        patches.map(({ name }) => showName(name)),
      );
      const verb = events[0]?.kind === "released" ? "release" : work;
      return {
        patches,
        change: { summary: `queue: ${verb} ${whatOf(patches)}`, files: new Map(), events, notices: [] },
      };
    }),
  );
}

export interface DisableRequest {
  readonly patches: readonly string[];
  readonly disable: boolean;
  readonly reason: string | null;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

/** Takes patches out of the build without losing their place, or back into it. Throws UserError when one is that already. */
export async function disable(world: World, request: DisableRequest): Promise<Changed<RemarkPlan & Consequences>> {
  const work = request.disable ? "disable" : "enable";
  return withTree(world, (tree) =>
    changeTree(world, tree, work, request.dryRun, async () => {
      const patches = chosen(tree, request.patches);
      const same = patches.find(({ kind }) => (kind === "disabled") === request.disable);
      if (same !== undefined) {
        throw new UserError(`"${showName(same.name)}" is ${work}d already`, { hint: "leave it out" });
      }
      const after = setDisabled(readQueue(tree).queue, new Set(patches.map(({ name }) => name)), request.disable);
      const consequences = await consequencesOf(world, tree, after);
      if (!request.dryRun) refuseBroken(consequences, request.keepGoing, work);
      const events = patches.map(({ name }): EventBody => {
        const patch = showName(name);
        return request.disable ? { kind: "disabled", patch, reason: request.reason } : { kind: "enabled", patch };
      });
      const files = new Map([[SERIES_FILE, printSeries(after)]]);
      return {
        ...consequences,
        patches,
        change: { summary: `queue: ${work} ${whatOf(patches)}`, files, events, notices: [] },
      };
    }),
  );
}

function chosen(tree: Tree, typed: readonly string[]): ReturnType<typeof placedPatches> {
  const placed = placedPatches(readQueue(tree).queue);
  return [...new Set(typed.map((name) => findPatch(placed, name)))];
}
