// Kills an edit at many moments: the tree is as before or as after, and a work tree that was left is found by --continue or
// --abort, or swept away by the next edit.
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bench } from "./child.ts";
import { makeBench } from "./child.ts";
import { differences, stateOf } from "./transcript.ts";

/** Change it by hand to look at other moments; a failure prints the moment. */
const seed = Number(process.env["CRASH_SEED"] ?? 20261122);
const KILLS = 8;
const EDIT = ["words-be-polite", "--", "sed", "-i", "s/good day/good evening/", "lib/words.c"];

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
  bench.sh(`
    mkdir start; mv source start/
    longarm init start/tree --source start/source --base main --maintainer 'Max Maintainer <max@example.org>'
    longarm add -C start/tree "$FIXTURES/greet-v1.mbox"
  `);
});
afterAll(() => bench[Symbol.dispose]());

test(`a killed edit leaves the tree of before or of after (CRASH_SEED=${seed})`, async () => {
  const random = generator(seed);
  const before = stateOfTree("start");
  copy("whole");
  const started = performance.now();
  expect(await bench.longarm("edit", "-C", "whole/tree", ...EDIT)).toMatchObject({ status: 0 });
  const duration = performance.now() - started;
  const after = stateOfTree("whole");
  const wrong: string[] = [];
  let hits = 0;
  for (let kill = 0; kill < KILLS || (hits < 3 && kill < 6 * KILLS); kill++) {
    const name = `kill-${kill}`;
    copy(name);
    const point = Math.floor((0.2 + 0.8 * random()) * duration);
    const child = bench.start("edit", "-C", `${name}/tree`, ...EDIT);
    setTimeout(() => child.kill("SIGKILL"), point);
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    if (signal !== null) hits += 1;
    wrong.push(...(await problemsAfter(name, before, after)).map((problem) => `killed at ${point} ms: ${problem}`));
  }
  expect(wrong).toEqual([]);
  // Kills that all come too late would prove nothing.
  expect(hits).toBeGreaterThan(2);
}, 120_000);

async function problemsAfter(name: string, before: State, after: State): Promise<string[]> {
  const wrong: string[] = [];
  const tree = `${name}/tree`;
  await bench.longarm("list", "-C", tree);
  const found = stateOfTree(name);
  const isDone = differences(after, found).length === 0;
  if (!isDone && differences(before, found).length > 0) wrong.push("neither before nor after");
  const waits = existsSync(join(bench.dir, tree, ".longarm/work.json"));
  if (waits) {
    const ended = await bench.longarm("edit", "-C", tree, isDone ? "--continue" : "--abort");
    if (ended.status !== 0 || !/stays as it is/.test(ended.stdout))
      wrong.push(`the work that waits: ${ended.stdout}${ended.stderr}`);
  }
  if (isDone) return wrong;
  const again = await bench.longarm("edit", "-C", tree, ...EDIT);
  if (again.status !== 0) wrong.push(`the same command again: ${again.stderr}`);
  const missed = differences(after, stateOfTree(name)).filter((file) => !file.startsWith("ledger/"));
  if (missed.length > 0) wrong.push(`the same command again gives another ${missed.join(", ")}`);
  const left = readdirSync(join(bench.dir, tree, ".longarm/work"));
  if (left.length > 0) wrong.push(`left in .longarm/work: ${left.join(", ")}`);
  return wrong;
}

type State = ReadonlyMap<string, string>;

/** Series, patches and how many lines the ledger has; its times differ from run to run. */
function stateOfTree(name: string): State {
  const dir = join(bench.dir, name, "tree");
  const kept = [...stateOf(dir)].filter(([file]) => /^(?:series|patches\/|longarm\.toml)/.test(file));
  const ledger = readdirSync(join(dir, "ledger")).map((file) => {
    const lines = readFileSync(join(dir, "ledger", file), "utf8").split("\n").length;
    return [`ledger/${file}`, String(lines)] as const;
  });
  return new Map([...kept, ...ledger]);
}

function copy(name: string): void {
  cpSync(join(bench.dir, "start"), join(bench.dir, name), { recursive: true });
}

/** Numbers between 0 and 1 that come again with the seed. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
