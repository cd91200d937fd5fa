// The tree as readers see it who come again and again, such as a web server's: read once, and again only after it changed.
// Every other operation opens the tree for itself.
import { join } from "node:path";
import type { PatchResult } from "#model/branches";
import type { LedgerEvent } from "#model/ledger";
import { showName } from "#model/queue";
import type { Tree, TreeWatch } from "#io/store";
import {
  fileStamp,
  hasBuildMemory,
  mailStamp,
  openTree,
  readBuildMemory,
  readLedger,
  treeStamp,
  watchTree,
} from "#io/store";
import type { BuildReport } from "./build.ts";
import { reportPlan } from "./build.ts";
import type { MailReader } from "./mail-reader.ts";
import { openMailReader } from "./mail-reader.ts";
import type { Memory } from "./memory.ts";
import { makeMemory } from "./memory.ts";
import type { PatchCommits } from "./patch-commits.ts";
import { patchCommits } from "./patch-commits.ts";
import { planQueue } from "./plan-queue.ts";
import type { KnownPatch } from "./rows.ts";
import { everyPatch } from "./rows.ts";
import { placesIn } from "./show.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";

/** The tree at one moment. Nothing in it changes; whoever wants news asks for the next view. */
export interface TreeView {
  /** Changes with anything that the tree says of its patches: what was made of a view holds while its stamp is the same. */
  readonly stamp: string;
  readonly tree: Tree;
  readonly events: readonly LedgerEvent[];
  /** The queue in its order, then what left, newest first. */
  readonly patches: readonly KnownPatch[];
  /** The same by name; of several that left under one name the last. */
  readonly byName: ReadonlyMap<string, KnownPatch>;
  /** Which commits the patches are or were; found out when first asked for. */
  commits(): Promise<PatchCommits>;
  /** 1-based places in the whole queue, by name. */
  places(): ReadonlyMap<string, number>;
  /** The mails of the tree's archives, as its index knows them now. */
  readonly mails: MailReader;
  /** What the last build that is remembered made of each patch, by name; read when first asked for. */
  built(): ReadonlyMap<string, PatchResult>;
  /** The queue tried on its base, as `build --check` does; begun when first asked for, and made once. */
  check(): Promise<BuildReport>;
}

/** Gives views of one tree, as long as it is open. */
export interface Viewer extends AsyncDisposable {
  /** The tree as it is now. Throws UserError when it cannot be read. */
  view(): Promise<TreeView>;
  /** Changes with what is known of mails. */
  mailStamp(): string;
  /**
   * Changes with every operation and whatever else puts a file into place, at once; not with edits of a patch file in place, of which
   * word comes later.
   */
  operationStamp(): string;
}

/** Reads of the tree that a change overtook are made again this often, before what was read is taken as it is. */
const MAX_READS = 5;

/** Opens the tree that `world.cwd` is in. Throws UserError when there is none, or it cannot be watched. */
export async function openViewer(world: World): Promise<Viewer> {
  const memory = makeMemory();
  const checks = rememberCheck();
  let last: TreeView | null = null;
  let reading: Promise<TreeView> | null = null;
  const first = await openTree(world.cwd, world.presetsDir);
  const { dir, privateDir } = first;
  await first.close();
  const mails = openMailReader(privateDir);
  const watching = watchTree(dir);
  const edits = countEdits(watching, world.tell);
  const stampNow = (): string => `${edits.count} ${treeStamp(dir)}`;
  const stampOfTurn = onceATurn(stampNow);
  const mailStampOfTurn = onceATurn(() => mailStamp(dir));
  const read = async (): Promise<TreeView> => {
    for (let reads = 1; ; reads += 1) {
      const stamp = stampNow();
      const view = await readView(world, stamp, memory, checks, mails);
      if (stampNow() === stamp || reads === MAX_READS) {
        if (last !== null) retire(last);
        last = view;
        return view;
      }
    }
  };
  return {
    async view() {
      if (last !== null && last.stamp === stampOfTurn()) return last;
      // Whoever asks while the tree is being read gets what is read then.
      reading ??= read().finally(() => {
        reading = null;
      });
      return await reading;
    },
    mailStamp: mailStampOfTurn,
    operationStamp: () => treeStamp(dir),
    async [Symbol.asyncDispose]() {
      watching[Symbol.dispose]();
      mails[Symbol.dispose]();
      await last?.tree.close();
    },
  };
}

