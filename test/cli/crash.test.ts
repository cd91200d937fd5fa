// Kills a running command at many points and looks at what the next one finds: the tree of before or the tree of after,
// nothing between. Points are the n-th change of a watched directory (close to the steps that matter) and random delays.
import type { ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Bench } from "./child.ts";
import { ended, makeBench } from "./child.ts";
import { differences, runInside, stateOf } from "./transcript.ts";

/** Change it by hand to look at other delays; a failure prints it. */
const seed = Number(process.env["CRASH_SEED"] ?? 20261122);
/** Kills of each command: half at changes, half after a delay. */
const KILLS = 8;
/** Changes of the watched directories that one command makes, about. */
const CHANGES = 30;
/** What may be in .longarm when nothing is under way. */
const KNOWN = /^(?:lock|lock-holder|lock-journal|outbox|built\.json(?:\.new)?)$/;
/** A killed git leaves at most one lock a branch. */
const MAX_LOCKS = 10;
/** Where git has the commit that the tree is at. */
const HEAD = ".git/refs/heads/main";
/** The clock of the killed commands, and of those that come after them. */
const NOW = new Date(1770800400 * 1000);

const commands: readonly (readonly string[])[] = [
  ["add", "../other.eml"],
  ["drop", "words-be-polite", "docs-say-whom-it-greets", "--reason", "obsolete"],
  ["undo"],
  ["build"],
  ["sync"],
];

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
  bench.sh(`
    mkdir start; mv source start/
    longarm init start/tree --source start/source --base main --preset mm --maintainer 'Max Maintainer <max@example.org>'
    longarm add -C start/tree "$FIXTURES/greet-v1.mbox"
    longarm add -C start/tree "$FIXTURES/docs.eml"
    git init -q --bare -b main start/hub.git
    git -C start/tree remote add origin ../hub.git
    git -C start/tree push -q origin HEAD~1:refs/heads/main
    git clone -q start/hub.git start/second
    longarm add -C start/second "$FIXTURES/make.patch"
    git -C start/second push -q origin main
    rm -r start/second
    sed 's/^Subject: .*/Subject: [PATCH] docs: other/; s/docs-1@/docs-2@/' "$FIXTURES/docs.eml" > start/other.eml
  `);
});
afterAll(() => bench[Symbol.dispose]());

describe.concurrent.each(commands.map((args) => ({ name: args[0] ?? "", args })))("$name killed", ({ name, args }) => {
  test(`leaves the tree of before or of after (CRASH_SEED=${seed})`, async ({ expect }) => {
    const random = generator(seed + args.join(" ").length);
    const start = join(bench.dir, "start");
    const [before, whole] = [stateOfTree(start), join(bench.dir, name)];
    cpSync(start, whole, { recursive: true });
    const started = performance.now();
    expect(await ended(startIn(whole, args))).toMatchObject({ status: 0 });
    const duration = performance.now() - started;
    const after = stateOfTree(whole);
    const wrong: string[] = [];
    let hits = 0;
    // On a busy machine many kills come too late; then more are tried.
    for (let kill = 0; kill < KILLS || (hits < 2 && kill < 8 * KILLS); kill++) {
      const dir = join(bench.dir, `${name}-${kill}`);
      cpSync(start, dir, { recursive: true });
      const atChange = kill % 2 === 0;
      const group = random() < 0.5;
      const point = Math.floor(atChange ? 1 + random() * CHANGES : (0.2 + 0.8 * random()) * duration);
      const child = startIn(dir, args);
      const end = ended(child);
      if (atChange) killAtChange(child, dir, point, group);
      else setTimeout(() => killNow(child, group), point);
      if ((await end).status === null) hits++;
      const what = `kill ${kill}, ${group ? "of the whole group" : "of longarm only"}, at ${atChange ? "change" : "millisecond"} ${point}`;
      wrong.push(...(await problemsAfter(dir, args, before, after)).map((problem) => `${what}: ${problem}`));
    }
    expect(wrong).toEqual([]);
    // Kills that all come too late would prove nothing.
    expect(hits).toBeGreaterThan(1);
  });
});

type State = ReadonlyMap<string, string>;

