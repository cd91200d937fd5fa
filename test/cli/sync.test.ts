// Two clones of one tree, random operations in both, then sync: nothing of either is lost, and both come to the same tree.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseEvents } from "#model/ledger";
import { parseSeries, placedPatches } from "#model/queue";
import { seeded } from "./seeded.ts";
import { runInside } from "./transcript.ts";

/** Change it by hand to look at other operations; a failure prints it. */
const seed = Number(process.env["SYNC_SEED"] ?? 20261125);
const ROUNDS = 2;
const OPERATIONS = 4;

let dir: string;
let minutes = 0;
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-sync-")));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sh = (command: string): string => execFileSync("sh", ["-ec", command], { cwd: dir, encoding: "utf8" });

async function longarm(...args: string[]): Promise<{ readonly status: number; readonly text: string }> {
  const now = new Date(Date.UTC(2026, 1, 11, 9) + 60_000 * minutes++);
  const { status, stdout, stderr } = await runInside(args, dir, now);
  return { status, text: stdout + stderr };
}

async function done(...args: string[]): Promise<string> {
  const { status, text } = await longarm(...args);
  expect(status, `${args.join(" ")}: ${text}`).toBe(0);
  return text;
}

const placed = (clone: string): ReturnType<typeof placedPatches> =>
  placedPatches(parseSeries(readFileSync(join(dir, clone, "series"))).queue);
const events = (clone: string): ReturnType<typeof parseEvents>["events"] =>
  parseEvents(readFileSync(join(dir, clone, "ledger", "2026-02.jsonl"))).events;
const operations = (clone: string): Set<string> => new Set(events(clone).map(({ op }) => op));
const head = (clone: string): string => sh(`git -C ${clone} rev-parse HEAD`);

/** A hub, two clones, and six patches in two branches. */
async function makeClones(name: string): Promise<readonly [string, string]> {
  const [one, other] = [`${name}-one`, `${name}-other`];
  sh(`git init -q -b main ${name}-source; cd ${name}-source; echo a >a; git add a; git commit -qm a`);
  await done(
    "init",
    one,
    "--source",
    `${name}-source`,
    "--base",
    "main",
    "--preset",
    "stable",
    "--maintainer",
    "M <m@example.org>",
  );
  for (let at = 0; at < 6; at++) await done("add", "-C", one, patchFile(`${"ab"[at % 2]}-${at}`));
  sh(`git init -q --bare -b main ${name}.git; git -C ${one} remote add origin ../${name}.git`);
  await done("sync", "-C", one, "--push");
  sh(`git clone -q ${name}.git ${other}`);
  return [one, other];
}

function patchFile(name: string): string {
  const file = join(dir, `${name}.patch`);
  const diff = `diff --git a/${name} b/${name}\nnew file mode 100644\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+${name}\n`;
  writeFileSync(
    file,
    `From: A <a@example.org>\nSubject: ${name}\n\nText.\n\nSigned-off-by: A <a@example.org>\n---\n\n${diff}`,
  );
  return file;
}

let made = 10;

/** One random operation on the patches that the filter lets through. */
async function operate(clone: string, random: () => number, mine: RegExp, letter: string): Promise<void> {
  const all = placed(clone);
  const own = all.filter(({ name }) => mine.test(name));
  const one = own[Math.floor(random() * own.length)];
  const kind = Math.floor(random() * 6);
  const to = all[Math.floor(random() * all.length)];
  if (kind === 0 || one === undefined) await done("add", "-C", clone, patchFile(`${letter}-${made++}`));
  else if (kind === 1) await done("drop", "-C", clone, one.name, "--reason", "obsolete");
  else if (kind === 2) await done(one.kind === "patch" ? "disable" : "enable", "-C", clone, one.name);
  else if (kind === 3) await done("rename", "-C", clone, one.name, `${letter}-${made++}.patch`);
  else if (kind === 4 && to !== undefined && to.name !== one.name)
    await longarm("move", "-C", clone, one.name, random() < 0.5 ? "--before" : "--after", to.name);
  else await done("note", "-C", clone, one.name, "-m", `note ${made++}`);
}

