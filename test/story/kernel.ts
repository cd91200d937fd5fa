// Prepares once for all stories what is too large for the repository: a kernel, Debian's patches for it, a long queue.
// Runs before hermetic.ts, because the cache lies in the user's home; not a place for anything a story changes.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** What tools/debian-kernel prints, by name. */
    kernel: Readonly<Record<string, string>>;
    /** What tools/bench-queue prints for a queue of `queueLength` patches, by name. */
    queue: Readonly<Record<string, string>>;
    /** The directory of mails and recorded notices. */
    data: string;
  }
}

const root = join(import.meta.dirname, "../..");
const queueLength = 300;

/** Runs once before all stories (vitest `globalSetup`); `inject` gives a story what is provided here. */
export default function setup(project: TestProject): void {
  const data = join(resolve(root, process.env["LONGARM_SHARED"] ?? "../shared"), "data");
  if (!existsSync(data)) throw new Error(`find the mails: no directory "${data}", set LONGARM_SHARED`);
  const environment = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, {
      cwd: root,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
  // Stories run bin/longarm, which is the bundle: it must be that of these sources.
  run("sh", "tools/set-up");
  project.provide("kernel", parseValues(run("tools/debian-kernel")));
  project.provide("queue", parseValues(run("tools/bench-queue", `${queueLength}`)));
  project.provide("data", data);
}

function parseValues(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map((found) => [found[1] ?? "", found[2] ?? ""]));
}
