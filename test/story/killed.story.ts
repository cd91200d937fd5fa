// Story: a long queue on the kernel whose commands are killed with SIGKILL again and again, at moments drawn from a seed.
// After each the tree must be as before or as after, and the next command must work; nothing in between is ever seen.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Moment } from "./kill.ts";
import { runAndKill } from "./kill.ts";
import { makeStage } from "./stage.ts";

/** Another seed gives other moments: STORY_SEED=7 npm run test:story. */
const seed = Number(process.env["STORY_SEED"] ?? "1");
const kills = 45;
/** A command that was killed this often in a row is let through, so that the story moves on. */
const patience = 4;

const stage = makeStage("killed");
afterAll(() => stage[Symbol.dispose]());
const random = numbersFrom(seed);
const queue = inject("queue");
const extra = "zz-extra.patch";

/** The commands of the story, over and over; each undoes or uses what the one before it did. */
const commands: readonly (readonly string[])[] = [
  ["add", stage.path(extra)],
  ["build"],
  ["drop", extra, "--reason", "obsolete"],
  ["build"],
];

beforeAll(() => {
  const source = stage.clone(inject("kernel")["repository"] ?? "", "real/source.git");
  const made = stage.longarm([
    "init",
    stage.path("real/tree"),
    "--source",
    source,
    "--base",
    queue["base"] ?? "",
    "--preset",
    "mm",
    "--maintainer",
    "Story Teller <story@example.org>",
    "--import-quilt",
    queue["patches"] ?? "",
  ]);
  if (made.exitCode !== 0) throw new Error(`make the tree: ${made.stderr}`);
  const built = longarm("real", ["build"]);
  if (built.exitCode !== 0) throw new Error(`build the tree: ${built.stderr}`);
  writeFileSync(
    stage.path(extra),
    "From: Ex Tra <extra@example.org>\nSubject: one more file\n\n--- /dev/null\n+++ b/mm/extra.txt\n@@ -0,0 +1 @@\n+extra\n",
  );
});

const longarm = (side: "real" | "reference", args: readonly string[]): ReturnType<typeof stage.longarm> =>
  stage.longarm([...args.slice(0, 1), "-C", stage.path(side, "tree"), ...args.slice(1)]);

test(`${kills} commands killed at random moments (seed ${seed}) leave the tree as before or as after`, async () => {
  const seen = { before: 0, after: 0, mended: 0, finished: 0 };
  let step = 0;
  let tried = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const command = commands[step % commands.length] ?? [];
    const before = stateOf("real");
    const { after, duration } = rehearse(command);
    expect(after.head).not.toBe(before.head);
    const moment = momentOf(kill, duration);
    const wholeGroup = random() < 0.5;
    const what = `kill ${kill}, seed ${seed}: longarm ${command.join(" ")} ${moment.delay.toFixed(1)} ms after ${moment.name}, ${wholeGroup ? "with" : "without"} its children`;
    await runAndKill(
      stage,
      [...command.slice(0, 1), "-C", stage.path("real/tree"), ...command.slice(1)],
      moment,
      wholeGroup,
    );

    const interrupted = journalThere();
    const buildInterrupted = existsSync(stage.path("real/tree/.longarm/build.json"));
    const listed = longarm("real", ["list"]);
    const told =
      /^longarm: (?:(?:operation [0-9a-f]{12} \(.*\)|a build) was interrupted (?:before|after|while) |an interrupted operation had not begun )/m;
    const locks = gitLocks();
    const now = stateOf("real");
    const done = now.head === after.head;
    // The whole finding in one comparison, so that a failure tells all of it.
    expect({
      what,
      listed: listed.exitCode,
      told: told.test(listed.stderr),
      leftovers: leftovers(),
      locks,
      state: now,
    }).toEqual({
      what,
      listed: 0,
      told: interrupted || buildInterrupted || listed.stderr !== "",
      leftovers: [],
      locks: [],
      state: done ? after : before,
    });
    if (interrupted) seen.mended += 1;
    if (buildInterrupted) seen.finished += 1;
    seen[done ? "after" : "before"] += 1;
    tried = done ? 0 : tried + 1;
    if (!done && tried < patience) continue;
    const { exitCode, stderr } = done ? { exitCode: 0, stderr: "" } : longarm("real", command);
    expect([what, exitCode, stderr]).toEqual([what, 0, expect.any(String)]);
    step += 1;
    tried = 0;
  }
  process.stdout.write(`killed ${kills} times (seed ${seed}): ${JSON.stringify(seen)}\n`);
  // Otherwise the moments were badly chosen and the story told nothing.
  expect(Math.min(seen.before, seen.after)).toBeGreaterThan(kills / 10);
});

