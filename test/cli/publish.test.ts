// Publishing to bare repositories: all branches or none, only from where this tree left them, and mails only when that is seen.
import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { World } from "#app";
import { watchPublish } from "#app";
import type { MailServer } from "./mail-server.ts";
import { startMailServer } from "./mail-server.ts";
import type { Workplace } from "./workplace.ts";
import { fixtures, makeWorkplace } from "./workplace.ts";

let dir: string;
let place: Workplace;
let server: MailServer;

beforeEach(async () => {
  place = await makeWorkplace();
  dir = place.dir;
  sh("git init -q --bare hub.git; git init -q --bare queue.git");
  server = await startMailServer(null);
  appendFileSync(
    join(dir, "tree/longarm.toml"),
    `[publish]\nremote = "../hub.git"\nqueue-remote = "../queue.git"\nevery = "2 days"\n[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\ntls = "none"\n`,
  );
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

test("no mail goes before its patch is public, and a dry run changes nothing anywhere", async () => {
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received).toEqual([]);
  expect((await longarm("outbox", "-C", "tree")).stdout).toContain("waits until its patch is public");
  await longarm("build", "-C", "tree");
  const dry = await longarm("publish", "-C", "tree", "--dry-run");
  expect(dry.stdout).toMatch(/would publish mm-unstable new\.\.[0-9a-f]{12}/);
  expect(sh("git -C hub.git for-each-ref; git -C queue.git for-each-ref")).toBe("");
  const done = await longarm("publish", "-C", "tree");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout).toContain("1 mail set free");
  expect(server.received).toHaveLength(1);
  expect(sh("git -C hub.git rev-parse mm-unstable")).toBe(sh("git -C source rev-parse mm-unstable"));
  expect(sh("git -C queue.git rev-parse main")).toBe(sh("git -C tree rev-parse HEAD"));
  expect(sh("git -C queue.git ls-tree -r --name-only main")).toContain("patches/docs-say-whom-it-greets.patch");
  expect((await longarm("publish", "-C", "tree")).stdout).toContain("everything is public already");
  expect((await longarm("log", "-C", "tree")).stdout).toMatch(/published mm-hotfixes-stable .*1 mail may go/);
});

test("merged branches and the refs below postings are public with the branches, and go with their postings", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  const done = await longarm("publish", "-C", "tree");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout).toMatch(/published mm-everything new\.\.[0-9a-f]{12}/);
  expect(done.stdout).toContain("published what 2 postings can be based on");
  expect(sh("git -C hub.git for-each-ref --format='%(objectname) %(refname)' refs/heads/mm-* refs/longarm")).toBe(
    sh("git -C source for-each-ref --format='%(objectname) %(refname)' refs/heads/mm-* refs/longarm/below"),
  );
  await longarm("drop", "-C", "tree", "docs-say-whom-it-greets.patch", "--reason", "obsolete");
  expect((await longarm("publish", "-C", "tree")).status).toBe(0);
  expect(sh("git -C hub.git for-each-ref --format='%(refname)' refs/longarm/below")).toBe(
    sh("git -C source for-each-ref --format='%(refname)' refs/longarm/below"),
  );
  expect(sh("git -C hub.git for-each-ref refs/longarm/below")).not.toContain("docs-say");
});

test("a patch with a lint of level error keeps everything back, in a dry run too", async () => {
  appendFileSync(join(dir, "tree/longarm.toml"), '[lint]\ndescription = "error"\n');
  sh("git -C tree commit -qam lint");
  for (const dryRun of [["--dry-run"], []]) {
    const stopped = await longarm("publish", "-C", "tree", ...dryRun);
    expect(stopped.status).toBe(1);
    expect(stopped.stderr).toContain(
      "nothing was pushed: docs-say-whom-it-greets.patch has no description [description]",
    );
  }
  expect(sh("git -C hub.git for-each-ref")).toBe("");
  expect(server.received).toEqual([]);
});

test("a cancelled mail waits again when what cancelled it is undone, for the next publishing, and so on to and fro", async () => {
  const name = "docs-say-whom-it-greets.patch";
  await longarm("drop", "-C", "tree", name, "--reason", "obsolete");
  expect((await longarm("publish", "-C", "tree")).stdout).toMatch(/cancelled 000001[^]*cancelled 000002/);
  await longarm("undo", "-C", "tree");
  expect((await longarm("outbox", "-C", "tree")).stdout).toMatch(
    /000001 .*added[^]*waits until its patch is public[^]*1 mail/,
  );
  await longarm("redo", "-C", "tree");
  expect((await longarm("outbox", "-C", "tree")).stdout.match(/cancelled/g)).toHaveLength(2);
  // The undo of the redo takes the drop back once more, and its mail with it.
  await longarm("undo", "-C", "tree");
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received).toEqual([]);
  await longarm("publish", "-C", "tree");
  expect(server.received.map(({ text }) => /^Subject: (.*)$/m.exec(text.toString())?.[1])).toEqual([
    `+ ${name.replace(".patch", "")}.patch added to mm-unstable branch`,
  ]);
  // What is told is told: a drop that is brought back now has its mail again, and whoever takes it back is warned.
  const redone = await longarm("redo", "-C", "tree");
  expect(redone.stdout).toContain("1 notice waits in .longarm/outbox again");
  await longarm("publish", "-C", "tree");
  expect(server.received).toHaveLength(2);
  expect((await longarm("undo", "-C", "tree")).stdout).toContain("1 mail about it had gone already");
});

