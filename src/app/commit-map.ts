// Which commits a build moved: for every patch its commit before and now. After a change of the base it is kept in `maps/`,
// for people who have the old ids in mails, bug reports and test results.
import { byteString, bytesOf, concatBytes, fromByteString, noBytes } from "#model/bytes";
import type { Bytes, Path } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import type { PendingBuild, Tree } from "#io/store";
import { readIfThere } from "#io/store";
import { join } from "node:path";
import { lastBuildOf } from "./last-build.ts";
import type { QueuePlan } from "./plan-queue.ts";

/** One patch whose commit has another id than after the last build. */
export interface MovedCommit {
  readonly patch: string;
  readonly old: CommitId;
  readonly new: CommitId;
}

export interface CommitMap {
  /** In the order of the series. */
  readonly moved: readonly MovedCommit[];
  /** Files to write into the tree; none while the base is the one of the last build. */
  readonly maps: NonNullable<PendingBuild["maps"]>;
}

/** Compares the commits of a build with those of the last one; to be asked before what is remembered of that is replaced. */
export async function commitMapOf(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  { base, queue, patches, known }: QueuePlan,
  results: readonly { readonly name: PatchName; readonly branch: string; readonly commit: CommitId | null }[],
): Promise<CommitMap> {
  const parsed = patches.size === queue.length ? patches : null;
  const last = await lastBuildOf(tree, source, events, queue, parsed, known.memory);
  const bases = new Map(last.branches.map((branch) => [branch.name, branch.base]));
  const moved: MovedCommit[] = [];
  const texts = new Map<CommitId, string>();
  for (const { name, branch, commit } of results) {
    const old = last.commits.get(name);
    if (old === undefined || commit === null || old === commit) continue;
    moved.push({ patch: showName(name), old, new: commit });
    const oldBase = bases.get(branch);
    if (oldBase === undefined || oldBase === base) continue;
    texts.set(oldBase, `${texts.get(oldBase) ?? ""}${old} ${commit} ${name}\n`);
  }
  const maps = [...texts].map(([oldBase, text]) => ({ path: mapPath(oldBase, base), text }));
  return { moved, maps };
}

/** The file that tells which commits moved when the base changed; see docs/formats/tree.md. */
export function mapPath(from: CommitId, to: CommitId): string {
  return `maps/${from.slice(0, 12)}-${to.slice(0, 12)}.txt`;
}

/** The files with what earlier builds on the same two bases wrote, each line once. */
export function mapFiles(tree: Tree, maps: CommitMap["maps"]): Map<Path, Bytes> {
  return new Map(
    maps.map(({ path, text }) => {
      const before = readIfThere(join(tree.dir, path)) ?? noBytes;
      const known = new Set(byteString(before).split("\n"));
      const fresh = text.split("\n").filter((line) => line !== "" && !known.has(line));
      return [
        byteString(bytesOf(path)),
        concatBytes([before, fromByteString(fresh.map((line) => `${line}\n`).join(""))]),
      ];
    }),
  );
}
