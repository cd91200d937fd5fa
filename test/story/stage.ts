// A directory for one story, and the programs that play on it: the real bin/longarm, git, quilt and patch, all of them
// hermetic. Not a fixture: what a story needs it puts there itself.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
export const longarmProgram = join(root, "bin/longarm");

/** What a program did. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Directory to run in, relative to the stage. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

export interface Stage extends Disposable {
  readonly dir: string;
  /** The whole environment of every program. */
  readonly env: Readonly<Record<string, string>>;
  path(...parts: readonly string[]): string;
  /** Runs a program to its end, whatever its exit code. Text is Latin-1, so that it is bytes. */
  run(program: string, args: readonly string[], options?: RunOptions): Ran;
  /** Runs git and returns its output without the last line end; throws when it fails. */
  git(args: readonly string[], options?: RunOptions): string;
  longarm(args: readonly string[], options?: RunOptions): Ran;
  /** Makes a throwaway bare clone that borrows the objects, so that no build leaves a branch in the cache. */
  clone(repository: string, name: string): string;
}

/** Seconds since 1970 that every command takes for now. */
const clock = 1_800_000_000;

/** Makes an empty stage; bind it with `using`, or keep it and dispose of it after the tests. */
export function makeStage(name: string): Stage {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), `longarm-story-${name}-`)));
  mkdirSync(join(dir, "home"));
  const env = {
    PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
    HOME: join(dir, "home"),
    TMPDIR: tmpdir(),
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_COMMITTER_NAME: "Story Teller",
    GIT_COMMITTER_EMAIL: "story@example.org",
    SOURCE_DATE_EPOCH: `${clock}`,
  };
  const run: Stage["run"] = (program, args, options = {}) => {
    const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
      cwd: join(dir, options.cwd ?? ""),
      env: { ...env, ...options.env },
      input: options.input ?? "",
      maxBuffer: 1 << 30,
      encoding: "latin1",
    });
    if (error) throw error;
    if (status === null) throw new Error(`run ${program} ${args.join(" ")}: it died of ${signal ?? "something"}`);
    return { exitCode: status, stdout, stderr };
  };
  const git: Stage["git"] = (args, options) => {
    const { exitCode, stdout, stderr } = run("git", args, options);
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: exit code ${exitCode}: ${stderr}`);
    return stdout.replace(/\n$/, "");
  };
  return {
    dir,
    env,
    path: (...parts) => join(dir, ...parts),
    run,
    git,
    longarm: (args, options) => run(longarmProgram, args, options),
    clone(repository, to) {
      git(["clone", "--quiet", "--bare", "--shared", repository, to]);
      git(["--git-dir", to, "config", "gc.auto", "0"]);
      return join(dir, to);
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Runs `longarm --json` and gives its value, which the caller knows the type of, with the exit code. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function longarmJson<Value>(
  stage: Stage,
  args: readonly string[],
): { readonly exitCode: number; readonly value: Value } {
  const { exitCode, stdout, stderr } = stage.longarm([...args, "--json"]);
  if (stdout === "") throw new Error(`longarm ${args.join(" ")} printed no JSON: ${stderr}`);
  return { exitCode, value: JSON.parse(Buffer.from(stdout, "latin1").toString("utf8")) as Value };
}
