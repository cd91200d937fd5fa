// One operation of a clone put onto the files as the other clone has left them: what it makes of each file, and what both touched
// and a person must be asked about. It reads and writes nothing; the walk over all operations is replay.ts.
import type { Bytes, Path } from "#model/bytes";
import { readablePath } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import type { PatchName, Queue } from "#model/queue";
import { mergeSeries, printSeries, seriesTouches } from "#model/queue";
import type { CommitId } from "#io/git";
import type { Tree } from "#io/store";
import { SERIES_FILE } from "#io/store";
import type { OwnCommit } from "./own-commits.ts";
import { eventsAbout, heldIn, namesIn } from "./replay-events.ts";
import { mergeFile, sameFile } from "./replay-file.ts";
import { namesSince } from "./replay-names.ts";
import { lineOf, queueOf } from "./replay-series.ts";

/** Something that both clones touched, each in its way. */
export interface Contested {
  /** A patch, or a file of the tree. */
  readonly what: string;
  readonly ours: readonly LedgerEvent[];
  readonly theirs: readonly LedgerEvent[];
}

/** One of our commits, and what the other clone did. */
export interface Sides {
  readonly own: OwnCommit;
  readonly events: readonly LedgerEvent[];
  readonly theirs: readonly LedgerEvent[];
  readonly changedByOther: ReadonlySet<PatchName>;
  /** What our commit names the patches that it renames; null for those that it drops. */
  readonly made: ReadonlyMap<PatchName, PatchName | null>;
  /** The name that a patch had before we renamed it. */
  readonly old: (name: PatchName) => PatchName;
}

interface MergedCommit {
  readonly files: ReadonlyMap<Path, Bytes | null>;
  readonly contested: readonly Contested[];
  readonly patches: ReadonlySet<PatchName>;
  readonly paths: ReadonlySet<Path>;
}

/** What a commit makes of the files as they are now; the patches and paths to take come out as the commit has them. */
export async function mergeCommit(
  tree: Tree,
  { own, events, theirs, changedByOther, made, old }: Sides,
  read: (path: Path) => Promise<Bytes | null>,
  take: ReadonlySet<PatchName>,
  takenPaths: ReadonlySet<Path>,
): Promise<MergedCommit> {
  const { git } = tree;
  const changed = (await git.diffNames(own.parent, own.id)).map(({ path }) => path);
  const series = async (commit: CommitId): Promise<Queue> => queueOf(await git.readFile(commit, SERIES_FILE));
  const queues = { base: await series(own.parent), now: queueOf(await read(SERIES_FILE)), own: await series(own.id) };
  const likely = { ours: new Set([...changedByOther, ...namesIn(theirs)]), theirs: namesIn(events) };
  const order = tree.config.branches.map(({ name }) => name);
  const merged = mergeSeries(queues.base, queues.now, queues.own, order, { take, likely });
  const files = new Map<Path, Bytes | null>();
  if (changed.includes(SERIES_FILE) || take.size > 0) files.set(SERIES_FILE, printSeries(merged.queue));

  const patches = await contestedPatches();
  const paths = new Set<Path>();
  // What is taken is taken whole, also a file that this commit left alone and the other clone took away.
  for (const path of new Set([...changed, ...[...take].map((name): Path => `patches/${name}`)])) {
    if (path === SERIES_FILE) continue;
    const [before, after, now] = [
      await git.readFile(own.parent, path),
      await git.readFile(own.id, path),
      await read(path),
    ];
    const isTaken = takenPaths.has(path) || patchOf(path).some((name) => take.has(name));
    const bytes = isTaken ? after : mergeFile(path, before, after, now);
    if (bytes !== undefined) files.set(path, bytes);
    else if (patchOf(path).length === 0) paths.add(path);
    else for (const name of patchOf(path)) patches.add(name);
  }
  const contested = [
    ...[...patches].map((name) => ({ what: readablePath(name), names: [name, old(name), made.get(name) ?? name] })),
    ...[...paths].map((path) => ({ what: readablePath(path), names: [path] })),
  ].map(({ what, names }) => {
    const said = new Set(names.map(readablePath));
    return { what, ours: eventsAbout(events, said), theirs: eventsAbout(theirs, said) };
  });
  for (const [path, bytes] of files) if (sameFile(bytes, await read(path))) files.delete(path);
  return { files, contested, patches, paths };

  /** Patches that this commit touched and the other clone did, too, and that are not the same now on both sides. */
  async function contestedPatches(): Promise<Set<PatchName>> {
    const found = new Set(merged.contested);
    const ownTouches = seriesTouches(queues.base, queues.own, likely.theirs);
    const otherTouches = seriesTouches(queues.base, queues.now, likely.ours);
    const mine = new Set([...ownTouches.keys(), ...changed.flatMap(patchOf), ...heldIn(events)]);
    const heldByOther = heldIn(theirs);
    for (const name of mine) {
      if (take.has(name)) continue;
      const path: Path = `patches/${name}`;
      const [was, has, now] = [
        await git.readFile(own.parent, path),
        await git.readFile(own.id, path),
        await read(path),
      ];
      if (sameFile(has, now) && lineOf(queues.own, name) === lineOf(queues.now, name)) continue;
      if (!sameFile(was, now) || otherTouches.has(name) || heldByOther.has(name)) found.add(name);
    }
    // Where the name is gone on both sides, they may still have done different things to the patch.
    for (const [name, ours] of made) {
      if (take.has(name) || lineOf(queues.base, name) === null || lineOf(queues.now, name) !== null) continue;
      const there = namesSince(old(name), theirs).find((one) => lineOf(queues.now, one) !== null) ?? null;
      if (there !== ours) found.add(name);
    }
    return found;
  }
}

/** The patch whose file this is; none for another file. */
export function patchOf(path: Path): PatchName[] {
  return path.startsWith("patches/") ? [path.slice("patches/".length) as PatchName] : [];
}
