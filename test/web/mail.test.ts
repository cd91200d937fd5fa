// Mails on pages and as files, those that mean harm among them.
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { splitMbox } from "#model/mail";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";
import { HOSTILE_ID, openMailSite } from "./mail-site.ts";

let site: ExampleSite;
beforeAll(async () => {
  site = await openMailSite();
});
afterAll(() => site[Symbol.asyncDispose]());

const hostile = `/mail/${encodeURIComponent(HOSTILE_ID)}/`;

test("a mail is shown with its thread around it", async () => {
  const text = await site.text("/mail/answer@example.org/");
  expect(text).toContain("<h1>Re: [PATCH v2 1/2] words: be polite</h1>");
  expect(text).toContain('href="/author/rita%40example.org"');
  expect(text).toMatch(/<summary>12 lines quoted<\/summary>/);
  expect(text).toContain("<summary>signature</summary>");
  expect(text).toContain('href="/mail/robot%40example.org/"');
  expect(text).toContain("Thread, 5 mails");
});

test("a mail without the slash at its end is found, one that nobody has is searched for", async () => {
  const moved = await site.get("/mail/answer@example.org");
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/mail/answer%40example.org/"]);
  expect((await site.get("/mail/nobody@example.org/")).status).toBe(404);
  expect((await site.get("/mail/%ff/")).status).toBe(404);
  expect((await site.get("/mail/")).status).toBe(404);
});

test("hostile text is text, and turned text is shown as such", async () => {
  const text = await site.text(hostile);
  expect(text).not.toMatch(/<script(?! type="module" src="\/assets\/)|<img|\son[a-z]+="/);
  expect(text).toContain("\\u202e&lt;script&gt;");
  expect(text).toContain('href="https://example.org/?a=1&amp;b=2"');
  expect(text).not.toMatch(/href="(?!\/|#|https?:)/);
});

test("a mail comes as it came, under a policy that lets it do nothing", async () => {
  const response = await site.get(`${hostile}raw`);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const text = await response.text();
  expect(text).toContain("\nFrom here on: <img src=x");
  expect(text.startsWith(`Message-ID: <${HOSTILE_ID}>\n`)).toBe(true);
});

test("an attachment is handed over under a name that is only a name", async () => {
  const response = await site.get(`${hostile}attachment/2`);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  const disposition = response.headers.get("content-disposition") ?? "";
  expect(disposition).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"; filename\*=UTF-8''[A-Za-z0-9._%-]+$/);
  expect(await response.text()).toBe("<script>alert(1)</script>");
  expect((await site.get(`${hostile}attachment/9`)).status).toBe(404);
});

test("of a mail in HTML the words are shown, with a note", async () => {
  const text = await site.text("/mail/html@example.org/");
  expect(text).toContain("It was sent as HTML only");
  expect(text).toContain("Hello &lt;b&gt; there");
  expect(text).not.toContain("onload");
});

test("a thread is a mailbox that splits into its mails", async () => {
  const response = await site.get("/mail/answer@example.org/t.mbox.gz");
  expect(response.headers.get("content-type")).toBe("application/gzip");
  const { messages, problems } = splitMbox(gunzipSync(new Uint8Array(await response.arrayBuffer())));
  expect(problems).toEqual([]);
  expect(messages).toHaveLength(5);
  const single = await site.get(`${hostile}t.mbox.gz`);
  const mailbox = gunzipSync(new Uint8Array(await single.arrayBuffer())).toString();
  expect(mailbox).toContain("\n>From here on");
});

test("a thread on one page nests its answers and links them", async () => {
  const text = await site.text("/mail/answer@example.org/t/");
  expect(text.match(/<article class="mail depth-\d"/g)).toEqual([
    '<article class="mail depth-0"',
    '<article class="mail depth-1"',
    '<article class="mail depth-2"',
    '<article class="mail depth-3"',
    '<article class="mail depth-1"',
  ]);
  expect(text).toContain("answers Rita Reader");
});

test("a long thread has pages, and deep answers stay in sight", async () => {
  const first = await site.text("/mail/long-3@example.org/t/");
  expect(first.match(/<article /g)).toHaveLength(100);
  expect(first).toContain('href="/mail/long-3%40example.org/t/?page=2"');
  expect(first).not.toMatch(/depth-(?:[6-9]|\d\d)/);
  const second = await site.text("/mail/long-3@example.org/t/?page=2");
  expect(second.match(/<article /g)).toHaveLength(21);
  expect(second).toContain("number 120");
  expect((await site.text("/mail/long-3@example.org/t/?page=99")).match(/<article /g)).toHaveLength(100);
});

test("what stands in an address never becomes a header", async () => {
  for (const path of [
    "/mail/x@y%0d%0aset-cookie:%20a=b",
    "/mail/x@y%0d%0aset-cookie:%20a=b/raw",
    "/posting/x@y%0d%0aa:b",
  ]) {
    const response = await site.get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("set-cookie")).toBe(null);
  }
});

test("who has a mail is told so", async () => {
  const { headers } = await site.get("/mail/answer@example.org/raw");
  const again = await site.get("/mail/answer@example.org/raw", { "if-none-match": headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  const head = await site.ask("/mail/answer@example.org/", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a tree without mails says how it gets some", async () => {
  await using bare = await openExampleSite([]);
  expect(await bare.text("/postings")).toContain("longarm mail sync");
  expect((await bare.get("/mail/a@example.org/")).status).toBe(404);
  expect(await bare.text("/search?q=greet")).toContain("no index of mails");
});

test("a mail that the ledger speaks of and no archive has leads to the archive that Link: trailers name; any other is not found", async () => {
  const [, id = ""] = /"announced"[^\n]*"messageId":"([^"]+)"/.exec(site.workplace.sh("cat tree/ledger/*.jsonl")) ?? [];
  const response = await site.get(`/mail/${encodeURIComponent(id)}/`);
  expect(response.headers.get("location")).toBe(`https://lore.kernel.org/${encodeURIComponent(id)}`);
  expect((await site.get("/mail/no-such-mail%40example.org/")).status).toBe(404);
});
