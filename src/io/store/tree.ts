// A tree directory, opened: its configuration, its queue and its ledger as they are on the disk now.
// Changing it is operation.ts's task; mending what a crash left is recover.ts's.
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, textOf, UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { parseEvents } from "#model/ledger";
import type { PatchFile, PatchName, QueuedPatch, Queue } from "#model/queue";
import { parsePatchFile, parseSeries, patchesOf, showName } from "#model/queue";
import type { Git } from "#io/git";
import { openGit } from "#io/git";
import { parseConfig } from "./config.ts";
import { diskPath, namesIn, readIfThere } from "./disk.ts";
import { readJournal } from "./journal.ts";
import { recover } from "./recover.ts";
import type { TreeConfig } from "./tree-config.ts";

export const CONFIG_FILE = "longarm.toml";
export const SERIES_FILE: Path = "series";
/** Directory of everything private; git-ignored. */
export const PRIVATE_DIR = ".longarm";

/** An open tree. */
export interface Tree extends AsyncDisposable {
  /** Absolute path. */
  readonly dir: string;
  readonly privateDir: string;
  readonly config: TreeConfig;
  /** The tree's own repository. */
  readonly git: Git;
  /** What an interrupted operation left and how it was mended; null when nothing was. */
  readonly recovered: string | null;
  close(): Promise<void>;
}

/**
 * Opens the tree at `dir` or, like git, at the nearest directory above it. Mends what an interrupted operation left.
 * Throws UserError where there is no tree or its configuration is wrong.
 */
export async function openTree(dir: string, presetsDir: string): Promise<Tree> {
  const top = findTree(resolve(dir));
  if (top === null) {
    throw new UserError(`no tree at "${dir}": there is no ${CONFIG_FILE} in it or above it`, {
      hint: "make one with: longarm init DIR --source REPO --base REV, or name one with -C DIR",
    });
  }
  const privateDir = join(top, PRIVATE_DIR);
  const git = await openGit(top).catch((cause: unknown) => {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(`the tree "${top}" cannot be used: ${cause.message}`, {
      hint: "a tree is a git repository: clone it again, or put its .git back",
      cause,
    });
  });
  try {
    const recovered = await recover(top, privateDir, git);
    const config = parseConfig(textOf(readIfThere(join(top, CONFIG_FILE)) ?? bytesOf("")), CONFIG_FILE, presetsDir);
    const close = (): Promise<void> => git.close();
    return { dir: top, privateDir, config, git, recovered, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await git.close();
    throw error;
  }
}

/** The directory and the configuration of the tree at `dir` or above it, without opening it; null where there is no tree. */
export function readConfigAbove(
  dir: string,
  presetsDir: string,
): { readonly dir: string; readonly config: TreeConfig } | null {
  const top = findTree(resolve(dir));
  const text = top === null ? null : readIfThere(join(top, CONFIG_FILE));
  return top === null || text === null
    ? null
    : { dir: top, config: parseConfig(textOf(text), CONFIG_FILE, presetsDir) };
}

/** The tree that an absolute path is in, like git the nearest directory above; null when there is none. */
export function findTree(start: string): string | null {
  for (let dir = start; ; dir = dirname(dir)) {
    // Where `init` was killed after its commit, only the journal tells of the tree.
    if (readIfThere(join(dir, CONFIG_FILE)) !== null || readJournal(join(dir, PRIVATE_DIR)) !== null) return dir;
    if (dirname(dir) === dir) return null;
  }
}

/** The queue on disk, hand edits included. Throws UserError at the first line that cannot be understood. */
export function readQueue(tree: Tree): { readonly queue: Queue; readonly patches: readonly QueuedPatch[] } {
  const series = readIfThere(join(tree.dir, SERIES_FILE));
  if (series === null) {
    throw new UserError('the tree has no file "series"', {
      hint: `get it back with: git -C ${tree.dir} checkout series`,
    });
  }
  const { queue, problems } = parseSeries(series);
  const [problem] = problems;
  if (problem)
    throw new UserError(`series:${problem.line ?? 1}: ${problem.message}`, {
      hint: 'mend the line in the file "series"',
    });
  const known = new Set(tree.config.branches.map(({ name }) => name));
  for (const [index, line] of queue.lines.entries()) {
    if (line.kind === "branch" && !known.has(line.branch)) {
      throw new UserError(`series:${index + 1}: branch "${line.branch}" is not declared in ${CONFIG_FILE}`, {
        hint: `branches of this tree: ${[...known].join(", ")}`,
      });
    }
  }
  return { queue, patches: patchesOf(queue) };
}

/** The path of a patch file in the tree. */
export function patchPath(name: PatchName): Path {
  return `patches/${name}`;
}

/** The bytes of a patch file; UserError when the series names a file that is not there. */
export function readPatchBytes(tree: Tree, name: PatchName): Bytes {
  const bytes = readIfThere(diskPath(tree.dir, patchPath(name)));
  if (bytes !== null) return bytes;
  throw new UserError(`the series names "${showName(name)}", but there is no such file in "patches"`, {
    hint: "put the file back (git checkout), or take its line out of the series",
  });
}

/** By which a file is known to be the one that was read before. */
export interface FileStamp {
  readonly text: string;
  /** False when the file changed so lately that one more change could leave the same stamp. */
  readonly sure: boolean;
}

/** A file that changed less than this many milliseconds ago is read again: clocks of file systems tick every few. */
const SURE_AFTER = 50;

/** The stamp of a patch file; null when there is none. */
export function patchStamp(tree: Tree, name: PatchName): FileStamp | null {
  const stat = statSync(diskPath(tree.dir, patchPath(name)), { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const { ino, size, mtimeMs, ctimeMs } = stat;
  return { text: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, sure: Date.now() - Math.max(mtimeMs, ctimeMs) > SURE_AFTER };
}

/** All patch files of the queue, parsed. */
export function readPatches(tree: Tree, queue: readonly Pick<QueuedPatch, "name">[]): Map<PatchName, PatchFile> {
  return new Map(queue.map(({ name }) => [name, parsePatchFile(readPatchBytes(tree, name))]));
}

/** The ledger, oldest month first. Damaged lines are passed over; {@link ledgerProblems} has them. */
export function readLedger(tree: Tree): readonly LedgerEvent[] {
  return readLedgerFiles(tree).flatMap(({ parsed }) => parsed.events);
}

/** What is wrong with the ledger's files, a sentence each. */
export function ledgerProblems(tree: Tree): string[] {
  return readLedgerFiles(tree).flatMap(({ name, parsed }) =>
    parsed.problems.map(({ line, message }) => `ledger/${name}:${line ?? 1}: ${message}`),
  );
}

function readLedgerFiles(tree: Tree): { readonly name: string; readonly parsed: ReturnType<typeof parseEvents> }[] {
  const dir = join(tree.dir, "ledger");
  return namesIn(dir)
    .filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name))
    .map((name) => ({ name, parsed: parseEvents(readIfThere(join(dir, name)) ?? bytesOf("")) }));
}
