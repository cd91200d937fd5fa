// Story: real kernel queues are refreshed, edited and resolved. quilt pushes a refreshed queue without a word about offsets or
// fuzz, to the same tree; an edit in the middle of a long queue opens in a moment and changes what was edited, nothing else.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import type { Stage } from "./stage.ts";
import { longarmJson, makeStage } from "./stage.ts";

const kernel = inject("kernel");
const repository = kernel["repository"] ?? "";
const debian = kernel["debian_patches"] ?? "";
const queue = inject("queue");

interface Report {
  readonly results: readonly { readonly name: string; readonly outcome: string; readonly commit: string | null }[];
}

/** What `git` may take to check out the files of an edit on a busy machine, planning included, in milliseconds. */
const OPENS_IN = 6000;

test("Debian's queue for its kernel, refreshed, is pushed by quilt without offset or fuzz to the same tree", () => {
  using stage = makeStage("refresh");
  const source = stage.clone(repository, "source.git");
  stage.longarm(init(source, "debian-orig", debian));
  const before = outcomesOf(stage);
  expect(before.get("offset")).toBeGreaterThan(50);
  expect(stage.longarm(["refresh", "-C", "tree"])).toMatchObject({ exitCode: 0 });
  expectOnly(stage, ["applied"]);
  const changed = stage.git(["-C", "tree", "diff", "-U0", "HEAD~", "--", "patches"]);
  expect(changed.split("\n").filter((line) => /^[-+](?![-+]{2} |@@ )/.test(line))).toEqual([]);
  const pushed = pushWithQuilt(stage, source);
  expect(pushed.said).toEqual([]);
  expect(pushed.tree).toBe(builtTree(stage, source));
});

test("context that is not what the files have is replaced by what they have, in every patch of the queue", () => {
  using stage = makeStage("fuzz");
  const source = stage.clone(repository, "source.git");
  stage.longarm(init(source, "debian-orig", damaged(stage, debian)));
  const before = outcomesOf(stage);
  expect(before.get("fuzz")).toBeGreaterThan(100);
  expect(before.get("rejected") ?? 0).toBe(0);
  const built = builtTree(stage, source);
  expect(stage.longarm(["refresh", "-C", "tree"])).toMatchObject({ exitCode: 0 });
  expectOnly(stage, ["applied"]);
  expect(builtTree(stage, source)).toBe(built);
  const pushed = pushWithQuilt(stage, source);
  expect(pushed).toEqual({ said: [], tree: built });
  expect(stage.longarm(["refresh", "-C", "tree"]).stdout).toBe("every patch fits as it is\n");
});

test("a patch in the middle of a long queue is edited in a small work tree, and all above are as they were", () => {
  using stage = makeStage("edit");
  const source = stage.clone(repository, "source.git");
  stage.longarm(init(source, queue["base"] ?? "", queue["patches"] ?? ""));
  const results = reportOf(stage).results;
  const patch = results[Math.floor(results.length / 2)]?.name ?? "";
  const began = performance.now();
  const opened = longarmJson<{ readonly dir: string }>(stage, ["edit", "-C", "tree", patch]);
  const took = performance.now() - began;
  process.stdout.write(`edit opened in ${took.toFixed(0)} ms\n`);
  expect(took).toBeLessThan(OPENS_IN);
  const { dir } = opened.value;
  const git = (...args: string[]): string => stage.git(["-C", dir, ...args]);
  expect(git("status", "--porcelain")).toBe("");
  const touched = git("diff", "--name-only", "HEAD~").split("\n");
  const there = git("ls-files", "-t")
    .split("\n")
    .filter((line) => line.startsWith("H "));
  expect(there.map((line) => line.slice(2)).toSorted()).toEqual(touched.toSorted());
  const [file = ""] = touched;
  writeFileSync(join(dir, file), `${readFileSync(join(dir, file), "latin1")}/* edited */\n`, "latin1");
  expect(stage.longarm(["edit", "-C", "tree", "--continue"])).toMatchObject({ exitCode: 0 });
  const after = longarmJson<Report>(stage, ["build", "-C", "tree"]).value.results;
  expect(after.map(({ name }) => name)).toEqual(results.map(({ name }) => name));
  expect(after.filter(({ outcome }) => !["applied", "offset"].includes(outcome))).toEqual([]);
  const commit = after.find(({ name }) => name === patch)?.commit ?? "";
  expect(stage.git(["--git-dir", source, "show", `${commit}:${file}`])).toMatch(/\/\* edited \*\/$/);
  const again = performance.now();
  expect(stage.longarm(["edit", "-C", "tree", patch, "--", "git", "diff", "--quiet"])).toMatchObject({ exitCode: 0 });
  process.stdout.write(`edit opened and ended in ${(performance.now() - again).toFixed(0)} ms\n`);
  expect(stage.longarm(["undo", "-C", "tree"])).toMatchObject({ exitCode: 0 });
  expect(reportOf(stage).results).toEqual(results);
});