/**
 * The same answer for all that is asked in one turn of the event loop: what came in together is told together, and the disk is
 * looked at once for all of it. Looking takes a third of the time of a finished page.
 */
function onceATurn(look: () => string): () => string {
  let seen: string | null = null;
  return () => {
    if (seen === null) {
      seen = look();
      setImmediate(() => {
        seen = null;
      });
    }
    return seen;
  };
}

/** What is made of a view when the next one comes, in milliseconds: nothing takes longer. */
const LINGERS = 60_000;

/** Ends the process behind a view, when nobody can be at work with it any more. */
function retire({ tree }: TreeView): void {
  setTimeout(() => void tree.close(), LINGERS).unref();
}

/** Everything that the outcome of a check depends on but the bytes of patch files, and those, as values. */
interface Tried {
  readonly text: string;
  readonly files: readonly unknown[];
}

/** The last check; a view of the same queue on the same base gets it again. */
type Checks = (tried: Tried, check: () => Promise<BuildReport>) => Promise<BuildReport>;

function rememberCheck(): Checks {
  let last: { readonly tried: Tried; readonly report: Promise<BuildReport> } | null = null;
  return (tried, check) => {
    if (last !== null && last.tried.text === tried.text && sameValues(last.tried.files, tried.files))
      return last.report;
    const report = check();
    last = { tried, report };
    // What could not be found out is tried again.
    report.catch(() => {
      if (last?.report === report) last = null;
    });
    return report;
  };
}

function sameValues(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

async function readView(
  world: World,
  stamp: string,
  memory: Memory,
  checks: Checks,
  mails: MailReader,
): Promise<TreeView> {
  // An operation that is putting its files in place is waited for, and one that was killed is mended.
  const tree = await openTree(world.cwd, world.presetsDir);
  const events = readLedger(tree);
  const patches = everyPatch(tree, events, memory);
  let commits: Promise<PatchCommits> | null = null;
  let places: ReadonlyMap<string, number> | null = null;
  let built: ReadonlyMap<string, PatchResult> | null = null;
  const lines = patches.flatMap(({ queued }) => (queued === null ? [] : [queued]));
  const tried: Tried = {
    text: JSON.stringify([tree.config, fileStamp(join(tree.dir, "resolutions")), lines]),
    files: lines.map(({ name }) => memory.patches.get(name)?.file),
  };
  return {
    stamp,
    tree,
    events,
    patches,
    byName: new Map(patches.toReversed().map((one) => [one.row.name, one])),
    commits: () => (commits ??= patchCommits(tree, events)),
    places: () => (places ??= placesIn(tree)),
    mails,
    built: () => (built ??= builtResults(tree)),
    check: () => checks(tried, () => checkQueue(world, tree, memory)),
  };
}

function builtResults(tree: Tree): ReadonlyMap<string, PatchResult> {
  const all = Object.values(readBuildMemory(tree.privateDir) ?? {}).flat();
  return new Map(all.map(({ result }) => [showName(result.name), result]));
}

/** What the last build knows is not tried again. Of the memory the patches are used; files of bases would gather in it. */
async function checkQueue(world: World, tree: Tree, { patches }: Memory): Promise<BuildReport> {
  await using source = await openSource(tree);
  const planned = await planQueue(world, tree, source, {
    branch: null,
    base: null,
    onReject: "skip",
    resume: hasBuildMemory(tree.privateDir),
    memory: { ...makeMemory(), patches },
  });
  return await reportPlan(world, tree, source, planned);
}

/** Counts the changes of patch files that are made in place, of which no directory tells. */
function countEdits(watching: TreeWatch, tell: (sentence: string) => void): { readonly count: number } {
  const edits = { count: 0 };
  const count = async (): Promise<void> => {
    for (;;) {
      await watching.next();
      edits.count += 1;
    }
  };
  count().catch((error: unknown) => tell(`patch files are not watched any more: ${String(error)}`));
  return edits;
}
