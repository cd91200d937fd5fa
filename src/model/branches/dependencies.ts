// The textual dependencies of a queue: which patch changes lines, or stands beside lines, that an earlier one made or took away.
// Two patches without such a tie can change places; whether one needs the other's meaning is not known here.
import type { Path } from "#model/bytes";
import { compareLines, Lines } from "#model/diff";
import type { FileChange } from "#model/files";
import type { PatchName } from "#model/queue";
import type { Tip } from "./planned-commit.ts";
import type { BuildPlan } from "./plan-build.ts";

/** A patch and one that it stands on, directly. */
export interface Dependency {
  readonly patch: PatchName;
  readonly on: PatchName;
  /** Files in which it does. */
  readonly paths: readonly Path[];
}

/** Lines of context around a change that must be as they are, as diffs have them. */
const CONTEXT = 3;

/**
 * The direct dependencies between the patches of a plan, in the order of the plan. A patch that does not apply has none.
 * The cost is that of the lines of the files touched, once for each patch that touches them.
 */
export function dependenciesOf(plan: BuildPlan): Dependency[] {
  const starts = new Set(plan.branches.map(({ tip }) => tip));
  const states = new Map<Tip, ReadonlyMap<Path, Owners>>();
  const found: Dependency[] = [];
  let state = new Map<Path, Owners>();
  let at: Tip | null = null;
  for (const [index, { patch, parent, changes }] of plan.commits.entries()) {
    if (parent !== at) state = new Map(states.get(parent));
    const on = new Map<PatchName, Path[]>();
    for (const change of changes) {
      for (const owner of ownersTouched(state.get(change.path), change)) {
        if (owner !== patch) on.set(owner, [...(on.get(owner) ?? []), change.path]);
      }
      state.set(change.path, ownersAfter(state.get(change.path), change, patch));
    }
    for (const [owner, paths] of on) found.push({ patch, on: owner, paths });
    at = index;
    if (starts.has(index)) states.set(index, new Map(state));
  }
  return found;
}

/** Who of the queue made what of a file. */
interface Owners {
  /** The patch that put each line there; null for the base. */
  readonly lines: readonly (PatchName | null)[];
  /** The patch that took lines away between two lines: one more entry than lines. */
  readonly gaps: readonly (PatchName | null)[];
  /** The patch that made the file, or took it away, as a whole. */
  readonly file: PatchName | null;
}

const NONE = new Lines([]);

function ownersTouched(owners: Owners | undefined, { before, after }: FileChange): Set<PatchName> {
  const touched = new Set<PatchName>();
  if (owners === undefined) return touched;
  const add = (list: readonly (PatchName | null)[]): void => {
    for (const owner of list) if (owner !== null) touched.add(owner);
  };
  add([owners.file]);
  if (before === null || after === null || before.mode !== after.mode) add(owners.lines);
  for (const { oldStart, oldEnd } of compareLines(before?.lines ?? NONE, after?.lines ?? NONE)) {
    const from = Math.max(0, oldStart - CONTEXT);
    add(owners.lines.slice(from, oldEnd + CONTEXT));
    add(owners.gaps.slice(from, oldEnd + CONTEXT + 1));
  }
  return touched;
}

function ownersAfter(owners: Owners | undefined, { before, after }: FileChange, patch: PatchName): Owners {
  const count = before?.lines.count ?? 0;
  const old = owners ?? { lines: nobody(count), gaps: nobody(count + 1), file: null };
  const lines: (readonly (PatchName | null)[])[] = [];
  const gaps: (readonly (PatchName | null)[])[] = [];
  let line = 0;
  let gap = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of compareLines(before?.lines ?? NONE, after?.lines ?? NONE)) {
    lines.push(
      old.lines.slice(line, oldStart),
      Array.from({ length: newEnd - newStart }, () => patch),
    );
    gaps.push(
      old.gaps.slice(gap, oldStart),
      Array.from({ length: newEnd - newStart + 1 }, () => patch),
    );
    line = oldEnd;
    gap = oldEnd + 1;
  }
  lines.push(old.lines.slice(line));
  gaps.push(old.gaps.slice(gap));
  const isWhole = before === null || after === null;
  return { lines: lines.flat(), gaps: gaps.flat(), file: isWhole ? patch : old.file };
}

function nobody(length: number): null[] {
  return Array.from({ length }, () => null);
}
