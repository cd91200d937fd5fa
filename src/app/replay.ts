// Replays the operations of one clone of a tree on those of another: one commit an operation, with its ledger events. It reads and
// plans; a patch that both touched is a question for a person, and nothing is written here.
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, concatBytes, noBytes, readablePath } from "#model/bytes";
import type { LedgerEvent, OperationId } from "#model/ledger";
import { ledgerFileOf, printEvents } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { placedPatches } from "#model/queue";
import type { CommitId, CommitPlan, Ident } from "#io/git";
import type { SyncAnswer, Tree } from "#io/store";
import { operationId, readLedger, SERIES_FILE } from "#io/store";
import type { OwnCommit } from "./own-commits.ts";
import type { Contested, Sides } from "./replay-commit.ts";
import { mergeCommit, patchOf } from "./replay-commit.ts";
import { eventsBetween } from "./replay-events.ts";
import { namesSince, newNames, oldNames } from "./replay-names.ts";
import { lineOf, queueOf } from "./replay-series.ts";

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
