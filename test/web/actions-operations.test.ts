// Each operation through its forms: the plan changes nothing, its button does what the command line does, and the ledger says who.
import { readFileSync } from "node:fs";
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
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
  ]);
  rita = await signIn(site);
});
afterEach(() => site[Symbol.asyncDispose]());

/** What lies on the disk of the tree, but for private files. */
function treeText(): string {
  return site.workplace.sh(
    "cd tree && git rev-parse HEAD && git status --porcelain && cat series patches/* ledger/* && ls .longarm/outbox",
  );
}

/** The events of the newest operation, with who did it. */
function lastEvents(): { readonly kind: string; readonly by: string; readonly [key: string]: unknown }[] {
  const lines = site.workplace.sh("cd tree && cat ledger/*").trim().split("\n");
  const events = lines.map((line) => JSON.parse(line) as { op: string; kind: string; by: string });
  return events.filter(({ op, kind }) => op === events.at(-1)?.op && kind !== "announced");
}

const series = (): string => readFileSync(join(site.workplace.dir, "tree/series"), "utf8");

test("a hold: the plan changes nothing, its button holds, and the ledger names who is signed in", async () => {
  const before = treeText();
  const fields = [
    ["patch", "words-be-polite"],
    ["reason", "wait for <b>Tom</b>"],
    ["until", "2026-03-01"],
  ] as const;
  const plan = await rita.plan("hold", fields);
  expect(plan.status).toBe(200);
  expect(plan.text).toContain("held until 2026-03-01: wait for &lt;b&gt;Tom&lt;/b&gt;");
  expect(treeText()).toBe(before);
  const { to, text } = await rita.carryOut("hold", fields);
  expect(to).toMatch(/^\/operation\/[0-9a-f]{12}$/);
  expect(text).toContain('class="button" href="/do/undo?operation=');
  expect(lastEvents()).toMatchObject([
    { kind: "held", patch: "words-be-polite.patch", reason: "wait for <b>Tom</b>", until: "2026-03-01", by: NAME },
  ]);
  // A patch that is held can be released, and its plan needs no form.
  expect(await rita.text("/do/release?patch=words-be-polite.patch")).toContain("no longer held");
  await rita.carryOut("release", [["patch", "words-be-polite.patch"]]);
  expect(lastEvents()).toMatchObject([{ kind: "released", by: NAME }]);
});

test("disabled and enabled", async () => {
  const plan = await rita.plan("disable", [
    ["patch", "docs-say-whom-it-greets.patch"],
    ["reason", "breaks"],
  ]);
  expect(plan.text).toContain("docs-say-whom-it-greets.patch</a> disabled: breaks");
  await rita.carryOut("disable", [["patch", "docs-say-whom-it-greets.patch"]]);
  expect(series()).toContain("# disabled: docs-say-whom-it-greets.patch");
  await rita.carryOut("enable", [["patch", "docs-say-whom-it-greets.patch"]]);
  expect(lastEvents()).toMatchObject([{ kind: "enabled", by: NAME }]);
});

test("what would break is said, with a button of its own that does it all the same, where that is possible", async () => {
  // Stands on what words-be-polite made.
  site.workplace.sh(`sed 's/hello/good day/; s/"hi"/"good morning"/' "$FIXTURES/clash.eml" > morning.eml`);
  expect(await site.workplace.longarm("add", "-C", "tree", "../morning.eml")).toMatchObject({ status: 0 });
  const [name = ""] = /^words-be-brief.*$/m.exec(series()) ?? [];
  const disabled = await rita.plan("disable", [["patch", "words-be-polite.patch"]]);
  expect(disabled.text).toContain("One patch would not apply any more");
  expect(disabled.text).toMatch(/lib\/words.c, hunk 1: .*rejected at line/);
  expect(disabled.text).toContain("Disable all the same");
  const before = treeText();
  // Without what that button brings along it is refused.
  const bare = disabled.confirm.filter(([field]) => field !== "keep-going");
  expect((await rita.post("/do/disable", bare)).status).toBe(409);
  expect(treeText()).toBe(before);
  const reordered = await rita.plan("reorder", [
    ["branch", "mm-unstable"],
    ...[name, "words-be-polite.patch", "greet-greet-everybody.patch", "docs-say-whom-it-greets.patch"].map(
      (patch) => ["patch", patch] as const,
    ),
  ]);
  expect(reordered.text).toContain("That is refused as long as it breaks something.");
  expect(reordered.confirm).toEqual([]);
  await rita.carryOut("disable", [["patch", "words-be-polite.patch"]]);
  expect(lastEvents()).toMatchObject([{ kind: "disabled", by: NAME }]);
});