test("a build killed between its branches and its ledger entry is finished by the next command", async () => {
  const build = ["build", "-C", stage.path("real/tree")];
  if (longarm("real", ["list"]).stdout.includes(extra)) longarm("real", ["drop", extra, "--reason", "obsolete"]);
  let finished = false;
  for (let tried = 0; tried < 10 && !finished; tried += 1) {
    expect(longarm("real", ["build"])).toMatchObject({ exitCode: 0 });
    expect(longarm("real", ["add", stage.path(extra)])).toMatchObject({ exitCode: 0 });
    const before = stateOf("real");
    await runAndKill(stage, build, { delay: 0, sign: branchesMoved() }, false);
    finished = stateOf("real").head === before.head;
    const told = longarm("real", ["list"]).stderr;
    const sentence = "longarm: a build was interrupted while its branches moved; all of them are now in place\n";
    expect(finished ? told : sentence).toBe(sentence);
    expect(longarm("real", ["drop", extra, "--reason", "obsolete"])).toMatchObject({ exitCode: 0 });
  }
  expect(finished).toBe(true);
  expect(longarm("real", ["build"])).toMatchObject({ exitCode: 0 });
});

test("afterwards the queue builds to what it built to in the beginning", () => {
  if (longarm("real", ["list"]).stdout.includes(extra)) longarm("real", ["drop", extra, "--reason", "obsolete"]);
  expect(longarm("real", ["build"])).toMatchObject({ exitCode: 0 });
  const source = (...args: string[]): string => stage.git(["--git-dir", stage.path("real/source.git"), ...args]);
  expect(source("rev-parse", "mm-hotfixes-stable^{tree}")).toBe(queue["tree"]);
  expect(source("rev-list", "--count", `${queue["base"]}..mm-hotfixes-stable`)).toBe("300");
  stage.git(["-C", stage.path("real/tree"), "fsck", "--strict", "--no-dangling"]);
});

/** Anywhere in the run, or where it hurts: once the journal is there, once the branches have moved. */
function momentOf(kill: number, duration: number): Moment & { readonly name: string } {
  if (kill % 3 === 0) return { name: "the journal was written", delay: random() * 12, sign: journalThere };
  if (kill % 9 === 1) return { name: "the branches moved", delay: random() * 12, sign: branchesMoved() };
  // Beyond the end too: then it is not killed at all, and must be done.
  return { name: "the start", delay: random() * duration * 1.1, sign: null };
}

const journalThere = (): boolean => existsSync(stage.path("real/tree/.longarm/operation.json"));

function branchesMoved(): () => boolean {
  const ref = stage.path("real/source.git/refs/heads/mm-unstable");
  const changed = (): number => statSync(ref, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const before = changed();
  return () => changed() !== before;
}

interface State {
  readonly head: string;
  readonly status: string;
  readonly refs: string;
  readonly series: string;
  /** Names and content hashes: patches, ledger, outbox. */
  readonly files: readonly string[];
}

function stateOf(side: "real" | "reference"): State {
  const tree = stage.path(side, "tree");
  const files = ["patches", "ledger", ".longarm/outbox"].flatMap((dir) => filesIn(join(tree, dir)));
  return {
    head: stage.git(["-C", tree, "rev-parse", "HEAD"]),
    status: stage.git(["-C", tree, "status", "--porcelain"]),
    refs: stage.git(["--git-dir", stage.path(side, "source.git"), "for-each-ref"]),
    series: readFileSync(join(tree, "series"), "utf8"),
    files: files.map(
      (file) => `${file.slice(tree.length)} ${createHash("sha1").update(readFileSync(file)).digest("hex")}`,
    ),
  };
}

function filesIn(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Carries the command out on a copy, undisturbed: the state it leads to (its clock stands still), and how long it takes. */
function rehearse(command: readonly string[]): { readonly after: State; readonly duration: number } {
  rmSync(stage.path("reference"), { recursive: true, force: true });
  cpSync(stage.path("real"), stage.path("reference"), { recursive: true });
  const config = readFileSync(stage.path("reference/tree/longarm.toml"), "utf8");
  // The copy's source is the copy beside it; a relative path says so by itself.
  expect(config).toContain('repository = "../source.git"');
  const started = performance.now();
  expect(longarm("reference", command)).toMatchObject({ exitCode: 0 });
  return { duration: performance.now() - started, after: stateOf("reference") };
}

/** What must not outlive the command after a crash. Objects nobody names and scratch directories are for later builds. */
function leftovers(): string[] {
  return filesIn(stage.path("real/tree/.longarm")).filter((file) =>
    /^(?:operation\.json|build\.json|.*\.json\.new|\.draft-.*)$|\/staged\//.test(basename(file)),
  );
}

function gitLocks(): string[] {
  return ["real/tree/.git", "real/source.git"].flatMap((dir) =>
    filesIn(stage.path(dir)).filter((file) => file.endsWith(".lock")),
  );
}

/** Numbers in [0, 1) from a seed: a linear congruential generator modulo 2^31. */
function numbersFrom(start: number): () => number {
  let state = (start * 2_654_435_761 + 12_345) % 2_147_483_648;
  return () => {
    state = Number((BigInt(state) * 1_103_515_245n + 12_345n) % 2_147_483_648n);
    return state / 2_147_483_648;
  };
}
