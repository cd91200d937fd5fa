// What was posted, and what became of it.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { openMailSite } from "./mail-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openMailSite();
});
afterAll(() => site[Symbol.asyncDispose]());

test("postings are listed newest first, with what of them is in the tree", async () => {
  const text = await site.text("/postings");
  const links = [...text.matchAll(/<h2 class="posting-title">\s*<a href="([^"]*)"/g)].map(([, href]) => href);
  expect(links).toEqual(["/posting/greet-v2-0%40example.org/", "/posting/greet-v1-0%40example.org/"]);
  expect(text).toContain("mm-unstable");
  expect(await site.text("/postings?after=0.0")).toContain("No patch was posted before that.");
  expect(await site.text("/postings?after=nonsense")).toBe(text);
});

test("a posting shows its slots, tags with reasons, revisions and the discussion", async () => {
  const text = await site.text("/posting/greet-v2-0@example.org/");
  expect(text).toContain("not in the tree");
  expect(text).toMatch(/taken<\/span>\s*<span class="mono">Reviewed-by: Rita Reader/);
  expect(text).toMatch(/not taken<\/span>\s*<span class="mono">Acked-by: Not Me/);
  expect(text).toContain("it was sent by &quot;else@example.org&quot;");
  expect(text).toMatch(/In the tree is\s+<a href="\/posting\/[^"]*v1[^"]*">v1<\/a>/);
  expect(text).toContain("b4 am greet-v2-0@example.org");
  expect(text.match(/<article class="mail/g)).toHaveLength(5);
  expect(text).not.toContain('<pre class="mail-diff');
});

test("any mail of a posting leads to it, a mail of none to itself", async () => {
  const answer = await site.get("/posting/answer@example.org/");
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "/posting/greet-v2-0%40example.org/"]);
  const stray = await site.get("/posting/html@example.org/");
  expect([stray.status, stray.headers.get("location")]).toEqual([302, "/mail/html%40example.org/"]);
  expect((await site.get("/posting/nobody@example.org/")).status).toBe(404);
  expect((await site.get("/posting/greet-v2-0@example.org/raw")).status).toBe(404);
});

test("an update is seen at once: the old posting says that a later version took its place", async () => {
  const { status } = await site.workplace.longarm("update", "-C", "tree", "greet-v2-0@example.org");
  expect(status).toBe(0);
  const now = await site.text("/posting/greet-v2-0@example.org/");
  expect(now).toMatch(/<span class="badge good">in<\/span>\s*<a href="\/branch\/mm-unstable">/);
  expect(now).not.toContain("not in the tree");
});
