// The inbox: what came and is not queued, what a preview says of it, adding, updating, taking tags.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";
import type { Maintainer } from "./maintainer.ts";
import { NAME, signIn } from "./maintainer.ts";

let site: ExampleSite;
let rita: Maintainer;
beforeEach(async () => {
  site = await openExampleSite([]);
  rita = await signIn(site);
});
afterEach(() => site[Symbol.asyncDispose]());

/** Gives the tree an archive with these mailboxes of the fixtures, and reads it. */
async function sync(...names: readonly string[]): Promise<void> {
  const { dir } = site.workplace;
  writeFileSync(join(dir, "list.mbox"), names.map(mailbox).join("\n"));
  const config = join(dir, "tree/longarm.toml");
  if (!readFileSync(config, "utf8").includes("archives =")) {
    writeFileSync(config, `${readFileSync(config, "utf8")}\n[mail]\narchives = ["../list.mbox"]\n`);
    site.workplace.sh("cd tree && git commit -qam 'config: an archive'");
  }
  const { status, stderr } = await site.workplace.longarm("mail", "sync", "-C", "tree");
  if (status !== 0) throw new Error(stderr);
}

/** A fixture as a mailbox, which a mail alone is not. */
function mailbox(name: string): string {
  const text = readFileSync(join(fixtures, name), "utf8");
  return text.startsWith("From ") ? text : `From mboxrd@z Thu Jan  1 00:00:00 1970\n${text}`;
}

const series = (): string => readFileSync(join(site.workplace.dir, "tree/series"), "utf8");

test("without an archive, or an index, the page says what to do", async () => {
  expect(await rita.text("/inbox")).toContain("This tree reads no archive.");
  const config = join(site.workplace.dir, "tree/longarm.toml");
  writeFileSync(config, `${readFileSync(config, "utf8")}\n[mail]\narchives = ["../list.mbox"]\n`);
  expect(await rita.text("/inbox")).toContain("longarm mail sync");
});

test("a posting is previewed with its tags and whether it applies, then added", async () => {
  await sync("greet-v1.mbox");
  const page = await rita.text("/inbox");
  expect(page).toContain("greet: better manners");
  expect(page).toContain("2 patches");
  expect(page).toContain("Reviewed-by: Rita Reader");
  const preview = await rita.text("/do/add?id=greet-v1-0%40example.org&branch=mm-new");
  expect(preview).toContain("2 patches in mm-new");
  expect(preview).toContain('<span class="mono">words-be-polite.patch</span>');
  expect(preview).toContain('<span class="badge good">applies</span>');
  expect(preview).toContain("not taken: Acked-by: Somebody Else");
  expect(series()).not.toContain("words-be-polite");
  const { text } = await rita.carryOut("add", [
    ["id", "greet-v1-0@example.org"],
    ["branch", "mm-new"],
  ]);
  expect(text).toContain("words-be-polite.patch</a> queued in mm-new");
  expect(series()).toMatch(/# branch: mm-new\nwords-be-polite.patch\ngreet-greet-everybody.patch/);
  expect(site.workplace.sh("cd tree && tail -1 ledger/*")).toContain(`"by":"${NAME}"`);
  expect(await rita.text("/inbox")).toContain("Everything that came is in the queue, or was.");
});

test("a newer revision is offered as an update, which says what changes", async () => {
  await sync("greet-v1.mbox");
  await rita.carryOut("add", [["id", "greet-v1-0@example.org"]]);
  await sync("greet.mbox");
  const page = await rita.text("/inbox");
  expect(page).toMatch(/v1 is queued:\s+<a class="mono" href="\/patch\/words-be-polite.patch">/);
  expect(page).toContain('href="/do/update?patch=greet-v2-0%40example.org"');
  const plan = await rita.text("/do/update?patch=greet-v2-0%40example.org");
  expect(plan).toContain("greet: better manners, from v1 to v2");
  expect(plan).toContain("lost: Tested-by: Tom Tester");
  await rita.carryOut("update", [["patch", "greet-v2-0@example.org"]]);
  expect(site.workplace.sh("cd tree && cat ledger/*")).toMatch(/"kind":"updated"/);
  expect(await rita.text("/inbox")).toContain("Everything that came is in the queue, or was.");
});

test("what was dropped does not come back until a newer revision does", async () => {
  await sync("greet-v1.mbox");
  await rita.carryOut("add", [["id", "greet-v1-0@example.org"]]);
  await rita.carryOut("drop", [
    ["patch", "words-be-polite greet-greet-everybody"],
    ["reason", "to-be-updated"],
  ]);
  expect(await rita.text("/inbox")).toContain("Everything that came is in the queue, or was.");
  await sync("greet.mbox");
  expect(await rita.text("/inbox")).toContain('name="id" value="greet-v2-0@example.org"');
});

test("what does not apply is said before it is added", async () => {
  await sync("greet-v1.mbox", "clash.eml");
  await rita.carryOut("add", [["id", "greet-v1-0@example.org"]]);
  const preview = await rita.text("/do/add?id=clash-1%40example.org");
  expect(preview).toContain('<span class="badge bad">rejected</span>');
  expect(preview).toMatch(/lib\/words.c, hunk 1: rejected at line/);
  expect(preview).not.toContain("would not apply any more");
  await rita.carryOut("add", [["id", "clash-1@example.org"]]);
  expect(series()).toContain("words-be-brief.patch");
});

test("tags that came since are taken", async () => {
  await sync("greet-v1.mbox");
  await rita.carryOut("add", [["id", "greet-v1-0@example.org"]]);
  const none = await rita.text("/do/tags?patch=words-be-polite.patch");
  expect(none).toContain("There is no tag to take.");
  await sync("greet-v1.mbox", "greet-late.mbox");
  const plan = await rita.text("/do/tags?patch=words-be-polite.patch");
  expect(plan).toMatch(/words-be-polite.patch<\/a> tagged: /);
  await rita.carryOut("tags", [["patch", "words-be-polite.patch"]]);
  expect(site.workplace.sh("cd tree && tail -1 ledger/*")).toContain('"kind":"tagged"');
});

test("a path of this machine is no Message-ID", async () => {
  for (const id of ["/etc/passwd", "../list.mbox", "a b@c", "x@../../etc"]) {
    const plan = await rita.plan("add", [["id", id]]);
    expect(plan.status).toBe(400);
    expect(plan.text).toContain("is no Message-ID");
  }
});
