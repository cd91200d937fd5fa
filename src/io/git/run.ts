// Starts git processes in a clean environment, and runs one to its end.
// The long-lived ones are in object-reader.ts and write-commits.ts.
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes, textOf, UserError } from "#model/bytes";

/** Where git runs: a repository found by `openGit`, or a directory before there is one. */
export interface Place {
  readonly cwd: string;
  readonly gitDir: string | null;
  readonly workTree: string | null;
}

/** What one run of git may take and give. */
export interface RunOptions {
  /** Bytes for its standard input; without them it reads end of file. */
  readonly input?: Bytes;
  /** Milliseconds until it is killed; {@link runLimits} otherwise. */
  readonly timeout?: number;
  /** Most bytes of standard output that are kept; more is an error. */
  readonly maxOutput?: number;
  /** Exit codes that are an answer and not a failure; only 0 otherwise. */
  readonly exitCodes?: readonly number[];
  /** Directory above which git does not look for a repository. */
  readonly ceiling?: string;
}

/** What one run of git gave. Standard error is for a person: capped, decoded as UTF-8. */
export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Bytes;
  readonly stderr: string;
}

/** Limits of one run that gives none itself: milliseconds and bytes; `grace` is from the request to end to the kill. */
export const runLimits = { timeout: 120_000, maxOutput: 256 * 1024 * 1024, stderr: 16 * 1024, grace: 2_000 } as const;

/**
 * Runs git to its end and gives what it printed.
 * Throws when it takes too long, prints too much or ends with a code that is not in `exitCodes`: a UserError for what a
 * person can mend (no space, no permission), else an Error with git's own words.
 */
export async function runGitIn(place: Place, args: readonly string[], options: RunOptions = {}): Promise<GitOutput> {
  const { input, timeout = runLimits.timeout, maxOutput = runLimits.maxOutput, exitCodes = [0], ceiling } = options;
  const child = startGit(place, args, {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    extra: ceiling === undefined ? {} : { GIT_CEILING_DIRECTORIES: ceiling },
  });
  const stderr = collectStderr(child);
  const pieces: Bytes[] = [];
  let size = 0;
  const stopped: string[] = [];
  let insist: NodeJS.Timeout | undefined;
  const stop = (why: string): void => {
    stopped.push(why);
    // Asked to end, git removes its lock files and ends its own children; what it started may still hold the pipes.
    child.kill("SIGTERM");
    child.stdout?.destroy();
    child.stderr?.destroy();
    insist ??= setTimeout(() => child.kill("SIGKILL"), runLimits.grace);
  };
  child.stdout?.on("data", (piece: Buffer) => {
    size += piece.length;
    if (size > maxOutput) stop(`printed more than ${maxOutput} bytes`);
    else pieces.push(piece);
  });
  const timer = setTimeout(() => stop(`took more than ${timeout} ms`), timeout);
  // A git that ends without reading all of its input closes the pipe; its exit code tells more than EPIPE.
  child.stdin?.on("error", () => undefined);
  if (input !== undefined) child.stdin?.end(input);
  try {
    const exitCode = await ended(child);
    if (stopped[0] !== undefined) throw new UserError(`git ${shown(args)} ${stopped[0]} and was stopped`);
    if (!exitCodes.includes(exitCode)) throw gitFailure(args, exitCode, stderr());
    return { exitCode, stdout: concatBytes(pieces), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    clearTimeout(insist);
  }
}

/** Starts git with the environment and settings that every git process of Longarm gets. `extra` adds variables. */
export function startGit(
  place: Place,
  args: readonly string[],
  options: { readonly stdio: StdioOptions; readonly extra?: Readonly<Record<string, string>> },
): ChildProcess {
  const where = [
    ...(place.gitDir === null ? [] : [`--git-dir=${place.gitDir}`]),
    ...(place.workTree === null ? [] : [`--work-tree=${place.workTree}`]),
  ];
  return spawn("git", [...where, ...SETTINGS, ...args], {
    cwd: place.cwd,
    env: { ...cleanEnvironment(), ...options.extra },
    stdio: options.stdio,
    windowsHide: true,
  });
}

// No hook, file watcher or housekeeping of the user runs behind our back, and replaced objects do not change what we read.
const SETTINGS = [
  "--no-replace-objects",
  ...[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.quotePath=true",
  ].flatMap((setting) => ["-c", setting]),
];

// Who the user is and where his configuration lies may come from outside; which repository git works on may not.
const KEPT = /^GIT_(?:CONFIG_(?:NOSYSTEM|GLOBAL|SYSTEM)|(?:AUTHOR|COMMITTER)_.*|SSH.*|ASKPASS|EXEC_PATH)$/;

function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_") || KEPT.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
}

/** The exit code once the process is gone and its pipes are read; 128 + 9 stands for any signal. Throws when git cannot be started. */
export async function ended(child: ChildProcess): Promise<number> {
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code ?? 137;
  } catch (cause) {
    throw cannotStart(cause);
  }
}

/** What to tell when the process itself could not be started. */
export function cannotStart(cause: unknown): UserError {
  return new UserError(`cannot start git: "${cause instanceof Error ? cause.message : String(cause)}"`, {
    hint: "install git 2.34 or later and put it in PATH",
    cause,
  });
}

/** Collects what a process says on standard error, at most {@link runLimits} bytes; call the result to have it as text. */
export function collectStderr(child: ChildProcess): () => string {
  const pieces: Bytes[] = [];
  let size = 0;
  child.stderr?.on("data", (piece: Buffer) => {
    if (size < runLimits.stderr) pieces.push(piece.subarray(0, runLimits.stderr - size));
    size += piece.length;
  });
  return () => textOf(concatBytes(pieces)).trim();
}

/** The error for a git that failed: a UserError when its words name something a person can mend. */
export function gitFailure(args: readonly string[], exitCode: number, stderr: string): Error {
  const said = /^(?:fatal|error): .*$/m.exec(stderr)?.[0] ?? stderr.split("\n", 1)[0] ?? "";
  const mendable = HINTS.find(([pattern]) => pattern.test(stderr));
  if (mendable) return new UserError(`git ${shown(args)} failed: "${said}"`, { hint: mendable[1] });
  return new Error(`git ${shown(args)} failed with exit code ${exitCode}: "${stderr || "it said nothing"}"`);
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|Out of disk ?space|Disk quota exceeded|File too large/,
    "make room on the disk and run the command again",
  ],
  [/Permission denied|Read-only file system/, "make the repository writable for you"],
  [/dubious ownership/, "git refuses a repository of another user: see safe.directory in `git help config`"],
  [
    /object file .* is empty|is corrupt|missing blob|missing tree|bad object|Not a valid object|unable to read/,
    "run `git fsck` in the repository",
  ],
];

function shown(args: readonly string[]): string {
  return args.slice(0, 3).join(" ");
}

/** Git's text output as a byte string, for parsers of lists that hold file names. */
export function outputText(output: GitOutput): string {
  return byteString(output.stdout);
}
