// `mail sync`: brings the mail index up to date with the tree's archives, once or as mail arrives. Changes nothing of the tree.
import { UserError } from "#model/bytes";
import type { Archive } from "#io/archive";
import { wholeArchive } from "#io/archive";
import type { IndexedArchive, MailIndex, SyncReport } from "#io/mail-index";
import { forgetArchive, indexedArchives, openMailIndex, syncArchive, withDamageTold } from "#io/mail-index";
import type { Tree } from "#io/store";
import type { Configured } from "./mail-archives.ts";
import { archivesOf, openPlace } from "./mail-archives.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** One archive's visit: what it gave, and why it stopped before its end; null when it did not. */
export interface SyncedArchive extends SyncReport {
  readonly failed: { readonly message: string; readonly hint: string | null } | null;
}

/** What a sync did. */
export interface SyncedMail {
  readonly archives: readonly SyncedArchive[];
  /** Archives that are not configured any more, and how many mails went with them. */
  readonly forgotten: readonly { readonly archive: string; readonly removed: number }[];
}

/** `news`: from where the last visit ended; `whole`: all of an archive, to find what it has lost without telling. */
export type Read = "news" | "whole";

/**
 * Reads what is new in the archives with these names, in all when none is given; then archives that are configured no more
 * are forgotten, too. One that cannot be read does not keep the others from being read.
 */
export async function syncMail(world: World, names: readonly string[], read: Read = "news"): Promise<SyncedMail> {
  return await withTree(world, async (tree) => {
    const wanted = archivesOf(tree, names);
    using index = openIndex(world, tree);
    return await withDamageTold(index, async () => {
      const forgotten = names.length === 0 ? forgetOthers(index, wanted) : [];
      const archives: SyncedArchive[] = [];
      for (const as of wanted) archives.push(await visitOnce(world, tree, index, as, read));
      return { archives, forgotten };
    });
  });
}

/**
 * The same, and then again whenever an archive says that something arrived, or after `every` milliseconds; gives each visit
 * that found anything, and every archive's first. Goes on until it is not asked for more.
 */
export async function* watchMail(world: World, names: readonly string[], every: number): AsyncGenerator<SyncedArchive> {
  const { tree, wanted, index } = await withTree(world, (opened) =>
    Promise.resolve({ tree: opened, wanted: archivesOf(opened, names), index: openIndex(world, opened) }),
  );
  using _ = index;
  const stop = new AbortController();
  const ready: SyncedArchive[] = [];
  let failure: unknown = null;
  let wake = nobodyWaits;
  const give = (one: SyncedArchive): void => {
    ready.push(one);
    wake();
  };
  const watching = wanted.map((as) =>
    keepUp(world, tree, index, as, { every, signal: stop.signal, give }).catch((error: unknown) => {
      failure ??= error;
      wake();
    }),
  );
  try {
    for (;;) {
      const next = ready.shift();
      if (next !== undefined) yield next;
      else if (failure !== null) throw failure;
      else await new Promise<void>((done) => (wake = done));
    }
  } finally {
    stop.abort();
    await Promise.all(watching);
  }
}

function nobodyWaits(): void {}

function openIndex(world: World, tree: Tree): MailIndex {
  const index = openMailIndex(tree.privateDir);
  if (index.renewed !== null) world.tell(index.renewed);
  return index;
}

function forgetOthers(index: MailIndex, wanted: readonly IndexedArchive[]): SyncedMail["forgotten"] {
  return indexedArchives(index)
    .filter(({ name }) => !wanted.some((one) => one.name === name))
    .map(({ name }) => ({ archive: name, removed: forgetArchive(index, name) }));
}

async function visitOnce(
  world: World,
  tree: Configured,
  index: MailIndex,
  as: IndexedArchive,
  read: Read,
): Promise<SyncedArchive> {
  try {
    await using archive = await openPlace(tree, as);
    return await visit(world, index, read === "whole" ? wholeArchive(archive) : archive, as);
  } catch (error) {
    return failed(as, error);
  }
}

async function visit(world: World, index: MailIndex, archive: Archive, as: IndexedArchive): Promise<SyncedArchive> {
  world.progress(`reading ${as.name}`);
  const report = await syncArchive(index, archive, as, (messages) =>
    world.progress(`reading ${as.name}: ${messages} messages`),
  );
  return { ...report, failed: null };
}

function failed({ name }: IndexedArchive, error: unknown): SyncedArchive {
  if (!(error instanceof UserError)) throw error;
  const { message, hint } = error;
  return { archive: name, added: 0, copies: 0, removed: 0, problems: [], clashes: [], failed: { message, hint } };
}

interface Watching {
  readonly every: number;
  readonly signal: AbortSignal;
  readonly give: (one: SyncedArchive) => void;
}

// One archive for as long as it goes on; a connection that broke is made anew at the next turn.
async function keepUp(
  world: World,
  tree: Configured,
  index: MailIndex,
  as: IndexedArchive,
  watching: Watching,
): Promise<void> {
  let isFirst = true;
  while (!watching.signal.aborted) {
    try {
      await using archive = await openPlace(tree, as);
      for await (const _ of turns(archive, watching)) {
        const one = await visit(world, index, archive, as);
        if (isFirst || hasNews(one)) watching.give(one);
        isFirst = false;
      }
    } catch (error) {
      watching.give(failed(as, error));
      isFirst = false;
    }
    await pause(watching.every, watching.signal);
  }
}

function hasNews({ added, copies, removed, problems, clashes }: SyncedArchive): boolean {
  return added + copies + removed + problems.length + clashes.length > 0;
}

// Yields at once, then whenever the archive says so, and at the latest after `every` milliseconds.
async function* turns(archive: Archive, { every, signal }: Watching): AsyncGenerator<void> {
  yield;
  const news = archive.watch?.(signal)[Symbol.asyncIterator]();
  let next = news?.next();
  try {
    while (!signal.aborted) {
      const timer = new AbortController();
      const over = pause(every, AbortSignal.any([signal, timer.signal]));
      const said = next === undefined ? undefined : await Promise.race([next, over]);
      if (next === undefined) await over;
      timer.abort();
      if (signal.aborted) return;
      // The archive has stopped watching; asking again is what is left.
      if (said?.done === true) next = undefined;
      else if (said !== undefined) next = news?.next();
      yield;
    }
  } finally {
    await news?.return?.();
  }
}

/** Resolves to nothing after that time, or when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) return done(undefined);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done(undefined);
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
