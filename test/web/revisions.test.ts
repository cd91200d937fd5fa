// A newer revision than the one that is queued: its author asks for it on the page of the patch and on their own, a machine in the API.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { openMailSite } from "./mail-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openMailSite();
});
afterAll(() => site[Symbol.asyncDispose]());

const PATCH = "/patch/words-be-polite.patch";
/** Requests after which a page must be whole. */
const MAX_ASKED = 50;

/** The text of a page that may say at first that it still looks. */
async function wholeText(path: string): Promise<string> {
  for (let asked = 0; asked < MAX_ASKED; asked += 1) {
    const page = await site.text(path);
    if (!page.includes("being looked for")) return page;
  }
  throw new Error(`${path} does not come to an end`);
}

const words = (page: string): string => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

test("the page of a patch tells of it, and lists every revision", async () => {
  const page = await wholeText(PATCH);
  expect(words(page)).toMatch(/newer v2 was posted .{1,30}, and is not in the queue\./);
  expect(page).toContain('href="/posting/greet-v2-0%40example.org/"');
  expect(words(page)).toMatch(/Versions .*v1 queued .* the first v2 posted/);
});

test("the author's page says which of their patches it is about", async () => {
  const page = words(await wholeText("/author/ada%40example.org"));
  expect(page).toMatch(/What waits words-be-polite\.patch is queued as v1; v2 was posted/);
});

test("the API has all revisions", async () => {
  const { posted } = JSON.parse(await site.text("/api/v1/patches/words-be-polite.patch")) as {
    readonly posted: readonly { readonly revision: string }[];
  };
  expect(posted.map(({ revision }) => revision)).toEqual(["v1", "v2"]);
});

test("after an update nothing is told to be newer", async () => {
  const { status, stderr } = await site.workplace.longarm("update", "-C", "tree", "greet-v2-0@example.org");
  expect([status, stderr]).toEqual([0, ""]);
  const page = words(await wholeText(PATCH));
  expect(page).not.toContain("is not in the queue.");
  expect(page).toContain("the newest that was posted");
});
