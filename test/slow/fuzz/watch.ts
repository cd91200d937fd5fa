// Starts a process that fuzzes one target and watches it from outside: it may hang, crash or run out of memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Said } from "./loop.ts";

/** The heap that a parser may use for inputs of 64 KiB; loop.ts limits what else the process takes. */
const MAX_HEAP_MEGABYTES = 512;
/** It says something every second; after this many of silence it hangs. */
const MAX_SILENT_SECONDS = 30;

/** What came of it: the last words of the process and, where something is wrong, a sentence that tells how to see it again. */
export interface Watched {
  readonly last: Said | null;
  readonly failure: string | null;
}

/** Fuzzes a target for a time. An input that fails stays in a file, which the failure names. */
export async function watchFuzz(
  target: string,
  seed: number,
  seconds: number,
  options: readonly string[] = [],
): Promise<Watched> {
  const loop = join(import.meta.dirname, "loop.ts");
  const save = join(mkdtempSync(join(tmpdir(), "longarm-fuzz-")), target);
  const limits = ["--expose-gc", `--max-old-space-size=${MAX_HEAP_MEGABYTES}`];
  const args = [
    ...limits,
    loop,
    target,
    "--seed",
    String(seed),
    "--seconds",
    String(seconds),
    "--save",
    save,
    ...options,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, errors, silent] = ["", "", false];
  const expire = (): NodeJS.Timeout =>
    setTimeout(() => {
      silent = true;
      child.kill("SIGKILL");
    }, MAX_SILENT_SECONDS * 1000);
  let timer = expire();
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    clearTimeout(timer);
    timer = expire();
    out += text;
  });
  await once(child, "close");
  clearTimeout(timer);
  const line = out.trim().split("\n").at(-1) ?? "";
  const last = line === "" ? null : (JSON.parse(line) as Said);
  const wrong = silent
    ? `hangs: nothing for ${MAX_SILENT_SECONDS} seconds`
    : child.exitCode !== 0
      ? `ended with ${child.signalCode ?? child.exitCode}: ${errors.slice(-1000)}`
      : (last?.failure ?? null);
  return { last, failure: wrong && `${target}, seed ${seed}: ${wrong}\nagain: node ${loop} ${target} ${save}` };
}
