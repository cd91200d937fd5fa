// What the API does besides answering as its document says (api-contract.test.ts): filters and pages, what it never tells, who may
// read it from where, the stream of news, and the part of patchwork's API.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

let site: ExampleSite;
let token: string;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/make.patch`, `${fixtures}/docs.eml`, `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
    ["note", "-C", "tree", "make", "--private", "-m", "nobody shall read this"],
    ["note", "-C", "tree", "make", "-m", "everybody may read this"],
  ]);
  const added = await site.workplace.longarm("token", "add", "-C", "tree", "Robot <robot@example.org>");
  token = added.stdout.trim();
}, 120_000);
afterAll(() => site[Symbol.asyncDispose]());

const json = async <T>(path: string): Promise<T> => JSON.parse(await site.text(path)) as T;
interface Rows {
  readonly patches: readonly { readonly name: string; readonly author: string }[];
  readonly total: number;
  readonly next: string | null;
}

test("patches are filtered by the words of the command line, and a wrong word is told with the right ones", async () => {
  const all = await json<Rows>("/api/v1/patches");
  const some = await json<Rows>("/api/v1/patches?q=%22title%3Adocs%3A%20say%22");
  expect(some.total).toBeLessThan(all.total);
  expect(some.patches.map(({ name }) => name)).toEqual(["docs-say-whom-it-greets.patch"]);
  const wrong = await site.get("/api/v1/patches?q=autor:ada");
  expect(wrong.status).toBe(400);
  expect(wrong.headers.get("content-type")).toBe("application/problem+json");
  expect(await wrong.json()).toMatchObject({ title: 'no filter "autor:"', hint: expect.stringContaining("author:") });
});