/** What is not as it must be after a kill: looks with `list`, then gives the same command again. */
async function problemsAfter(dir: string, args: readonly string[], before: State, after: State): Promise<string[]> {
  const wrong: string[] = [];
  const tree = join(dir, "tree");
  const next = await runUnlocked(["list"], tree);
  if (next.status !== 0) wrong.push(`the next command ends with ${next.status}: ${next.stderr}`);
  if (!/^(?:longarm: [^\n]*interrupted[^\n]*\n)?$/.test(next.stderr))
    wrong.push(`the next command says ${next.stderr}`);
  const found = stateOfTree(dir);
  const [toBefore, toAfter] = [differences(before, found), differences(after, found)];
  if (toBefore.length > 0 && toAfter.length > 0)
    wrong.push(`neither before (${toBefore.join(", ")}) nor after (${toAfter.join(", ")})`);
  const status = git(dir, "status", "--porcelain");
  if (status !== "") wrong.push(`git status: ${status}`);
  const left = readdirSync(join(tree, ".longarm")).filter((file) => !KNOWN.test(file));
  if (left.length > 0) wrong.push(`left in .longarm: ${left.join(", ")}`);
  const second = next.stderr === "" ? next : await runInside(["list"], tree, NOW);
  if (second.stderr !== "") wrong.push(`the command after the next says ${second.stderr}`);
  // What did not happen can be done now. A build is the same however often it is done.
  if (toBefore.length > 0 && args[0] !== "build") return wrong;
  const again = await runUnlocked(args, tree);
  if (again.status !== 0) wrong.push(`the same command again ends with ${again.status}: ${again.stderr}`);
  const missed = differences(after, stateOfTree(dir));
  if (missed.length > 0) wrong.push(`the same command again gives another ${missed.join(", ")}`);
  return wrong;
}

/**
 * Runs it as the person does who reads what it says: a git that was killed, too, leaves its own lock, and whether another
 * git holds that lock only a person can know, so Longarm names the file and the person removes it.
 */
async function runUnlocked(args: readonly string[], tree: string): ReturnType<typeof runInside> {
  let ran = await runInside(args, tree, NOW);
  for (let locks = 0; locks < MAX_LOCKS; locks++) {
    const [, lock] = /"([^"]+\.lock)"\n {2}.*remove that file/.exec(ran.stderr) ?? [];
    if (ran.status === 0 || lock === undefined) break;
    rmSync(lock);
    ran = await runInside(args, tree, NOW);
  }
  return ran;
}

function startIn(dir: string, [command = "", ...rest]: readonly string[]): ChildProcess {
  return bench.start(command, "-C", join(dir, "tree"), ...rest);
}

/**
 * Series, patches, ledger, outbox and whatever else is in the tree, and the commit its branch is at; git's other files are left out,
 * and the memory of the last build, which may be older than the branches.
 */
function stateOfTree(dir: string): State {
  return new Map([...stateOf(join(dir, "tree"))].filter(([file]) => isKept(file) || file === HEAD));
}

function isKept(file: string): boolean {
  return !file.startsWith(".git/") && !file.startsWith(".longarm/built.json");
}

function git(dir: string, ...args: string[]): string {
  return execFileSync("git", ["-C", join(dir, "tree"), ...args], { env: bench.environment, encoding: "utf8" });
}

function killNow(child: ChildProcess, group: boolean): void {
  if (child.exitCode !== null || child.pid === undefined) return;
  try {
    if (group) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch (error) {
    // It ended in this moment.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function killAtChange(child: ChildProcess, dir: string, count: number, group: boolean): void {
  const places = [
    "tree",
    "tree/patches",
    "tree/ledger",
    "tree/.longarm",
    "tree/.longarm/outbox",
    "tree/.git",
    "tree/.git/refs/heads",
  ];
  let changes = 0;
  const watchers = [...places, "source/.git/refs/heads"]
    .map((place) => join(dir, place))
    .filter((place) => existsSync(place))
    .map((place) =>
      watch(place, () => {
        changes++;
        if (changes === count) killNow(child, group);
      }),
    );
  child.once("exit", () => {
    for (const watcher of watchers) watcher.close();
  });
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
