// The log of operations: newest first, pages that new operations do not shift, what was taken back marked.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

/** More than one page. */
const NOTES = 55;

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
    ...Array.from({ length: NOTES }, (_, index) => [
      "note",
      "-C",
      "tree",
      "docs-say-whom-it-greets.patch",
      "-m",
      `n${index}.`,
    ]),
    ["undo", "-C", "tree"],
  ]);
}, 120_000);
afterAll(() => site[Symbol.asyncDispose]());

const notesOf = (page: string): string[] => [...page.matchAll(/noted: (n\d+)\./g)].map(([, note]) => note ?? "");

test("a page begins behind the operation that it names, whatever came since", async () => {
  const first = await site.text("/log");
  const [, older = ""] = /href="(\/log\?before=[^"]+)"/.exec(first) ?? [];
  const second = await site.text(older);
  const seen = [...notesOf(first), ...notesOf(second)];
  expect(seen).toEqual(Array.from({ length: NOTES }, (_, index) => `n${NOTES - 1 - index}`));
  await site.workplace.longarm("note", "-C", "tree", "docs-say-whom-it-greets.patch", "-m", "new one");
  expect(notesOf(await site.text(older))).toEqual(notesOf(second));
});

test("what was taken back is marked, and leads to what took it back", async () => {
  const page = await site.text("/log");
  const [, undo = ""] = /class="badge warn" href="([^"]+)">taken back/.exec(page) ?? [];
  expect(await site.text(undo)).toMatch(/<h1>What was done<\/h1>[^]*?undone/);
});

test("an operation that is none is not found", async () => {
  expect((await site.get("/log?before=%3Cx%3E")).status).toBe(404);
});