test("a move", async () => {
  const fields = [
    ["patch", "greet-greet-everybody"],
    ["place", "before"],
    ["beside", "words-be-polite"],
  ] as const;
  const before = treeText();
  expect((await rita.plan("move", fields)).text).toContain("moved inside mm-unstable");
  expect(treeText()).toBe(before);
  await rita.carryOut("move", fields);
  expect(lastEvents()).toMatchObject([{ kind: "moved", patch: "greet-greet-everybody.patch", by: NAME }]);
  expect((await rita.plan("move", [["patch", "greet-greet-everybody"]])).status).toBe(400);
});

test("a drop tells its notices before, and its reason is one of the tree's", async () => {
  const wrong = await rita.plan("drop", [
    ["patch", "docs-say-whom-it-greets"],
    ["reason", "whim"],
  ]);
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain("unknown reason");
  const fields = [
    ["patch", "docs-say-whom-it-greets"],
    ["reason", "withdrawn"],
    ["note", "asked for in private"],
  ] as const;
  const plan = await rita.plan("drop", fields);
  expect(plan.text).toContain("1 notice");
  expect(plan.text).toContain("ada@example.org");
  await rita.carryOut("drop", fields);
  expect(lastEvents()).toMatchObject([
    { kind: "dropped", reason: "withdrawn", note: "asked for in private", by: NAME },
  ]);
  expect(series()).not.toContain("docs-say");
});

test("an undo from the page of an operation, and a redo", async () => {
  const { to } = await rita.carryOut("drop", [
    ["patch", "docs-say-whom-it-greets"],
    ["reason", "obsolete"],
  ]);
  const id = to.split("/").at(-1) ?? "";
  expect(await rita.text(`/do/undo?operation=${id}`)).toContain(`Takes back operation <code>${id}</code>`);
  await rita.carryOut("undo", [["operation", id]]);
  expect(series()).toContain("docs-say");
  expect(lastEvents()).toMatchObject([{ kind: "undone", undoes: id, by: NAME }]);
  expect(await rita.text(to)).toContain('<span class="badge warn">undone</span>');
  await rita.carryOut("redo", []);
  expect(series()).not.toContain("docs-say");
  const again = await rita.plan("redo", []);
  expect(again.status).toBe(400);
  expect(again.text).toContain("there is nothing to redo");
});

test("public remarks are for everybody, private ones for maintainers only", async () => {
  await rita.carryOut("note", [
    ["patch", "words-be-polite"],
    ["text", "line one\r\nline two"],
  ]);
  expect(lastEvents()).toMatchObject([{ kind: "noted", text: "line one\nline two", by: NAME }]);
  const before = treeText();
  const { to } = await rita.carryOut("note", [
    ["patch", "words-be-polite"],
    ["text", "the author is on leave"],
    ["private", "yes"],
  ]);
  expect(to).toBe("/patch/words-be-polite.patch");
  expect(treeText()).toBe(before);
  expect(await rita.text("/do/note?patch=words-be-polite.patch")).toContain("the author is on leave");
  for (const path of ["/", "/queue", "/patch/words-be-polite.patch", "/do/note?patch=words-be-polite.patch"]) {
    expect(await (await site.get(path)).text()).not.toContain("on leave");
  }
});

test("a rename", async () => {
  await rita.carryOut("rename", [
    ["patch", "docs-say-whom-it-greets"],
    ["to", "docs-whom"],
  ]);
  expect(lastEvents()).toMatchObject([{ kind: "renamed", patch: "docs-whom.patch", by: NAME }]);
  const taken = await rita.plan("rename", [
    ["patch", "docs-whom"],
    ["to", "../../etc/passwd"],
  ]);
  expect(taken.status).toBe(400);
  expect(taken.text).toContain("cannot be a patch name");
});

test("a promotion says what is lacking, and is done only when told to", async () => {
  const lacking = await rita.text("/do/promote?patch=words-be-polite.patch");
  expect(lacking).toContain("Nothing is ready to be promoted.");
  expect(lacking).toMatch(/days/);
  expect(lacking).not.toContain('name="run"');
  const forced = await rita.plan("promote", [
    ["patch", "docs-say-whom-it-greets"],
    ["force", "yes"],
  ]);
  expect(forced.text).toContain("promoted from mm-unstable to mm-stable");
  await rita.carryOut("promote", [
    ["patch", "docs-say-whom-it-greets"],
    ["force", "yes"],
  ]);
  expect(lastEvents()).toMatchObject([{ kind: "promoted", to: "mm-stable", by: NAME }]);
});

