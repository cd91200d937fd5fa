// Replays the operations of one clone of a tree on those of another: one commit an operation, with its ledger events. It reads and
// plans; a patch that both touched is a question for a person, and nothing is written here.
import type { Bytes, ByteString, Path } from "#model/bytes";
import {
  byteString,
  bytesOf,
  concatBytes,
  equalBytes,
  fromByteString,
  noBytes,
  readablePath,
  UserError,
} from "#model/bytes";
import { linesOf } from "#model/diff";
import type { LedgerEvent, OperationId } from "#model/ledger";
import { ledgerFileOf, parseEvents, printEvents, uniteLedger } from "#model/ledger";
import { mergeLines } from "#model/merge";
import type { PatchName, Queue } from "#model/queue";
import { mergeSeries, parseSeries, placedPatches, printSeries, seriesTouches, typedName } from "#model/queue";
import type { CommitId, CommitPlan, Git, Ident } from "#io/git";
import type { SyncAnswer, Tree } from "#io/store";
import { operationId, readLedger, SERIES_FILE } from "#io/store";
import type { OwnCommit } from "./own-commits.ts";
import { namesSince, newNames, oldNames } from "./replay-names.ts";

/** Something that both clones touched, each in its way. */
export interface Contested {
  /** A patch, or a file of the tree. */
  readonly what: string;
  readonly ours: readonly LedgerEvent[];
  readonly theirs: readonly LedgerEvent[];
}

export type Replay =
  | {
      readonly kind: "replayed";
      readonly plans: readonly CommitPlan[];
      readonly operations: readonly Replayed[];
      /** Every file that differs from the other clone's. */
      readonly files: ReadonlyMap<Path, Bytes | null>;
    }
  | { readonly kind: "question"; readonly commit: OwnCommit; readonly contested: readonly Contested[] };

export interface Replayed {
  readonly operation: OperationId | null;
  readonly subject: string;
  /** `undone`: it stands in the history, and an undo of it behind it, because the other clone's change holds. */
  readonly how: "replayed" | "undone" | "there already";
}

export interface ReplayInput {
  readonly base: CommitId;
  /** The end of the other clone's history. */
  readonly other: CommitId;
  readonly commits: readonly OwnCommit[];
  readonly answers: Readonly<Record<string, SyncAnswer>>;
  /** Who syncs, and when: for the undo of what does not hold. */
  readonly by: string;
  readonly committer: Ident;
  readonly at: string;
}

/** Replays the commits one after the other, up to the first question that has no answer. */
export async function replay(tree: Tree, input: ReplayInput): Promise<Replay> {
  const { git } = tree;
  const { other, base, commits, answers } = input;
  const files = new Map<Path, Bytes | null>();
  const read = async (path: Path): Promise<Bytes | null> => {
    const made = files.get(path);
    return made === undefined ? await git.readFile(other, path) : made;
  };
  const theirs = await eventsBetween(git, base, other);
  const changedByOther = new Set((await git.diffNames(base, other)).flatMap(({ path }) => patchOf(path)));
  const done = new Set<string>(theirs.map(({ op }) => op));
  /** The events of our commits so far. */
  const mine: (readonly LedgerEvent[])[] = [];
  const ledger = readLedger(tree);
  const plans: CommitPlan[] = [];
  const operations: Replayed[] = [];
  const commit = (one: Omit<CommitPlan, "parent" | "changes">, changes: ReadonlyMap<Path, Bytes | null>): void => {
    for (const [path, bytes] of changes) files.set(path, bytes);
    plans.push({
      ...one,
      parent: plans.length === 0 ? other : plans.length - 1,
      changes: [...changes].map(([path, content]) =>
        content === null ? { path, mode: "delete" as const } : { path, mode: "100644" as const, content },
      ),
    });
  };
  for (const own of commits) {
    const { operation, subject } = own;
    if (operation !== null && done.has(operation)) {
      operations.push({ operation, subject, how: "there already" });
      continue;
    }
    const events = await eventsBetween(git, own.parent, own.id);
    const old = (name: PatchName): PatchName => oldNames(name, mine);
    const sides = { own, events, theirs, changedByOther, made: newNames(events, ledger), old };
    mine.push(events);
    const first = await mergeCommit(tree, sides, read, NOTHING, NO_PATHS);
    const answer = answers[own.id];
    if (first.contested.length > 0 && answer === undefined) {
      return { kind: "question", commit: own, contested: first.contested };
    }
    const merged =
      first.contested.length === 0
        ? first
        : await mergeCommit(tree, sides, read, takenNames(first.patches, sides), first.paths);
    const revived = await revivedEvents(tree, sides, input, first.patches, read);
    const before = new Map<Path, Bytes | null>();
    for (const path of merged.files.keys()) before.set(path, await read(path));
    commit(own, await withEvents(merged.files, revived, read));
    if (first.contested.length === 0 || answer === "ours") {
      operations.push({ operation, subject, how: "replayed" });
      continue;
    }
    commit(...(await undoing(own, input, before, read)));
    operations.push({ operation, subject, how: "undone" });
  }
  return { kind: "replayed", plans, operations, files };
}

