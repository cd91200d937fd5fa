// The first page: branches with their counts and what is out of the ordinary, the size over time, what happened, what is published.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
    [
      "hold",
      "-C",
      "tree",
      "words-be-polite.patch",
      "--reason",
      "waits for <b>the</b> other half",
      "--until",
      "2026-03-01",
    ],
  ]);
});
afterAll(() => site[Symbol.asyncDispose]());

/** The page's text, tags left out. */
const words = (page: string): string => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

test("each branch has its count, its age and what feeds it", async () => {
  const [, card = ""] = /<li class="card">([^]*?mm-unstable[^]*?)<\/li>/.exec(
    (await site.text("/")).replace(/<li class="card">(?![^]{0,200}\/branch\/mm-unstable")[^]*?<\/li>/g, ""),
  ) ?? [""];
  expect(words(card)).toMatch(
    /mm-unstable 2 .*1 held .*Age oldest 23 hours ago , median 23 hours ago Starts at mm-stable/,
  );
  expect(words(card)).toMatch(/Fed by mm-new Feeds mm-stable Built [0-9a-f]{12}/);
});

test("branches with nothing in them are lines, not cards", async () => {
  const page = await site.text("/");
  expect(page.match(/<li class="card">/g)).toHaveLength(2);
  expect(words(page)).toContain("Empty mm-hotfixes-stable");
});

test("a branch is built until a patch of it changes", async () => {
  expect(await site.text("/branch/mm-unstable")).toContain(">built</span>");
  await site.workplace.longarm("add", "-C", "tree", `${fixtures}/docs.eml`);
  expect(await site.text("/branch/mm-unstable")).toContain("1 changed since the build");
});

test("the plot has its numbers in a table, and nothing inline", async () => {
  const page = await site.text("/");
  expect(page).toContain('<path class="c0"');
  expect(words(/<table>[^]*?<\/table>/.exec(page)?.[0] ?? "")).toMatch(/Since mm-unstable All 2026-02-12 09:00 3 3 /);
  expect(page).not.toMatch(/\sstyle=/);
});

test("what happened is told with its patches linked, as text", async () => {
  const page = await site.text("/");
  expect(page).toContain('<a href="/patch/words-be-polite.patch">words-be-polite.patch</a> held until 2026-03-01');
  expect(page).toContain("waits for &lt;b&gt;the&lt;/b&gt; other half");
});

test("a merge has no list of patches, but what it is merged from; a branch that is none is not found", async () => {
  const page = words(await site.text("/branch/mm-everything"));
  expect(page).toContain("Merged from mm-hotfixes-stable");
  expect((await site.get("/branch/nope")).status).toBe(404);
  expect((await site.get("/branch/%3Cscript%3E")).status).toBe(404);
});

test("what is published next, and when", async () => {
  expect(words(await site.text("/"))).toContain("This tree is not published anywhere.");
  site.workplace.sh(
    `printf '\\n[publish]\\nremote = "https://me:secret@git.example.org/tree"\\nevery = "2 days"\\n' >> tree/longarm.toml`,
  );
  const page = await site.text("/");
  expect(words(page)).toContain("Due now , every 2 days.");
  expect(page).toContain("https://git.example.org/tree");
  expect(page).not.toContain("secret");
});
