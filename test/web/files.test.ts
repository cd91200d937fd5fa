// The queue as plain files, at addresses that lead nowhere else.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
let names: string[];
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
  ]);
  names = readdirSync(join(site.workplace.dir, "tree/patches"));
});
afterAll(() => site[Symbol.asyncDispose]());

test("every patch is there, byte by byte, and can do nothing", async () => {
  for (const name of names) {
    const response = await site.get(`/patches/${name}`);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.equals(readFileSync(join(site.workplace.dir, "tree/patches", name)))).toBe(true);
    const again = await site.get(`/patches/${name}`, { "if-none-match": response.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
  }
});

test("the series and the list of files", async () => {
  expect(await site.text("/series")).toBe(readFileSync(join(site.workplace.dir, "tree/series"), "utf8"));
  const text = await site.text("/patches/");
  for (const name of names) expect(text).toContain(`href="/patches/${name}"`);
  expect((await site.get("/patches")).headers.get("location")).toBe("/patches/");
  const head = await site.ask("/series", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a name without its ending, or one that a patch had before, leads to the file", async () => {
  const [first = ""] = names;
  const moved = await site.get(`/patches/${first.replace(/\.patch$/, "")}`);
  expect([moved.status, moved.headers.get("location")]).toEqual([302, `/patches/${first}`]);
});

test("no address leads out of the queue", async () => {
  const tries = [
    "/patches/../longarm.toml",
    "/patches/%2e%2e/longarm.toml",
    "/patches/..%2flongarm.toml",
    "/patches/%2e%2e%2flongarm.toml",
    "/patches/....//longarm.toml",
    "/patches/%252e%252e%252flongarm.toml",
    "/patches//etc/passwd",
    "/patches/%2fetc%2fpasswd",
    "/patches/..%5clongarm.toml",
    `/patches/${names[0]}%00`,
    "/patches/%ff.patch",
    "/patches/%0d%0aset-cookie:a=b",
    "/series/../longarm.toml",
    "/patches/.git/config",
  ];
  for (const path of tries) {
    const response = await site.get(path);
    expect(`${path} ${response.status}`).toBe(`${path} 404`);
    expect(await response.text()).not.toContain("[source]");
    expect(response.headers.get("set-cookie")).toBe(null);
  }
});

test("a patch that left is gone, with the reason", async () => {
  const [name = ""] = names;
  const dropped = await site.workplace.longarm("drop", "-C", "tree", name, "--reason", "obsolete");
  expect(dropped.status).toBe(0);
  const response = await site.get(`/patches/${name}`);
  expect(response.status).toBe(410);
  const text = await response.text();
  expect(text).toContain("obsolete");
  expect(text).toContain(`href="/patch/${name}"`);
});
