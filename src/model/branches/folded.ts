// The view of the branches in which every patch has its fixes in it: where its refs are, and whether it ends with the same files.
import type { FileEntry } from "#model/files";
import type { Path } from "#model/bytes";
import { equalBytes } from "#model/bytes";
import type { BranchName } from "#model/queue";
import type { BuildPlan } from "./plan-build.ts";
import type { Tip } from "./planned-commit.ts";

/** The ref of a branch's folded view is this with the branch's name behind; git finds it as `longarm/folded/NAME`. */
export const FOLDED = "refs/longarm/folded/";

/** The first branch that does not end with the same files in both plans; null when none. Both were made whole, on one base. */
export function differingEnd(one: BuildPlan, other: BuildPlan): BranchName | null {
  const others = new Map(other.branches.map(({ name, tip }) => [name, tip]));
  const found = one.branches.find(({ name, tip }) => {
    const end = others.get(name);
    return end === undefined || !sameFiles(netChanges(one, tip), netChanges(other, end));
  });
  return found?.name ?? null;
}

/** A file at the base and at the end of a branch. */
interface NetChange {
  readonly before: FileEntry | null;
  readonly after: FileEntry | null;
}

function netChanges({ commits }: BuildPlan, tip: Tip): Map<Path, NetChange> {
  const net = new Map<Path, NetChange>();
  for (let at = tip; typeof at === "number";) {
    const commit = commits[at];
    if (commit === undefined) throw new Error(`plan has no commit ${at}`);
    // From the last commit down: the last one's end stays, the first one's beginning wins.
    for (const { path, before, after } of commit.changes)
      net.set(path, { before, after: net.has(path) ? (net.get(path)?.after ?? null) : after });
    at = commit.on;
  }
  return net;
}

function sameFiles(one: ReadonlyMap<Path, NetChange>, other: ReadonlyMap<Path, NetChange>): boolean {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].every((path) => {
    const [left, right] = [one.get(path), other.get(path)];
    // A plan that never touched a file has it as the base does.
    const base = left?.before ?? right?.before ?? null;
    return sameEntry(left === undefined ? base : left.after, right === undefined ? base : right.after);
  });
}

function sameEntry(one: FileEntry | null, other: FileEntry | null): boolean {
  if (one === null || other === null) return one === other;
  return one.mode === other.mode && equalBytes(one.lines.bytes, other.lines.bytes);
}
