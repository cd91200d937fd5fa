// The command line as a process of its own, for what cannot be seen from inside: signals, limits, a second command.
// It runs a bundle made for the test, because a stale dist/ would test yesterday's code and the sources start slowly.
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
const fixtures = join(import.meta.dirname, "fixtures");

/** A directory with a bundled longarm, the source repository of the fixtures, and whatever a test puts there. */
export interface Bench extends Disposable {
  readonly dir: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly fixtures: string;
  /** Starts longarm in `dir` as the leader of its own process group. */
  start(...args: string[]): ChildProcess;
  /** Runs longarm in `dir` to its end. */
  longarm(...args: string[]): Promise<Ended>;
  /** Runs a sh command in `dir`; `longarm` is a command in it. Throws when it fails. */
  sh(command: string): string;
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes the bench; removed by `using`. `entry` is the program, from the top of the repository. */
export async function makeBench(entry = "src/main.ts"): Promise<Bench> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-bench-")));
  const installed = join(dir, "installed");
  // The bundle is compiled once, not in each of many processes. Not in `dir`, in which tests look for changes.
  const compiled = mkdtempSync(join(tmpdir(), "longarm-compiled-"));
  mkdirSync(join(installed, "dist"), { recursive: true });
  for (const name of ["presets", "package.json"]) cpSync(join(root, name), join(installed, name), { recursive: true });
  const bundle = join(installed, "dist", "longarm.js");
  await build({
    entryPoints: [join(root, entry)],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
    banner: {
      js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);',
    },
  });
  const environment = {
    ...process.env,
    FIXTURES: fixtures,
    NODE: process.execPath,
    BUNDLE: bundle,
    NODE_COMPILE_CACHE: compiled,
    SOURCE_DATE_EPOCH: "1770800400",
    GIT_AUTHOR_DATE: "2026-01-05T09:00:00+0100",
    GIT_COMMITTER_DATE: "2026-01-05T09:00:00+0100",
  };
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [bundle, ...args], {
      cwd: dir,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const sh = (command: string): string =>
    execFileSync("sh", ["-ec", `longarm() { "$NODE" "$BUNDLE" "$@"; }\n${command}`], {
      cwd: dir,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  sh('. "$FIXTURES/source.sh"');
  return {
    dir,
    environment,
    fixtures,
    start,
    longarm: (...args) => ended(start(...args)),
    sh,
    [Symbol.dispose]: () => {
      for (const made of [dir, compiled]) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** Waits for the process and everything that holds its output; gives what it said. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  await once(child, "close");
  return { status: child.exitCode, ...said };
}

/** A bench with a tree of the preset `mm` in `tree`, in which one patch is queued. */
export async function makeBenchWithTree(): Promise<Bench> {
  const bench = await makeBench();
  bench.sh(`
    longarm init tree --source source --base main --preset mm --maintainer 'Max Maintainer <max@example.org>'
    longarm add -C tree "$FIXTURES/docs.eml"
  `);
  return bench;
}
