// What all pages share: headers, validators, compression, one look at the tree, 404 pages that search.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
  ]);
});
afterAll(() => site[Symbol.asyncDispose]());

test("a page tells browsers to run nothing that the site did not bring", async () => {
  const response = await site.get("/");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await response.text()).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)|\son[a-z]+=|\sstyle=/);
});

test("who has a page is told so, until the tree changes", async () => {
  const first = await site.get("/queue");
  const etag = first.headers.get("etag") ?? "";
  expect((await site.get("/queue", { "if-none-match": etag })).status).toBe(304);
  expect((await site.get("/queue", { "if-none-match": '"other"' })).status).toBe(200);
  await site.workplace.longarm("add", "-C", "tree", `${fixtures}/docs.eml`);
  const later = await site.get("/queue", { "if-none-match": etag });
  expect(later.status).toBe(200);
  expect(later.headers.get("etag")).not.toBe(etag);
});

test("a page is compressed for who takes that", async () => {
  const plain = await site.get("/");
  const packed = await site.get("/", { "accept-encoding": "br, gzip" });
  expect(plain.headers.get("content-encoding")).toBe(null);
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  const text = await new Response(packed.body?.pipeThrough(new DecompressionStream("gzip"))).text();
  expect(text).toBe(await plain.text());
  expect((await site.get("/", { "accept-encoding": "gzip;q=0" })).headers.get("content-encoding")).toBe(null);
});

test("where nothing is, the page searches for what was asked, as text", async () => {
  const response = await site.get('/nope/%22%3E%3Cscript%3E"');
  expect(response.status).toBe(404);
  const text = await response.text();
  expect(text).toContain("nope/&quot;&gt;&lt;script&gt;");
  expect(text).not.toContain("<script>");
});

test("an asset may be kept for ever", async () => {
  const [, href = ""] = /href="(\/assets\/style\.[0-9a-f]{12}\.css)"/.exec(await site.text("/")) ?? [];
  const response = await site.get(href);
  expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect((await site.get("/assets/../package.json")).status).toBe(404);
  expect((await site.get("/assets/..%2f..%2fpackage.json")).status).toBe(404);
});