/** What must hold of both clones once they are synced. */
function expectTogether(one: string, other: string, wanted: ReadonlySet<string>): void {
  expect(head(one)).toBe(head(other));
  for (const clone of [one, other]) {
    expect(sh(`git -C ${clone} status --porcelain`)).toBe("");
    expect([...wanted].filter((id) => !operations(clone).has(id))).toEqual([]);
    const times = events(clone).map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect(placed(clone).filter(({ name }) => !existsSync(join(dir, clone, "patches", name)))).toEqual([]);
    // A patch that has got two names stands there once.
    const diffs = placed(clone).map(
      ({ name }) => readFileSync(join(dir, clone, "patches", name), "utf8").split("\n---\n")[1],
    );
    expect(new Set(diffs).size).toBe(diffs.length);
    const commits = sh(`git -C ${clone} log --format=%B`);
    expect([...wanted].filter((id) => !commits.includes(`Operation: ${id}`))).toEqual([]);
  }
}

test(`two who touch different patches are never asked (SYNC_SEED=${seed})`, { timeout: 120_000 }, async () => {
  const random = seeded(seed);
  const [one, other] = await makeClones("apart");
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < OPERATIONS; at++) await operate(one, random, /^a-/, "a");
    for (let at = 0; at < OPERATIONS; at++) await operate(other, random, /^b-/, "b");
    const before = { one: placed(one), other: placed(other) };
    const wanted = new Set([...operations(one), ...operations(other)]);
    await done("sync", "-C", other, "--push");
    await done("sync", "-C", one, "--push");
    await done("sync", "-C", other);
    expectTogether(one, other, wanted);
    const shown = (patches: typeof before.one, mine: RegExp): string[] =>
      patches.filter(({ name }) => mine.test(name)).map(({ kind, branch, name }) => `${branch} ${kind} ${name}`);
    expect(shown(placed(one), /^a-/)).toEqual(shown(before.one, /^a-/));
    expect(shown(placed(one), /^b-/)).toEqual(shown(before.other, /^b-/));
  }
});

test(
  `two who touch the same are asked, and both histories are kept (SYNC_SEED=${seed})`,
  { timeout: 120_000 },
  async () => {
    const random = seeded(seed + 1);
    const [one, other] = await makeClones("mixed");
    let questions = 0;
    await done("drop", "-C", other, "a-0", "--reason", "obsolete");
    await done("disable", "-C", one, "a-0");
    for (let round = 0; round < ROUNDS; round++) {
      for (let at = 0; at < OPERATIONS; at++) await operate(one, random, /./, "a");
      for (let at = 0; at < OPERATIONS; at++) await operate(other, random, /./, "b");
      const wanted = new Set([...operations(one), ...operations(other)]);
      await done("sync", "-C", other, "--push");
      const before = head(one);
      let result = await longarm("sync", "-C", one, "--push");
      for (; result.status === 3; questions++) {
        expect(head(one)).toBe(before);
        result = await longarm("sync", "-C", one, "--push", random() < 0.5 ? "--ours" : "--theirs");
      }
      expect(result).toMatchObject({ status: 0 });
      await done("sync", "-C", other);
      expectTogether(one, other, wanted);
      await done("build", "-C", one, "--check");
    }
    expect(questions).toBeGreaterThan(0);
  },
);

const renamings = [
  { mine: ["rename", "a-0", "x.patch"], their: ["rename", "a-0", "y.patch"], ours: "x.patch", theirs: "y.patch" },
  { mine: ["rename", "a-0", "x.patch"], their: ["drop", "a-0", "--reason", "obsolete"], ours: "x.patch", theirs: null },
  { mine: ["drop", "a-0", "--reason", "obsolete"], their: ["rename", "a-0", "y.patch"], ours: null, theirs: "y.patch" },
] as const;
const answers = renamings.flatMap((one) => (["ours", "theirs"] as const).map((answer) => ({ ...one, answer })));

test.each(answers)(
  "one who does $mine.0 and one who does $their.0 are asked, and --$answer gives one patch or none",
  { timeout: 60_000 },
  async ({ mine, their, answer, ...results }) => {
    const [one, other] = await makeClones(`names-${minutes}`);
    const [command, ...args] = mine;
    const [theirCommand, ...theirArgs] = their;
    await done(command, "-C", one, ...args);
    await done(theirCommand, "-C", other, ...theirArgs);
    const wanted = new Set([...operations(one), ...operations(other)]);
    await done("sync", "-C", other, "--push");
    expect(await longarm("sync", "-C", one, "--push")).toMatchObject({ status: 3 });
    await done("sync", "-C", one, "--push", `--${answer}`);
    await done("sync", "-C", other);
    expectTogether(one, other, wanted);
    const kept = results[answer];
    const names = placed(one).map(({ name }) => name);
    expect(names.filter((name) => /^(?:a-0|x|y)\.patch$/.test(name))).toEqual(kept === null ? [] : [kept]);
    if (kept !== null) await done("log", "-C", one, kept);
  },
);