test("pages lead to each other by Link, and a patch that is added meanwhile hides none", async () => {
  const all = await json<Rows>("/api/v1/patches");
  const seen: string[] = [];
  let address = "/api/v1/patches?limit=1";
  for (;;) {
    const response = await site.get(address);
    const { patches } = (await response.json()) as Rows;
    seen.push(...patches.map(({ name }) => name));
    const next = /^<http:\/\/tree\.example\.org([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    if (next === undefined) break;
    address = next;
  }
  expect(seen).toEqual(all.patches.map(({ name }) => name));
});

test("private notes are nowhere in the API, with a token or without", async () => {
  for (const path of ["/api/v1/patches", "/api/v1/patches/make.patch", "/api/v1/search?q=make"]) {
    const response = await site.get(path, { authorization: `Bearer ${token}` });
    const text = await response.text();
    expect(text).toContain("everybody may read this");
    expect(text).not.toContain("nobody shall");
    expect(text).not.toContain("privateNotes");
  }
});

test("a script of another site may read, not write", async () => {
  const asked = await site.ask("/api/v1/patches", { method: "OPTIONS", headers: { origin: "https://example.org" } });
  expect(asked.status).toBe(204);
  expect(asked.headers.get("access-control-allow-methods")).toBe("GET, HEAD");
  expect(asked.headers.get("access-control-allow-headers")).not.toContain("authorization");
  expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
  const head = await site.ask("/api/v1/tree", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const refused = await site.ask("/api/v1/patches/make.patch", { method: "DELETE" });
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

test("only a token is good for posting: what a browser or a proxy sends by itself is not", async () => {
  site.workplace.sh(
    `printf '\\n[web.identity]\\nheader = "X-User"\\nproxies = ["127.0.0.1"]\\nmaintainers = { ada = "Ada <ada@example.org>" }\\n' >> tree/longarm.toml`,
  );
  const response = await site.ask("/api/v1/patches/make.patch/checks", {
    method: "POST",
    body: '{"state":"fail"}',
    headers: { "x-user": "ada", "content-type": "application/json" },
  });
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([403, 'Bearer realm="longarm"']);
  expect(await json("/api/v1/patches/make.patch/checks")).toMatchObject({ checks: [] });
});

test("what comes in an address is data: no header, no path, no other host", async () => {
  for (const path of [
    "/api/v1/patches/..%2f..%2flongarm.toml",
    "/api/v1/branches/%0d%0aset-cookie:x",
    "/api/v2",
    "/api/v1/nothing",
  ]) {
    const response = await site.get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("people find every operation on a page without script, and machines find both APIs", async () => {
  const page = await site.get("/api", { accept: "text/html" });
  const text = await page.text();
  for (const id of ["listPatches", "postCheck", "stream"]) expect(text).toContain(`id="${id}"`);
  expect(text).not.toContain("<script");
  expect(await json("/api")).toMatchObject({ longarm: "http://tree.example.org/api/v1" });
});

/** The text of a stream until it has that piece. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, piece: string): Promise<string> {
  let text = "";
  while (!text.includes(piece)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

const streamOf = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await site.get(path, headers);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("no body");
  return reader;
};

test("the stream tells what another process writes into the ledger, and goes on behind the last event that was seen", async () => {
  const { lastEvent } = await json<{ lastEvent: string }>("/api/v1/tree");
  const reader = await streamOf("/api/v1/stream");
  await readUntil(reader, ": welcome");
  await site.workplace.longarm("note", "-C", "tree", "make", "-m", "first, and second");
  const text = await readUntil(reader, "event: noted");
  await reader.cancel();
  const [, id = "", data = ""] = /id: (\S+)\nevent: noted\ndata: (.+)\n\n/.exec(text) ?? [];
  expect(JSON.parse(data)).toMatchObject({ id, kind: "noted", patch: "make.patch" });
  const again = await streamOf("/api/v1/stream", { "last-event-id": lastEvent });
  expect(await readUntil(again, "event: noted")).toContain(`id: ${id}`);
  await again.cancel();
  const behind = await streamOf(`/api/v1/stream?after=${id}`);
  await site.workplace.longarm("note", "-C", "tree", "make", "-m", "another");
  const rest = await readUntil(behind, "event: noted");
  expect(rest).not.toContain(`id: ${id}\n`);
  await behind.cancel();
  const lost = await streamOf("/api/v1/stream?after=nonsense.0");
  expect(await readUntil(lost, "\n\n")).toContain("event: lost");
  await lost.cancel();
}, 30_000);

test("there are only so many streams at one time, and one that ends makes room", async () => {
  const readers = await Promise.all(Array.from({ length: 100 }, () => streamOf("/api/v1/stream")));
  const refused = await site.get("/api/v1/stream");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("30");
  await readers[0]?.cancel();
  const next = await streamOf("/api/v1/stream");
  await Promise.all([...readers.slice(1), next].map((reader) => reader.cancel()));
});

interface PatchworkPatch {
  readonly id: number;
  readonly msgid: string;
  readonly hash: string;
  readonly name: string;
  readonly check: string;
  readonly checks: string;
}

test("a client of patchwork finds a patch by its mail or hash, and posts what it found", async () => {
  const [patch, ...others] = await json<PatchworkPatch[]>("/api/1.2/patches/?q=docs");
  if (patch === undefined) throw new Error("no patch");
  expect(others).toEqual([]);
  for (const query of [`msgid=${encodeURIComponent(patch.msgid)}`, `hash=${patch.hash}`])
    expect((await json<PatchworkPatch[]>(`/api/1.3/patches/?${query}&project=any`)).map(({ id }) => id)).toEqual([
      patch.id,
    ]);
  expect(await json(`/api/1.0/patches/?msgid=nobody@example.org`)).toEqual([]);
  const send = (body: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    site.ask(new URL(patch.checks).pathname, {
      method: "POST",
      body: new URLSearchParams(body).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  const body = { context: "ci", state: "warning", target_url: "https://example.org/log", description: "two warnings" };
  expect((await send(body)).status).toBe(401);
  const known = { authorization: `Token ${token}` };
  expect((await send({ ...body, state: "good" }, known)).status).toBe(400);
  const made = await send(body, known);
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({ ...body, user: { email: "robot@example.org" } });
  expect(await json(new URL(patch.checks).pathname)).toMatchObject([body]);
  expect(await json<PatchworkPatch>(`/api/1.3/patches/${patch.id}/`)).toMatchObject({ check: "warning", prefixes: [] });
  const mailbox = await site.get(`/api/1.3/patches/${patch.id}/mbox/`);
  expect(mailbox.headers.get("content-disposition")).toContain("docs-say-whom-it-greets.patch");
  expect(await mailbox.text()).toContain("+Greets whoever is there.");
  expect((await site.get("/api/1.3/patches/999/")).status).toBe(404);
});
