// Starts longarm and kills it after a while, as the kernel does when memory or patience runs out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";
import { longarmProgram } from "./stage.ts";

/** Longest wait for orphans to end, in milliseconds. */
const orphanTimeout = 20_000;

/** When to kill: `delay` milliseconds after the start, or after `sign` was first true. */
export interface Moment {
  readonly delay: number;
  readonly sign: (() => boolean) | null;
}

/**
 * Runs longarm and sends it SIGKILL at the moment, with its git processes (`wholeGroup`) or alone.
 * Returns when none of them runs any more; orphans end by themselves, because their pipes have closed.
 */
export async function runAndKill(
  stage: Stage,
  args: readonly string[],
  { delay, sign }: Moment,
  wholeGroup: boolean,
): Promise<void> {
  const child = spawn(longarmProgram, args, { cwd: stage.dir, env: stage.env, stdio: "ignore", detached: true });
  const ended = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Error(`start ${longarmProgram}: no process`);
  // Asked again and again without a pause, because the sign is gone within milliseconds.
  const awaited = sign ?? ((): boolean => true);
  while (child.exitCode === null && !awaited()) await nextTurn();
  await Promise.race([ended, sleep(delay)]);
  if (child.exitCode === null) process.kill(wholeGroup ? -pid : pid, "SIGKILL");
  await ended;
  for (const deadline = performance.now() + orphanTimeout; isRunning(-pid); await sleep(2)) {
    if (performance.now() > deadline) throw new Error(`process group ${pid} still runs after ${orphanTimeout} ms`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
