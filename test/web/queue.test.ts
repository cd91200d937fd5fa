// Lists of patches and their filters: every filter is an address, what is wrong with one is a sentence, nothing private is told.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
    ["note", "-C", "tree", "--private", "greet-greet-everybody.patch", "-m", "the author is a rival"],
    ["hold", "-C", "tree", "words-be-polite.patch", "--reason", "later"],
    ["build", "-C", "tree"],
  ]);
});
afterAll(() => site[Symbol.asyncDispose]());

/** The file names of the patches that a list shows, in its order. */
async function listed(path: string): Promise<string[]> {
  const page = await site.text(path);
  return [...page.matchAll(/<p><a href="\/patch\/([^"]+)\.patch">/g)].map(([, name]) => name ?? "");
}

test("the queue is in its order, patches of one posting under its head", async () => {
  expect(await listed("/queue")).toEqual(["words-be-polite", "greet-greet-everybody", "docs-say-whom-it-greets"]);
  const page = await site.text("/queue");
  expect(page.match(/href="\/posting\/greet-v1-0%40example\.org\/"/g)).toHaveLength(1);
  expect(page).toContain("<b>1</b>");
});

test.each([
  ["/queue?q=state%3Aheld", ["words-be-polite"]],
  ["/queue?q=author%3Aada+not%3Astate%3Aheld+everybody", ["greet-greet-everybody"]],
  ["/queue?q=tag%3A%22Rita+Reader%22", ["words-be-polite", "greet-greet-everybody"]],
  ["/queue?q=older%3A7d", []],
  ["/branch/mm-unstable?q=file%3Agreet.c", ["greet-greet-everybody"]],
])("%s lists %j", async (path, names) => {
  expect(await listed(path)).toEqual(names);
});

test.each([
  ["q=author%3Aada&add=state%3Aheld&add=", "/queue?q=author%3Aada%20state%3Aheld"],
  ["q=branch%3Aa&add=branch%3Ab", "/queue?q=branch%3Ab"],
  ["q=&add=", "/queue"],
  ["author=Ada+Author", "/queue?q=author%3A%22Ada%20Author%22"],
  ["add=%0d%0aSet-Cookie:x", "/queue?q=%22%0D%0ASet-Cookie%3Ax%22"],
])("a form that asks for ?%s is sent to %s", async (query, to) => {
  const response = await site.get(`/queue?${query}`);
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe(to);
});

test.each([
  ["state%3Anope", "no state &quot;nope&quot;"],
  ["older%3Asoon", "&quot;soon&quot; is no age"],
  ["colour%3Ared", "no filter &quot;colour:&quot;"],
  ["%3Cscript%3Ealert(1)%3C%2Fscript%3E%3A%20state%3A%3Cb%3E", "no state &quot;&lt;b&gt;&quot;"],
])("?q=%s is answered with a sentence", async (query, sentence) => {
  const response = await site.get(`/queue?q=${query}`);
  expect(response.status).toBe(400);
  const page = await response.text();
  expect(page).toContain(sentence);
  expect(page).not.toMatch(/<script>|<b>/);
});

test("each word can be left out by a link", async () => {
  expect(await site.text("/queue?q=state%3Aheld%20polite")).toContain(
    'href="/queue?q=polite" aria-label="Leave out state:held"',
  );
});

test("private notes are nobody's to see or to ask for, but a maintainer's", async () => {
  expect(await listed("/queue?q=state%3Anoted")).toEqual([]);
  expect(await site.text("/queue")).not.toContain("1 note");
  const added = await site.workplace.longarm(
    "token",
    "add",
    "-C",
    "tree",
    "Max <max@example.org>",
    "--may",
    "maintain",
  );
  const token = /\b[\w-]{30,}\b/.exec(added.stdout)?.[0] ?? "";
  const own = await site.get("/queue?q=state%3Anoted", { authorization: `Bearer ${token}` });
  expect(await own.text()).toContain("greet: greet everybody</a> <span");
});

test("patches that left are listed with why, where that is asked for", async () => {
  await site.workplace.longarm("drop", "-C", "tree", "docs-say-whom-it-greets.patch", "--reason", "withdrawn");
  expect(await listed("/queue")).not.toContain("docs-say-whom-it-greets");
  expect(await listed("/queue?q=state%3Agone")).toEqual(["docs-say-whom-it-greets"]);
  expect(await listed("/queue?q=state%3Awithdrawn")).toEqual(["docs-say-whom-it-greets"]);
  expect(await site.text("/queue?q=state%3Aany")).toContain('<span class="badge warn">withdrawn</span>');
});

test("a title that turns its direction or is HTML is shown as what it is", async () => {
  site.workplace.sh(
    `printf 'From: "<i>" <m@example.org>\\nSubject: x: \\342\\200\\256<img src=x>\\n\\n---\\n' > tree/patches/evil.patch; echo evil.patch >> tree/series`,
  );
  const page = await site.text("/queue");
  expect(page).toContain("x: \\u202e&lt;img src=x&gt;</a>");
  expect(page).toContain('<a href="/author/m%40example.org">&lt;i&gt;</a>');
});
