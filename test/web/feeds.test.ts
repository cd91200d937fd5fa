// Feeds with links to pages, and what robots and browsers ask for by themselves.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
  ]);
});
afterAll(() => site[Symbol.asyncDispose]());

test("the feed says where it is, and each entry has a page", async () => {
  const response = await site.get("/feed.atom");
  expect(response.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
  const xml = await response.text();
  expect(xml).toContain('<link rel="self" href="http://tree.example.org/feed.atom"/>');
  const pages = [...xml.matchAll(/<link rel="alternate" type="text\/html" href="([^"]*)"/g)].map(([, href]) => href);
  expect(pages.length).toBe(xml.match(/<entry>/g)?.length);
  for (const page of pages) expect(page).toMatch(/^http:\/\/tree\.example\.org\/(?:patch|operation)/);
});

test("a feed of an author, a branch or a patch holds only that", async () => {
  const all = (await site.text("/feed.atom")).match(/<entry>/g)?.length ?? 0;
  const author = await site.text("/feed.atom?author=ada%40example.org");
  expect(author).toContain("feed.atom?author=ada%40example.org");
  expect(author.match(/<entry>/g)?.length).toBeLessThan(all);
  expect((await site.text("/feed.atom?author=nobody")).match(/<entry>/g)).toBe(null);
  expect(await site.text("/feed.atom?branch=mm-unstable")).toContain("What happens in mm-unstable");
  expect((await site.get("/feed.atom?branch=none")).status).toBe(404);
  expect((await site.get("/feed.atom?patch=%3Cscript%3E")).status).toBe(404);
});

test("robots are asked to leave alone what costs much", async () => {
  const text = await site.text("/robots.txt");
  expect(text).toMatch(/^User-agent: \*\nDisallow: \/search$/m);
});

test("the icon that browsers ask for is the site's", async () => {
  const response = await site.get("/favicon.ico");
  expect(response.status).toBe(302);
  expect((await site.get(response.headers.get("location") ?? "")).headers.get("content-type")).toBe("image/svg+xml");
});