test("a conflict in the queue is solved once, and rebuilt as it was solved", () => {
  using stage = makeStage("resolve");
  const source = stage.clone(repository, "source.git");
  stage.longarm(init(source, "debian-orig", debian));
  const { results } = reportOf(stage);
  const [first = ""] = results.map(({ name }) => name);
  // The same patch once more with other new lines: where the first one has been, it can only be in conflict.
  const text = readFileSync(join(stage.path("tree/patches"), first), "latin1");
  writeFileSync(stage.path("again.patch"), text.replaceAll(/^\+(?!\+\+ )(.+)$/gm, "+$1 again"), "latin1");
  expect(stage.longarm(["add", "-C", "tree", "../again.patch"])).toMatchObject({ exitCode: 0 });
  expect(stage.longarm(["resolve", "-C", "tree"]).stdout).toMatch(/^again\.patch\n {2}\S+: \d+ conflict/);
  const theirs = "/^<<<<<<< /,/^=======$/d; /^>>>>>>> /d";
  const solved = stage.longarm([
    "resolve",
    "-C",
    "tree",
    "again",
    "--",
    "sh",
    "-c",
    `sed -i '${theirs}' $(git diff --name-only)`,
  ]);
  expect(solved).toMatchObject({ exitCode: 0 });
  const merged = reportOf(stage).results.find(({ name }) => name === "again.patch");
  expect(merged?.outcome).toBe("merged");
  const built = builtTree(stage, source);
  expect(stage.longarm(["refresh", "-C", "tree", "again"])).toMatchObject({ exitCode: 0 });
  expect(reportOf(stage).results.find(({ name }) => name === "again.patch")?.outcome).toBe("applied");
  expect(builtTree(stage, source)).toBe(built);
});

function init(source: string, base: string, patches: string): string[] {
  const maintainer = "Story Teller <story@example.org>";
  return ["init", "tree", "--source", source, "--base", base, "--maintainer", maintainer, "--import-quilt", patches];
}

function reportOf(stage: Stage): Report {
  return longarmJson<Report>(stage, ["build", "-C", "tree", "--check"]).value;
}

function outcomesOf(stage: Stage): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of reportOf(stage).results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

function expectOnly(stage: Stage, outcomes: readonly string[]): void {
  expect([...outcomesOf(stage).keys()]).toEqual(outcomes);
}

function builtTree(stage: Stage, source: string): string {
  expect(stage.longarm(["build", "-C", "tree"])).toMatchObject({ exitCode: 0 });
  return stage.git(["--git-dir", source, "rev-parse", "queue^{tree}"]);
}

/** A copy of a queue in which the first line of every hunk with three lines of context above is another one. */
function damaged(stage: Stage, patches: string): string {
  const to = stage.path("damaged");
  mkdirSync(to);
  for (const name of readdirSync(patches, { recursive: true, encoding: "utf8" })) {
    const from = join(patches, name);
    if (!/\.(?:patch|diff)$/.test(name)) continue;
    mkdirSync(join(to, name, ".."), { recursive: true });
    const text = readFileSync(from, "latin1");
    writeFileSync(join(to, name), text.replaceAll(/(^@@ .*\n) .*\n(?= .*\n .*\n[-+])/gm, "$1 other\n"), "latin1");
  }
  writeFileSync(join(to, "series"), readFileSync(join(patches, "series")));
  return to;
}

/** Pushes the tree's queue with quilt: what it said of places that are not quite right, and the tree that it left. */
function pushWithQuilt(stage: Stage, source: string): { readonly said: readonly string[]; readonly tree: string } {
  const work = stage.path("work");
  stage.run("mkdir", [work]);
  const env = { GIT_DIR: source, GIT_WORK_TREE: work, GIT_INDEX_FILE: stage.path("index") };
  stage.git(["read-tree", "-m", "-u", "debian-orig"], { env });
  const pushed = stage.run("quilt", ["--quiltrc", "-", "push", "-a"], {
    cwd: "work",
    env: { QUILT_PATCHES: stage.path("tree/patches"), QUILT_SERIES: stage.path("tree/series"), QUILT_PC: ".pc" },
  });
  if (pushed.exitCode !== 0) throw new Error(`quilt push -a: ${pushed.stdout.slice(-2000)}${pushed.stderr}`);
  stage.run("rm", ["-rf", join(work, ".pc")]);
  stage.git(["add", "--all", "--force", "."], { env, cwd: "work" });
  const said = pushed.stdout.split("\n").filter((line) => /^Hunk #\d+ .*(?:offset|fuzz)/.test(line));
  return { said, tree: stage.git(["write-tree"], { env }) };
}
