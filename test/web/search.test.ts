// One field for patches, files, commits and mails; and the page where nothing is.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { openMailSite } from "./mail-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openMailSite();
  await site.workplace.longarm("build", "-C", "tree");
});
afterAll(() => site[Symbol.asyncDispose]());

const search = (query: string): Promise<string> => site.text(`/search?q=${encodeURIComponent(query)}`);
const headings = (text: string): string[] => [...text.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id ?? "");

test("bare words find patches, files and mails", async () => {
  expect(headings(await search("words"))).toEqual(["patches", "files", "mails"]);
  expect(await search("words")).toContain('href="/queue?q=file%3Alib%2Fwords.c"');
});

test("filters find patches, prefixes mails", async () => {
  expect(headings(await search("author:ada file:lib/"))).toEqual(["patches"]);
  expect(headings(await search("s:polite f:rita"))).toEqual(["mails"]);
  expect(headings(await search("file:lib/ s:polite"))).toEqual(["patches", "mails"]);
});

test("a name, a Message-ID and a commit are found as a whole", async () => {
  const [, name = ""] = /href="\/patch\/([^"]*)"/.exec(await search("words")) ?? [];
  expect(await search(name)).toContain('aria-label="Found by its name"');
  expect(await search("<answer@example.org>")).toMatch(
    /<span class="badge thread">mail<\/span>\s*<a href="\/mail\/answer%40example.org\/">/,
  );
  const commit = site.workplace.sh("git -C source rev-parse mm-unstable").trim();
  expect(await search(commit.slice(0, 12))).toContain('aria-label="Found by its commit"');
});

test("what is not understood is said, nothing is broken", async () => {
  expect(await search("older:soon")).toContain("is no age");
  expect(await search("d:yesteryear")).toContain("is no date");
  for (const query of [
    '"',
    "(((",
    "OR",
    "s:",
    "*",
    "NOT",
    `'; DROP TABLE mail; --`,
    "\u0000",
    "a".repeat(5000),
    "%",
    "\\",
  ])
    expect(headings(await search(query)).length).toBeLessThan(4);
});

test("a private remark is no reason to be found", async () => {
  const [, name = ""] = /href="\/patch\/([^"]*)"/.exec(await search("words")) ?? [];
  const { status } = await site.workplace.longarm("hold", "-C", "tree", name, "--reason", "x");
  expect(status).toBe(0);
  expect(headings(await search("state:held"))).toEqual(["patches"]);
  site.workplace.sh(
    `printf '{"at":"2026-02-11T09:00:00Z","by":"m","patch":"${name}","text":"secret"}\\n' > tree/.longarm/notes.jsonl`,
  );
  const { stdout } = await site.workplace.longarm("list", "-C", "tree", "state:noted");
  expect(stdout).toContain(name);
  expect(headings(await search("state:noted"))).toEqual([]);
  expect(await search("state:held")).not.toContain("secret");
});

test("a query is shown as text", async () => {
  const text = await search('"><script>nowhere(1)</script>');
  expect(text).not.toContain("<script>nowhere");
  expect(text).toContain("Nothing was found.");
});

test("an address that is none offers what it may have meant", async () => {
  const response = await site.get("/patch-of/word-be-polite");
  expect(response.status).toBe(404);
  const text = await response.text();
  expect(text).toContain('value="patch-of/word-be-polite"');
  expect(text).toContain("/search");
});
