// What a careful reviewer of the site tried that was not held off at first: each of these failed once. Attacks on the bytes of HTTP are
// in attacks.test.ts, on forms in actions-guard.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { bytesOf } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import { parseDiff } from "#model/diff";
import { openExistingIndex } from "#io/mail-index";
import { keptAnswer, makeCache, respond } from "../../src/ui/web/cache.ts";
import { codeOf } from "../../src/ui/web/diff/code.ts";
import { rowsOf } from "../../src/ui/web/diff/rows.ts";
import { makeOutgoing, OUTGOING_LIMITS } from "../../src/ui/web/outgoing.ts";
import { linkedText } from "../../src/ui/web/parts/linked-text.ts";
import { authorName } from "../../src/ui/web/parts/mail-article.ts";
import { descriptionHtml } from "../../src/ui/web/patch/description.ts";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";
import { openMailSite } from "./mail-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
  ]);
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

describe("private remarks", () => {
  let name = "";
  beforeAll(async () => {
    [name = ""] = site.workplace.sh("sed -n 's/ .*//;/patch$/p' tree/series").trim().split("\n");
    const { status, stderr } = await site.workplace.longarm(
      "note",
      "-C",
      "tree",
      name,
      "-m",
      "the secret",
      "--private",
    );
    if (status !== 0) throw new Error(stderr);
  });

  test("are in no answer to somebody who is nobody, and no filter tells who has one", async () => {
    const { stdout } = await site.workplace.longarm("list", "-C", "tree", "state:noted");
    expect(stdout).toContain("1 note");
    const listed = JSON.parse(await site.text("/api/v1/patches?q=state:noted")) as { readonly total: number };
    expect(listed.total).toBe(0);
    const found = JSON.parse(await site.text("/api/v1/search?q=state:noted")) as { readonly patches: unknown[] };
    expect(found.patches).toEqual([]);
    for (const path of [
      "/queue?q=state:noted",
      "/search?q=state:noted",
      "/search?q=secret",
      `/patch/${name}`,
      `/api/v1/patches/${name}`,
      `/api/v1/patches/${name}/events`,
      "/api/v1/events",
      "/api/v1/patches",
      "/api/1.3/patches/",
      "/feed.atom",
      "/log",
      "/",
    ])
      expect([path, await site.text(path)]).toEqual([path, expect.not.stringContaining("the secret")]);
  });
});

describe("text that is made to cost is read in linear time", () => {
  /** Milliseconds; what was quadratic took many times as long. */
  const LIMIT = 1000;

  test.each<readonly [string, () => unknown]>([
    ["web addresses", () => linkedText(`http://a/${".".repeat(990)}x${")".repeat(1000)} `.repeat(100))],
    ["blanks at the end of a line of code", () => repeated(1500, () => codeOf(codeLine(`${" ".repeat(1999)}x`)))],
    ["blanks in a name", () => authorName(`${" ".repeat(200_000)}x`)],
    ["a word like a Message-ID", () => descriptionHtml(described(`<${"1".repeat(200_000)}`))],
    ["lines with many words", () => [...rowsOf(wordyFile(19), "unified")]],
    ["Accept-Encoding", () => repeated(20, () => respond(accepting(`gzip${" ".repeat(15_000)}x`), PLAIN))],
  ])("%s", async (_what, work) => {
    expect(await duration(work)).toBeLessThan(LIMIT);
  });

  test("a piece of a diff that is behind others costs no more than it shows", async () => {
    const file = wordyFile(100);
    const rows = rowsOf(file, "unified", 8090).drop(8090).toArray();
    expect(rows).toEqual(rowsOf(file, "unified").drop(8090).toArray());
    expect(await duration(() => rowsOf(file, "unified", 8090).toArray())).toBeLessThan(LIMIT / 4);
  });

  test("Accept-Encoding says whether an answer may be compressed", () => {
    for (const [header, coding] of [
      ["gzip", "gzip"],
      ["br, GZip ;q=0.5", "gzip"],
      ["*", "gzip"],
      ["gzip;q=0", null],
      ["gzip;q=0.000", null],
      ["br", null],
      ["xgzip", null],
      ["", null],
    ] as const)
      expect([header, respond(accepting(header), PLAIN).headers.get("content-encoding")]).toEqual([header, coding]);
  });
});

describe("a search that is made to cost", () => {
  let mails: ExampleSite;
  beforeAll(async () => {
    mails = await openMailSite();
  }, 60_000);
  afterAll(() => mails[Symbol.asyncDispose]());

  test("and is deeper than the index can hold is told so", async () => {
    const deep = encodeURIComponent(`${"(a OR ".repeat(95)}b${")".repeat(95)}`);
    expect(await mails.text(`/search?q=${deep}`)).toContain("nested too deep");
    const { problems } = JSON.parse(await mails.text(`/api/v1/search?q=${deep}`)) as { readonly problems: string[] };
    expect(problems).toContain("this search is nested too deep, or too long");
  });

  test("with hundreds of words is cut", async () => {
    const { problems } = JSON.parse(await mails.text(`/api/v1/search?q=${"x+".repeat(500)}`)) as {
      readonly problems: string[];
    };
    expect(problems).toContain("Read query: only the first 100 words are searched for");
  });

  test("leaves nothing behind in the index", () => {
    using index = openExistingIndex(join(mails.workplace.dir, "tree/.longarm"));
    const first = index.sql("SELECT 0");
    expect(index.sql("SELECT 0")).toBe(first);
    for (let at = 1; at <= 1000; at += 1) index.sql(`SELECT ${at}`);
    expect(index.sql("SELECT 0")).not.toBe(first);
  });
});

