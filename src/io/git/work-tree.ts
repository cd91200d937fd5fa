// A throw-away work tree of one commit with only a few of its files, as a repository of its own that borrows the objects of
// another one: nothing done in it touches that one. A person or a command changes it; then the changed files are read back.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { byteString, fromByteString, quotedPath, UserError } from "#model/bytes";
import type { FileMode } from "#model/diff";
import type { CommitId } from "./ids.ts";
import type { Git } from "./repository.ts";
import { initRepository } from "./repository.ts";

/** A file on the disk; a link's bytes are its target. */
export interface WorkFile {
  readonly mode: FileMode;
  readonly bytes: Bytes;
}

export interface WorkTreePlan {
  /** A directory that is not there yet. */
  readonly dir: string;
  /** Where the objects are. */
  readonly source: Git;
  /** Files and directories to write out; all others stay in the index only. */
  readonly paths: Iterable<Path>;
  /** Says which commit to check out; may write it to the work tree's own repository. */
  readonly head: (git: Git) => Promise<CommitId>;
  /** Files to put in place of those of the commit, as if a person had changed them. */
  readonly files?: ReadonlyMap<Path, WorkFile | null>;
}

const BRANCH = "edit";

const SPARSE = ["-c", "core.sparseCheckout=true", "-c", "core.sparseCheckoutCone=false"];

/** Makes the work tree and gives the commit that is checked out. A killed one leaves a directory that {@link removeWorkTree} takes away. */
export async function makeWorkTree({ dir, source, paths, head, files }: WorkTreePlan): Promise<CommitId> {
  mkdirSync(dirname(dir), { recursive: true });
  await using git = await initRepository(dir, { branch: BRANCH, objectFormat: source.objectFormat });
  const write = (name: string, text: string | Bytes): void => {
    mkdirSync(dirname(join(git.gitDir, name)), { recursive: true });
    writeFileSync(join(git.gitDir, name), text);
  };
  write("objects/info/alternates", `${join(source.commonDir, "objects")}\n`);
  // Where the source's history ends early, so does ours.
  if (existsSync(join(source.commonDir, "shallow"))) write("shallow", readFileSync(join(source.commonDir, "shallow")));
  // Files are bytes: neither attributes of the source nor the person's settings change their line ends or their text.
  write("info/attributes", "* -text -eol -ident -filter !working-tree-encoding\n");
  write("info/exclude", EDITOR_FILES);
  write("info/sparse-checkout", fromByteString([...paths].map((path) => `/${escaped(path)}\n`).join("")));
  const settings = [
    ["core.autocrlf", "false"],
    ["core.fileMode", "true"],
    ["core.symlinks", "true"],
    ["gc.auto", "0"],
  ];
  write("config", `${readFileSync(join(git.gitDir, "config"), "utf8")}${settings.map(printSetting).join("")}`);
  const commit = await head(git);
  await git.updateRefs([{ ref: `refs/heads/${BRANCH}`, new: commit, old: null }], "longarm: edit");
  // Only this once: the index remembers which files are left out, and with patterns git would refuse to add any other new file.
  await git.run([...SPARSE, "read-tree", "-m", "-u", "HEAD"]);
  for (const [path, file] of files ?? []) placeFile(dir, path, file);
  return commit;
}

function printSetting([key = "", value = ""]: readonly string[]): string {
  const [section, name] = key.split(".");
  return `[${section}]\n\t${name} = ${value}\n`;
}

/** What editors and merges leave behind is no new file of a patch. */
const EDITOR_FILES = "*~\n.*.sw?\n\\#*#\n.#*\n*.orig\n*.rej\n";

/** The path as a pattern that matches nothing else; a line end, which ends a pattern, is matched as any one character. */
function escaped(path: Path): string {
  return path
    .replace(/[\\*?[\]]/g, "\\$&")
    .replace(/[\n\r]/g, "?")
    .replace(/ +$/, (blanks) => blanks.replaceAll(" ", "\\ "));
}