test("what another clone undoes is not told, what it brings back is, and a queue that a sync wrote anew is published", async () => {
  sh(`git init -q --bare -b main shared.git
    git -C tree remote add origin ../shared.git; git -C tree push -q -u origin HEAD:main; git clone -q shared.git other`);
  await longarm("undo", "-C", "other");
  await longarm("sync", "-C", "other", "--push");
  await longarm("sync", "-C", "tree");
  expect((await longarm("outbox", "-C", "tree")).stdout).toContain("cancelled: its operation was undone");
  expect((await longarm("publish", "-C", "tree")).stdout).toContain("cancelled 000001: its operation was undone");
  await longarm("redo", "-C", "other");
  await longarm("sync", "-C", "other", "--push");
  await longarm("sync", "-C", "tree");
  expect((await longarm("outbox", "-C", "tree")).stdout).toContain("waits until its patch is public");
  expect(server.received).toEqual([]);
  expect(await longarm("publish", "-C", "tree")).toMatchObject({ status: 0, stderr: "" });
  expect(server.received).toHaveLength(1);
  expect(sh("git -C queue.git rev-parse main")).toBe(sh("git -C tree rev-parse HEAD"));
});

test("a dry run says that branches are yet to be built, what would be cancelled, and what would be rejected", async () => {
  await longarm("publish", "-C", "tree");
  expect((await longarm("publish", "-C", "tree", "--dry-run")).stdout).toBe("everything is public already\n");
  await longarm("add", "-C", "tree", join(fixtures, "make.patch"));
  await longarm("drop", "-C", "tree", "make", "--reason", "obsolete");
  const dry = await longarm("publish", "-C", "tree", "--dry-run");
  // Nothing of it is left in the queue.
  expect(dry.stdout).not.toContain("the queue changed since its branches were built");
  expect(dry.stdout).toContain("2 mails would be set free, 2 of them cancelled");
  await longarm("add", "-C", "tree", join(fixtures, "make.patch"));
  expect((await longarm("publish", "-C", "tree", "--dry-run")).stdout).toContain(
    "the queue changed since its branches were built",
  );
  sh("sed -i 's/-Greets[.]/-Welcomes./' tree/patches/docs-say-whom-it-greets.patch");
  const rejected = await longarm("publish", "-C", "tree", "--dry-run");
  expect(rejected).toMatchObject({ status: 1 });
  expect(rejected.stdout).toContain("nothing was published");
});

test("a remote that moved stops everything; taking over is asked for", async () => {
  await longarm("publish", "-C", "tree");
  sh("git -C hub.git update-ref refs/heads/mm-unstable mm-stable");
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  const refs = sh("git -C hub.git for-each-ref");
  const stopped = await longarm("publish", "-C", "tree");
  expect(stopped.status).toBe(3);
  expect(stopped.stderr).toMatch(
    /branch "mm-unstable" of "\.\.\/hub\.git" is at [0-9a-f]{12}, but this tree left it at [0-9a-f]{12}; nothing was pushed/,
  );
  expect(sh("git -C hub.git for-each-ref")).toBe(refs);
  expect(server.received).toHaveLength(1);
  expect(await longarm("publish", "-C", "tree", "--take-over")).toMatchObject({ status: 0 });
  expect(server.received.length).toBeGreaterThan(1);
});

test("one branch that the remote refuses keeps all of them back, and the next run goes on", async () => {
  const hook = join(dir, "hub.git/hooks/update");
  writeFileSync(hook, "#!/bin/sh\ncase $1 in */mm-new) echo no >&2; exit 1;; esac\n");
  chmodSync(hook, 0o755);
  const refused = await longarm("publish", "-C", "tree");
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain("none of them moved");
  expect(sh("git -C hub.git for-each-ref")).toBe("");
  expect(server.received).toEqual([]);
  rmSync(hook);
  expect(await longarm("publish", "-C", "tree")).toMatchObject({ status: 0 });
  expect(server.received).toHaveLength(1);
});