test("a title that turns the text around it is shown", async () => {
  site.workplace.sh(`printf '\\n[web]\\ntitle = "<b>\\\\u202e"\\n' >> tree/longarm.toml`);
  expect(await site.text("/queue")).toContain("&lt;b&gt;\\u202e");
});

test("one client that does not read leaves turns of git to others", async () => {
  const unread = await Promise.all(Array.from({ length: 4 }, () => fetchRefs("192.0.2.1")));
  expect(unread.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const fifth = fetchRefs("192.0.2.1");
  expect(await Promise.race([fifth, setTimeout(300, "waits")])).toBe("waits");
  expect(await (await fetchRefs("192.0.2.2")).text()).toContain("git-upload-pack");
  for (const one of unread) await one.text();
  expect(await (await fifth).text()).toContain("git-upload-pack");
});

test("large answers that nobody reads have a limit together", async () => {
  const outgoing = makeOutgoing();
  const half = OUTGOING_LIMITS.all / 2;
  const answer = (bytes: number): Response => outgoing(new Response("x"), bytes);
  const [first, second] = [answer(half), answer(half)];
  expect([first.status, second.status, answer(half).status, answer(10).status]).toEqual([200, 200, 503, 200]);
  await first.body?.cancel();
  const third = answer(half);
  expect([third.status, answer(half).status]).toEqual([200, 503]);
  expect(await second.text()).toBe("x");
  expect(answer(half).status).toBe(200);
});

test("a large answer is compressed while it is read, and whole", async () => {
  const body = new Uint8Array(9_000_000).fill(97);
  const large = keptAnswer("", 200, { "content-type": "text/plain" }, body, 0);
  const response = respond(accepting("gzip"), large);
  expect(large.gzip).toBe(null);
  expect(gunzipSync(await response.bytes()).equals(body)).toBe(true);
});

test("addresses that are longer than their answers do not fill the memory", () => {
  const cache = makeCache();
  for (let at = 0; at < 3000; at += 1) cache.keep(longAddress(at), PLAIN);
  expect(cache.find(longAddress(2999), "", 0)).toBe(PLAIN);
  expect(cache.find(longAddress(0), "", 0)).toBe(null);
});

const PLAIN = keptAnswer("", 200, { "content-type": "text/html" }, "a".repeat(2000), 0);

function accepting(encoding: string): Request {
  return new Request("http://tree.example.org/", { headers: { "accept-encoding": encoding } });
}

function repeated(times: number, work: () => unknown): void {
  for (let at = 0; at < times; at += 1) work();
}

function codeLine(text: string): Parameters<typeof codeOf>[0] {
  return { text, unended: false, marks: [], kind: "insert" };
}

function described(description: string): Parameters<typeof descriptionHtml>[0] {
  return { description, trailers: [] } as unknown as Parameters<typeof descriptionHtml>[0];
}

/** Hunks in which forty long lines of words become forty others. */
function wordyFile(hunks: number): FileDiff {
  const text = Array.from({ length: hunks }, (_none, at) => {
    const first = at * 100 + 1;
    return `@@ -${first},40 +${first},40 @@\n${wordyLines("-")}${wordyLines("+")}`;
  });
  const [file] = parseDiff(bytesOf(`--- a/f\n+++ b/f\n${text.join("")}`)).files;
  if (file === undefined) throw new Error("no file");
  return file;
}

function wordyLines(sign: string): string {
  return Array.from({ length: 40 }, (_none, at) => wordyLine(sign, at)).join("");
}

function wordyLine(sign: string, at: number): string {
  return `${sign}${Array.from({ length: 160 }, (_none, word) => `w${(word * 7 + at) % 331}`).join(" ")}${sign}\n`;
}

async function duration(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function longAddress(at: number): string {
  return `/api/v1/patches?branch=${at}${"a".repeat(15_000)}`;
}

function fetchRefs(remote: string): Promise<Response> {
  const address = "http://tree.example.org/source.git/info/refs?service=git-upload-pack";
  return site.site.fetch(new Request(address), remote);
}

test("an error says nothing of where the tree lies on the server", async () => {
  await using broken = await openExampleSite([]);
  broken.workplace.sh("printf nonsense > tree/.longarm/tokens.json");
  for (const path of ["/", "/api/v1/tree"]) {
    const text = await (await broken.get(path, { authorization: "Bearer longarm_x" })).text();
    expect([path, text.includes(broken.workplace.dir)]).toEqual([path, false]);
  }
  expect(await (await broken.get("/", { authorization: "Bearer longarm_x" })).text()).toContain("…/tokens.json");
});
