// What a person finds of their own: patches in the tree, what waits, what left, tags that they gave.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["hold", "-C", "tree", "words-be-polite.patch", "--reason", "the docs are missing", "--until", "2026-03-01"],
    ["drop", "-C", "tree", "greet-greet-everybody.patch", "--reason", "to-be-updated"],
  ]);
});
afterAll(() => site[Symbol.asyncDispose]());

const words = (page: string): string => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

test("an author sees what is in, what waits and what left, in whatever case the address is asked for", async () => {
  const page = words(await site.text("/author/ADA%40example.org"));
  expect(page).toContain("Patches currently in the tree which might be from you 1");
  expect(page).toContain("words-be-polite.patch is held until 2026-03-01: the docs are missing");
  expect(page).toMatch(/Left lately 1 .*greet: greet everybody to-be-updated/);
});

test("who only gave tags sees what became of them", async () => {
  const page = words(await site.text("/author/else%40example.org"));
  expect(page).toContain("None is in the queue.");
  expect(page).toContain("Acked-by words-be-polite.patch not taken: sent by somebody else than it names");
});

test("the page has the author's feed", async () => {
  expect(await site.text("/author/ada%40example.org")).toContain('href="/feed.atom?author=ada%40example.org"');
});

test("whoever has nothing here is told so; what is no address is not found", async () => {
  const page = await site.text("/author/nobody%40example.org");
  expect(page).toContain("None is in the queue.");
  expect(page).toContain('href="/search?q=f%3Anobody%40example.org"');
  expect((await site.get("/author/nobody")).status).toBe(404);
  expect((await site.get("/author/%00")).status).toBe(404);
});

test("all authors are listed with their counts", async () => {
  expect(words(await site.text("/author/"))).toContain("Ada Author ada@example.org 1 1");
});