test("a queue that somebody else pushed to, or a remote that is away, stops it before a branch moves", async () => {
  sh("git clone -q tree other; cd other; git commit -q --allow-empty -m theirs; git push -q ../queue.git HEAD:main");
  const foreign = await longarm("publish", "-C", "tree");
  expect(foreign.status).toBe(3);
  expect(foreign.stderr).toContain("has commits that this tree does not have; nothing was pushed");
  expect(sh("git -C hub.git for-each-ref")).toBe("");
  rmSync(join(dir, "queue.git"), { recursive: true });
  const away = await longarm("publish", "-C", "tree");
  expect(away.status).toBe(3);
  expect(away.stderr).toContain('the remote "../queue.git" does not answer');
  expect(server.received).toEqual([]);
});

test("a branch that is not rebased is not rewritten once it is public, by no build and no publishing", async () => {
  const config = join(dir, "tree/longarm.toml");
  const preset = readFileSync(join(import.meta.dirname, "../../presets/mm.toml"), "utf8");
  const branches = preset.slice(preset.indexOf("[[branch]]"), preset.indexOf("[notices]"));
  appendFileSync(config, branches.replace('name = "mm-unstable"', 'name = "mm-unstable"\nrebase = false'));
  await longarm("publish", "-C", "tree");
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  expect(await longarm("publish", "-C", "tree")).toMatchObject({ status: 0, stderr: "" });
  await longarm("drop", "-C", "tree", "docs-say-whom-it-greets", "--reason", "obsolete");
  const before = sh("git -C source for-each-ref; git -C hub.git for-each-ref");
  for (const command of ["build", "publish"]) {
    const stopped = await longarm(command, "-C", "tree");
    expect(stopped.status).toBe(3);
    expect(stopped.stderr).toMatch(
      /branch "mm-unstable" is not rebased .* does not contain [0-9a-f]{12}, which was published/,
    );
  }
  expect(sh("git -C source for-each-ref; git -C hub.git for-each-ref")).toBe(before);
});

test("who has the old commit ids finds the new ones", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  await longarm("publish", "-C", "tree");
  const old = sh("git -C hub.git log -1 --format=%H mm-unstable").trim();
  await longarm("drop", "-C", "tree", "docs-say-whom-it-greets", "--reason", "obsolete");
  const done = await longarm("publish", "-C", "tree");
  const path = /old and new commits are in (\S+)/.exec(done.stdout)?.[1] ?? "";
  const map = readFileSync(join(dir, "tree", path), "utf8");
  const now = sh("git -C hub.git log -1 --format=%H mm-unstable").trim();
  expect(map).toContain(`${old} ${now} greet-greet-everybody.patch\n`);
});

test("a rejected patch keeps everything back", async () => {
  const [file = ""] = readdirSync(join(dir, "tree/patches"));
  const patch = join(dir, "tree/patches", file);
  writeFileSync(patch, readFileSync(patch, "utf8").replace("-Greets.", "-Welcomes."));
  const done = await longarm("publish", "-C", "tree");
  expect(done.status).toBe(1);
  expect(done.stdout).toContain("nothing was published");
  expect(sh("git -C hub.git for-each-ref")).toBe("");
  expect(server.received).toEqual([]);
});

test("without a word in the configuration there is nowhere to publish; a password in an address is never told", async () => {
  const config = join(dir, "tree/longarm.toml");
  const text = readFileSync(config, "utf8");
  writeFileSync(config, text.replace(/\[publish\][^[]*/, ""));
  expect((await longarm("publish", "-C", "tree")).stderr).toContain("nowhere to publish to");
  writeFileSync(config, text.replace('"../hub.git"', '"http://max:hush-hush@127.0.0.1:1/hub.git"'));
  const away = await longarm("publish", "-C", "tree", "--json");
  expect(away.status).toBe(3);
  expect(away.stderr).toContain('the remote "http://127.0.0.1:1/hub.git" does not answer');
  expect(away.stdout + away.stderr).not.toContain("hush");
});

test("it is published again when that is due, also after a time when it could not be", async () => {
  await longarm("build", "-C", "tree");
  let days = 0;
  const told: string[] = [];
  const world: World = {
    now: () => new Date(Date.UTC(2026, 1, 11) + 3 * 86_400_000 * days++),
    engine: "test",
    presetsDir: join(import.meta.dirname, "../../presets"),
    cwd: join(dir, "tree"),
    progress: () => undefined,
    tell: (sentence) => told.push(sentence),
  };
  const kinds: string[] = [];
  for await (const one of watchPublish(world, { takeOver: false, dryRun: false }, null)) {
    kinds.push(one.kind);
    if (kinds.length === 1) sh("mv queue.git away.git");
    if (kinds.length === 2) sh("mv away.git queue.git");
    if (kinds.length === 3) break;
  }
  expect([kinds, told]).toEqual([["published", "failed", "published"], []]);
  expect(server.received).toHaveLength(1);
});

function longarm(...args: string[]): ReturnType<Workplace["longarm"]> {
  return place.longarm(...args);
}

function sh(command: string): string {
  return place.sh(command);
}