test("a whole order: by numbers, and by arrows, which only show the list anew", async () => {
  const names = ["words-be-polite.patch", "greet-greet-everybody.patch", "docs-say-whom-it-greets.patch"];
  const page = await rita.text("/do/reorder?branch=mm-unstable");
  expect([...page.matchAll(/name="patch" value="([^"]+)"/g)].map(([, name]) => name)).toEqual(names);
  const fields = (places: readonly number[]): (readonly [string, string])[] => [
    ["branch", "mm-unstable"],
    ...names.flatMap(
      (name, index) =>
        [
          ["patch", name],
          ["at", String(places[index])],
        ] as const,
    ),
  ];
  const before = treeText();
  const stepped = await rita.plan("reorder", [...fields([1, 2, 3]), ["down", names[0] ?? ""]]);
  expect([...stepped.text.matchAll(/name="patch" value="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    names[1],
    names[0],
    names[2],
  ]);
  expect(treeText()).toBe(before);
  await rita.carryOut("reorder", fields([1, 2, 1]));
  expect(series()).toMatch(/docs-say-whom-it-greets.patch\nwords-be-polite.patch\ngreet-greet-everybody.patch/);
  expect(lastEvents()).toMatchObject([{ kind: "reordered", branch: "mm-unstable", order: "hand", by: NAME }]);
  const some = await rita.plan("reorder", fields([1, 2, 3]).slice(0, 3));
  expect(some.status).toBe(409);
  expect(some.text).toContain("that is no order of the 3 patches");
});

test("a fold of a fix into its patch", async () => {
  const none = await rita.plan("fold", [["patch", "docs-say-whom-it-greets"]]);
  expect(none.status).toBe(400);
  expect(none.text).toContain("has no fix in the queue");
  await rita.carryOut("fold", [
    ["patch", "greet-greet-everybody"],
    ["into", "words-be-polite"],
  ]);
  expect(lastEvents()).toMatchObject([
    { kind: "folded", patch: "words-be-polite.patch", fixes: ["greet-greet-everybody.patch"], by: NAME },
    { kind: "dropped" },
  ]);
});

test("a build is looked at, started, and its outcome is on a page of its own", async () => {
  const plan = await rita.plan("build", []);
  expect(plan.text).toContain("3 patches");
  expect(site.workplace.sh("git -C source branch --list 'mm-*'")).toBe("");
  const { to, text } = await rita.carryOut("build", []);
  expect(to).toBe("/build/1");
  expect(text).toContain("3 applied");
  expect(text).toContain("mm-unstable");
  expect(lastEvents()).toMatchObject([{ kind: "built", by: NAME }]);
  expect((await site.get("/build/1")).status).toBe(303);
  expect((await rita.get("/build/99")).status).toBe(404);
});

test("waiting mails are kept back, let go and suppressed", async () => {
  const page = await rita.text("/outbox");
  const [, number = ""] = /name="mail" value="(\d+)"/.exec(page) ?? [];
  const { to, text } = await rita.carryOut("outbox", [
    ["mail", number],
    ["decision", "hold"],
  ]);
  expect(to).toBe("/outbox");
  expect(text).toContain('<span class="badge warn">held</span>');
  await rita.carryOut("outbox", [
    ["mail", number],
    ["decision", "release"],
  ]);
  expect(await rita.text("/outbox")).not.toContain(">held<");
  const odd = await rita.plan("outbox", [
    ["mail", number],
    ["decision", "arrived"],
  ]);
  expect(odd.status).toBe(400);
  expect((await site.get("/outbox")).status).toBe(303);
});

test("a plan that the tree has left behind is shown anew, and nothing is done", async () => {
  const fields = [
    ["patch", "words-be-polite"],
    ["reason", "later"],
  ] as const;
  const { confirm } = await rita.plan("hold", fields);
  await site.workplace.longarm("note", "-C", "tree", "docs-say-whom-it-greets", "-m", "meanwhile");
  const before = treeText();
  const response = await rita.post("/do/hold", confirm);
  expect(response.status).toBe(409);
  const text = await response.text();
  expect(text).toContain("The tree has changed since.");
  expect(treeText()).toBe(before);
  // The new plan is good.
  const [, stamp = ""] = /name="stamp" value="([^"]+)"/.exec(text) ?? [];
  const again = confirm.map(([name, value]) => [name, name === "stamp" ? stamp : value] as const);
  expect((await rita.post("/do/hold", again)).status).toBe(303);
  // Nothing runs without the stamp of a plan.
  const without = confirm.filter(([name]) => name !== "stamp");
  expect((await rita.post("/do/hold", without)).status).toBe(409);
});

test("while another command changes the tree, that is said", async () => {
  const { confirm } = await rita.plan("hold", [
    ["patch", "words-be-polite"],
    ["reason", "later"],
  ]);
  const { takeLock } = await import("#io/store");
  const lock = takeLock(join(site.workplace.dir, "tree/.longarm"), "test");
  const response = await rita.post("/do/hold", confirm);
  lock.release();
  expect(response.status).toBe(409);
  expect(await response.text()).toContain("another command is changing this tree");
  expect((await rita.post("/do/hold", confirm)).status).toBe(303);
});
