// Runs a script of the source tree as a child process: in a directory of its own, with nothing of the user's environment,
// for a limited time and with limited output. What the script prints is the caller's to understand.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Bytes } from "#model/bytes";
import { concatBytes, noBytes } from "#model/bytes";

export interface ScriptRun {
  /** Absolute path: where it runs, and its home. */
  readonly dir: string;
  /** The interpreter, looked for in PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Variables besides PATH, HOME, TMPDIR and LC_ALL. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds, and bytes of standard output; {@link scriptLimits} otherwise. */
  readonly timeout?: number;
  readonly maxOutput?: number;
}

export type ScriptResult =
  | { readonly kind: "done"; readonly exitCode: number; readonly stdout: Bytes; readonly stderr: Bytes }
  /** A sentence part: `took more than 60 s`. */
  | { readonly kind: "stopped"; readonly why: string }
  /** There is no such interpreter. */
  | { readonly kind: "missing" };

export const scriptLimits = { timeout: 60_000, maxOutput: 8 * 1024 * 1024, stderr: 16 * 1024 } as const;

/** Runs the script to its end. Never throws for what the script does; whatever it started ends with it. */
export async function runScript(run: ScriptRun): Promise<ScriptResult> {
  const { dir, program, args, environment = {}, timeout = scriptLimits.timeout } = run;
  const { maxOutput = scriptLimits.maxOutput } = run;
  const child = spawn(program, [...args], {
    cwd: dir,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: dir, TMPDIR: dir, LC_ALL: "C", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that its children can be ended with it.
    detached: true,
  });
  const stopped: string[] = [];
  const stop = (why: string): void => {
    stopped.push(why);
    endGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const stdout = collect(child.stdout, maxOutput, () => stop(`printed more than ${maxOutput} bytes`));
  const stderr = collect(child.stderr, scriptLimits.stderr, () => undefined);
  const timer = setTimeout(() => stop(`took more than ${timeout / 1000} s`), timeout);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    const [why] = stopped;
    if (why !== undefined) return { kind: "stopped", why };
    return { kind: "done", exitCode: code ?? 137, stdout: concatBytes(stdout), stderr: concatBytes(stderr) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { kind: "missing" };
    throw error;
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
  }
}

function collect(stream: NodeJS.ReadableStream, limit: number, over: () => void): Bytes[] {
  const pieces: Bytes[] = [];
  let size = 0;
  stream.on("data", (piece: Buffer) => {
    if (size >= limit) return;
    pieces.push(size + piece.length > limit ? noBytes : piece);
    size += piece.length;
    if (size > limit) over();
  });
  return pieces;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