function placeFile(dir: string, path: Path, file: WorkFile | null): void {
  const name = diskName(dir, path);
  rmSync(name, { force: true });
  if (file === null) return;
  mkdirSync(name.subarray(0, name.lastIndexOf(0x2f)), { recursive: true });
  writeFileSync(name, file.bytes, { mode: file.mode === "100755" ? 0o777 : 0o666 });
}

function diskName(dir: string, path: Path): Buffer {
  return Buffer.concat([Buffer.from(`${dir}/`), fromByteString(path)]);
}

/** Larger files are not read back; a source file has a few megabytes at most. */
const MAX_FILE = 256 * 1024 * 1024;

/**
 * The files that may differ from `commit`: changed, new and not ignored, or gone (null). Files that were never written out,
 * and are not there, are not among them. Later commits made in the work tree count as changes like others.
 */
export async function readWorkTree(git: Git, commit: CommitId): Promise<Map<Path, WorkFile | null>> {
  const dir = git.workTree;
  if (dir === null) throw new Error(`repository "${git.gitDir}" has no work tree`);
  // A file that was left out and is there now was written by somebody: with sparse patterns git looks at it.
  const changed = await git.run([
    ...SPARSE,
    "diff-index",
    "-z",
    "--name-only",
    "--no-renames",
    "--ignore-submodules=all",
    commit,
    "--",
  ]);
  const fresh = await git.run(["ls-files", "-z", "--others", "--exclude-standard"]);
  const files = new Map<Path, WorkFile | null>();
  for (const output of [changed, fresh]) {
    for (const path of byteString(output.stdout).split("\0")) {
      // Another repository inside it is listed as a directory.
      if (path !== "" && !path.endsWith("/")) files.set(path, readFile(dir, path));
    }
  }
  return files;
}

function readFile(dir: string, path: Path): WorkFile | null {
  const name = diskName(dir, path);
  const stats = lstatSync(name, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return null;
  if (stats.isSymbolicLink()) return { mode: "120000", bytes: readlinkSync(name, { encoding: "buffer" }) };
  if (!stats.isFile() || stats.size > MAX_FILE) {
    throw new UserError(`cannot take ${quotedPath(path)} back: it is no file of less than ${MAX_FILE} bytes`, {
      hint: `remove it from "${dir}"`,
    });
  }
  return { mode: (stats.mode & 0o100) === 0 ? "100644" : "100755", bytes: readFileSync(name) };
}

/** Takes a work tree away, and a half-made one. */
export function removeWorkTree(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Runs a program in the work tree, on the terminal of this process, and gives its exit code; 128 and the number for a signal.
 * `quiet` sends its output to standard error, where it does not mix with a result. Ctrl-C is for the program, not for us.
 */
export async function runInWorkTree(dir: string, command: readonly string[], quiet: boolean): Promise<number> {
  const [program = "", ...args] = command;
  const foreign = Object.entries(process.env).filter(([name]) => !REPOSITORY.test(name));
  for (const signal of FOR_THE_PROGRAM) process.on(signal, ignore);
  try {
    const child = spawn(program, args, {
      cwd: dir,
      env: { ...Object.fromEntries(foreign), PWD: dir },
      stdio: ["inherit", quiet ? 2 : "inherit", "inherit"],
    });
    const [code] = (await once(child, "exit")) as [number | null];
    return code ?? 128;
  } catch (cause) {
    throw new UserError(`cannot run "${program}": ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  } finally {
    for (const signal of FOR_THE_PROGRAM) process.off(signal, ignore);
  }
}

function ignore(): void {
  // The program decides what Ctrl-C means.
}

const FOR_THE_PROGRAM = ["SIGINT", "SIGQUIT"] as const;

/** Variables that would make git in there work on another repository. */
const REPOSITORY =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX)$/;
