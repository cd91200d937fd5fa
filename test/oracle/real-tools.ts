// What the oracle tests share: seeded random numbers, a folder per case, and real tools run in all of those folders.
// Not a mock of anything; a tool that is missing fails the run.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** `SEED=7 CASES=20000 npm run test:oracle` runs other and more cases than the gate does. */
export const seed = Number(process.env["SEED"] ?? 1);

/** How many random cases to run, `CASES` or what the gate can afford. */
export function caseCount(usual: number): number {
  return Number(process.env["CASES"] ?? usual);
}

/** Random numbers of one case: the same for the same `SEED` and case number, whatever other cases do. */
export class Random {
  #state: number;

  constructor(caseNumber: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(caseNumber + 1, 0x85ebca6b)) >>> 0;
  }

  /** A number from 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.below(from.length)];
    if (one === undefined) throw new Error("pick from an empty list");
    return one;
  }
}

/** A folder that goes when the test file is done; `KEEP=1` leaves it to be looked at. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "longarm-oracle-"));
  if (process.env["KEEP"] === undefined) afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);
  return folder;
}

/** A new folder for a case. */
export function caseFolder(scratch: string, index: number): string {
  const folder = join(scratch, `c${index}`);
  mkdirSync(folder);
  return folder;
}

/** Runs a shell script in every folder, on all processors. The script must end with status 0 and keep others' in files. */
export function runInAll(folders: readonly string[], script: string, foldersAShell = 64): void {
  const loop = `for folder in "$@"; do cd "$folder" || exit 1; { ${script}\n} || exit 1; done`;
  execFileSync(
    "xargs",
    ["-0", "-r", "-P", String(availableParallelism()), "-n", String(foldersAShell), "sh", "-c", loop, "sh"],
    { input: folders.join("\0"), stdio: ["pipe", "ignore", "inherit"] },
  );
}

/** A file of a case as a byte string; empty when there is none. */
export function readBytes(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "latin1") : "";
}

/** A file of ../shared; it is needed, so a checkout without it fails instead of passing by. */
export function sharedData(name: string): string {
  const path = join(import.meta.dirname, "../../../shared/data", name);
  if (!existsSync(path)) throw new Error(`find data of the oracle tests: no file "${path}"`);
  return path;
}