/** Patches with all names that the other clone gave them: taking ours takes those away. */
function takenNames(patches: ReadonlySet<PatchName>, { theirs, old }: Sides): ReadonlySet<PatchName> {
  return new Set([...patches].flatMap((name) => [name, ...namesSince(name, theirs), ...namesSince(old(name), theirs)]));
}

const NOTHING: ReadonlySet<PatchName> = new Set();
const NO_PATHS: ReadonlySet<Path> = new Set();

interface Sides {
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
async function mergeCommit(
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
  for (const [path, bytes] of files) if (same(bytes, await read(path))) files.delete(path);
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
      if (same(has, now) && lineOf(queues.own, name) === lineOf(queues.now, name)) continue;
      if (!same(was, now) || otherTouches.has(name) || heldByOther.has(name)) found.add(name);
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

/** The file with one more change; undefined where that is a question. */
function mergeFile(path: Path, before: Bytes | null, after: Bytes | null, now: Bytes | null): Bytes | null | undefined {
  if (/^ledger\/[^/]+\.jsonl$/.test(path)) return uniteLedger(now ?? noBytes, before ?? noBytes, after ?? noBytes);
  if (same(before, now) || same(after, now)) return after;
  if (before === null && !path.startsWith("maps/")) return undefined;
  if (after === null || now === null || path.startsWith("patches/") || path.startsWith("resolutions/"))
    return undefined;
  if (path.startsWith("maps/")) return appended(now, before ?? noBytes, after);
  const merged = mergeLines({ base: linesOf(before ?? noBytes), ours: linesOf(now), theirs: linesOf(after) });
  return merged.kind === "merged" ? merged.lines.bytes : undefined;
}

/** A file to which lines are only ever added. */
function appended(now: Bytes, before: Bytes, after: Bytes): Bytes {
  const known = new Set([...byteString(now).split("\n"), ...byteString(before).split("\n")]);
  const added = byteString(after)
    .split("\n")
    .filter((line) => line !== "" && !known.has(line));
  return fromByteString(byteString(now) + added.map((line) => `${line}\n`).join(""));
}

/** The undo of a commit that was just replayed: files as they were before it, and the event that says so. */
async function undoing(
  own: OwnCommit,
  { at, by, committer, other }: ReplayInput,
  before: ReadonlyMap<Path, Bytes | null>,
  read: (path: Path) => Promise<Bytes | null>,
): Promise<[Omit<CommitPlan, "parent" | "changes">, ReadonlyMap<Path, Bytes | null>]> {
  const changes = new Map([...before].filter(([path]) => !path.startsWith("ledger/")));
  const summary = `undo: ${own.subject}`;
  const about = { author: committer, committer };
  if (own.operation === null) return [{ ...about, message: bytesOf(`${summary}\n`) }, changes];
  const body = { kind: "undone", undoes: own.operation } as const;
  const op = operationId(other, at, { summary, events: [body] });
  const ledger: Path = ledgerFileOf(at);
  const file = (await read(ledger)) ?? noBytes;
  changes.set(ledger, concatBytes([file, printEvents([{ ...body, op, at, by }])]));
  return [{ ...about, message: bytesOf(`${summary}\n\nOperation: ${op}\n`) }, changes];
}

/**
 * A patch that the other clone dropped or renamed, and that comes back under our name: it is told as queued anew, now, with where it came from. The events of
 * both clones stand in order of time, so without this the ledger could end with the drop.
 */
async function revivedEvents(
  tree: Tree,
  { own, made, old }: Sides,
  { at, by }: ReplayInput,
  patches: ReadonlySet<PatchName>,
  read: (path: Path) => Promise<Bytes | null>,
): Promise<readonly LedgerEvent[]> {
  if (patches.size === 0 || own.operation === null) return [];
  const now = queueOf(await read(SERIES_FILE));
  const after = placedPatches(queueOf(await tree.git.readFile(own.id, SERIES_FILE)));
  const queued = readLedger(tree).filter((event) => event.kind === "queued");
  const op = own.operation;
  return [...patches].flatMap((name): LedgerEvent[] => {
    const last = queued.findLast(({ patch }) => [name, old(name)].map(readablePath).includes(patch));
    const place = after.find((one) => one.name === (made.get(name) ?? name));
    if (last === undefined || place === undefined || lineOf(now, place.name) !== null) return [];
    return [{ ...last, op, at, by, patch: readablePath(place.name), branch: place.branch ?? last.branch }];
  });
}

/** The files with events at the end of the ledger. */
async function withEvents(
  files: ReadonlyMap<Path, Bytes | null>,
  events: readonly LedgerEvent[],
  read: (path: Path) => Promise<Bytes | null>,
): Promise<ReadonlyMap<Path, Bytes | null>> {
  const [first] = events;
  if (first === undefined) return files;
  const path: Path = ledgerFileOf(first.at);
  const file = files.get(path) ?? (await read(path)) ?? noBytes;
  return new Map([...files, [path, concatBytes([file, printEvents(events)])]]);
}

/** Ledger events that one commit has and an earlier one has not. */
async function eventsBetween(git: Git, before: CommitId, after: CommitId): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (const { path } of await git.diffNames(before, after)) {
    if (!path.startsWith("ledger/")) continue;
    const known = new Set(byteString((await git.readFile(before, path)) ?? noBytes).split("\n"));
    const added = byteString((await git.readFile(after, path)) ?? noBytes)
      .split("\n")
      .filter((line) => !known.has(line));
    events.push(...parseEvents(fromByteString(added.join("\n"))).events);
  }
  return events;
}

function eventsAbout(events: readonly LedgerEvent[], names: ReadonlySet<string>): LedgerEvent[] {
  return events.filter(
    (event) => "patch" in event && (names.has(event.patch) || (event.kind === "renamed" && names.has(event.from))),
  );
}

/** The patches that events name. */
function namesIn(events: readonly LedgerEvent[]): Set<PatchName> {
  return new Set(events.flatMap((event) => ("patch" in event ? [typedName(event.patch) as PatchName] : [])));
}

/** Patches that are held or released: that stands in the ledger only. */
function heldIn(events: readonly LedgerEvent[]): Set<PatchName> {
  return namesIn(events.filter(({ kind }) => kind === "held" || kind === "released"));
}

function queueOf(bytes: Bytes | null): Queue {
  const { queue, problems } = parseSeries(bytes ?? noBytes);
  const [problem] = problems;
  if (problem === undefined) return queue;
  throw new UserError(`a commit of the tree has a "series" that cannot be read: ${problem.message}`, {
    hint: "git log -p -- series shows which; mend it in a commit of its own",
    exitCode: 3,
  });
}

/** A patch's line with the branch it stands in; null when it is not there. */
function lineOf(queue: Queue, name: PatchName): ByteString | null {
  const line = placedPatches(queue).find((one) => one.name === name);
  return line === undefined ? null : `${line.branch ?? ""} ${line.raw.replace(/\n$/, "")}`;
}

function patchOf(path: Path): PatchName[] {
  return path.startsWith("patches/") ? [path.slice("patches/".length) as PatchName] : [];
}

function same(one: Bytes | null, other: Bytes | null): boolean {
  return one === null || other === null ? one === other : equalBytes(one, other);
}
