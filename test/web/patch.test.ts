// `/patch/NAME` and what lies below it: the facts that people come for, the diff and its pieces, versions compared, hostile text.
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

const WORDS = "/patch/words-be-polite.patch";

let site: ExampleSite;
beforeAll(async () => {
  site = await openExampleSite([]);
  const { workplace } = site;
  workplace.sh('cat "$FIXTURES/greet-v1.mbox" "$FIXTURES/greet-v2.mbox" > list.mbox');
  workplace.sh("printf '\n[mail]\narchives = [\"../list.mbox\"]\n' >> tree/longarm.toml");
  for (const command of [
    ["mail", "sync", "-C", "tree"],
    ["add", "-C", "tree", "greet-v1-0@example.org"],
    ["build", "-C", "tree"],
    ["update", "-C", "tree", "greet-v2-0@example.org"],
    ["build", "-C", "tree"],
    ["hold", "-C", "tree", "words-be-polite", "--reason", "wait for <b>Bob</b>, see https://example.org/x"],
    ["note", "-C", "tree", "words-be-polite", "--private", "-m", "secret words"],
  ]) {
    const { status, stderr } = await workplace.longarm(...command);
    if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  }
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

/** The text of a page without its tags, blanks as one. */
function textIn(page: string): string {
  return page
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, " ");
}

test("a patch says where it is, which version, what the last build made of it, and how to get it", async () => {
  const page = await site.text(WORDS);
  const text = textIn(page);
  expect(text).toContain("words: be polite");
  expect(text).toContain("number 1 of the queue");
  expect(page).toContain('href="/mail/greet-v2-1%40example.org/"');
  expect(text).toMatch(/[0-9a-f]{40}/);
  expect(text).toContain("1 hunk: 1 where they say");
  expect(text).toContain("curl -O http://tree.example.org/patches/words-be-polite.patch");
  expect(text).toContain("b4 am greet-v2-1@example.org");
  expect(text).toContain("git cherry-pick");
  expect(page).toContain('wait for &lt;b&gt;Bob&lt;/b&gt;, see <a href="https://example.org/x"');
  expect(page).not.toMatch(/\sstyle=|<script(?![^>]*\ssrc=)/);
});

test("it is found by Message-ID, commit and subject, and leads to one address", async () => {
  for (const asked of ["greet-v2-1@example.org", "words: be polite", "words-be-polite"]) {
    const response = await site.get(`/patch/${encodeURIComponent(asked)}`);
    expect([response.status, response.headers.get("location")]).toEqual([302, WORDS]);
  }
  const commit = /[0-9a-f]{40}/.exec(textIn(await site.text(WORDS)))?.[0] ?? "";
  expect((await site.get(`/patch/${commit.slice(0, 12)}`)).headers.get("location")).toBe(WORDS);
  const several = await site.text(`/patch/${encodeURIComponent("greet-v2-0@example.org")}`);
  expect(several).toContain("patches are meant");
  expect((await site.get("/patch/nothing-like-it")).status).toBe(404);
  expect((await site.get("/patch/%2e%2e%2fetc%2fpasswd")).status).toBe(404);
});

test("the diff is shown both ways, with changed words", async () => {
  const unified = await site.text(WORDS);
  expect(unified).toContain('<tr class="d"><td data-n="6"></td>');
  expect(unified).toContain("<mark>");
  const split = await site.text(`${WORDS}?view=split`);
  expect(split).toMatch(/<td data-n="6"><\/td><td class="d">.*<td data-n="6"><\/td><td class="i">/);
});

test("what the patch does not show comes from the file that the build made, as a page and as rows", async () => {
  const [, load = ""] = /data-load="([^"]*)"/.exec(await site.text(WORDS)) ?? [];
  const address = load.replaceAll("&amp;", "&");
  expect(address).toContain("/context?n=1&from=1&to=2");
  expect(await site.text(address)).toContain("#include &quot;words.h&quot;");
  const rows = await site.text(`${address}&fragment=1`);
  expect(rows).toMatch(/^<table class="diff">/);
  expect(await site.text(`${WORDS}?expand=1.1`)).toContain("#include &quot;words.h&quot;");
  expect((await site.get(`${WORDS}/context?n=99`)).status).toBe(404);
  expect((await site.get(`${WORDS}/context?n=1&from=-5&to=999999999&shift=x`)).status).toBe(200);
  expect((await site.get(`${WORDS}?expand=1.1,9.9,x,-1.-1`)).status).toBe(200);
});

test("two versions are compared as range-diff does", async () => {
  const page = await site.text(`${WORDS}/diff?from=queued-v1&to=queued-v2`);
  expect(textIn(page)).toMatch(/The change|Only the log|Nothing/);
  expect(page).toContain('<option value="queued-v1" selected');
  expect(await site.text(`${WORDS}/diff?from=%3Cscript%3E&to=nope`)).not.toContain("<script>");
});

test("private notes are for nobody who is not signed in", async () => {
  expect(await site.text(WORDS)).not.toContain("secret words");
});

test("a long diff is short at first, and the rest comes in pieces", async () => {
  const lines = Array.from({ length: 6000 }, (_none, index) => `+line ${index}\n`).join("");
  writeFileSync(
    join(site.workplace.dir, "long.patch"),
    `From: Ada Author <ada@example.org>\nSubject: [PATCH] long\n\nLong.\n\nSigned-off-by: Ada Author <ada@example.org>\n---\n--- /dev/null\n+++ b/long.txt\n@@ -0,0 +1,6000 @@\n${lines}`,
  );
  expect((await site.workplace.longarm("add", "-C", "tree", join(site.workplace.dir, "long.patch"))).status).toBe(0);
  const page = await site.text("/patch/long.patch");
  expect(page.match(/<tr class="i">/g)?.length).toBe(1499);
  const [, href = ""] = /<a data-load href="([^"]*)"/.exec(page) ?? [];
  const piece = await site.text(`${href.replaceAll("&amp;", "&")}&fragment=1`);
  expect(piece.match(/<tr class="i">/g)?.length).toBe(4000);
  expect(piece).toContain("from=5500");
});

test("a patch that left has its page still", async () => {
  await site.workplace.longarm("drop", "-C", "tree", "long.patch", "--reason", "obsolete");
  const text = textIn(await site.text("/patch/long.patch"));
  expect(text).toContain("no more: it left");
  expect(text).toContain("obsolete");
});

test("hostile text stays text, and only web addresses become links", async () => {
  const { dir } = site.workplace;
  writeFileSync(
    join(dir, "tree/patches/evil.patch"),
    [
      "From: Eve <eve@example.org>",
      "Subject: [PATCH] <script>alert(1)</script> \u202e turned",
      "",
      'See javascript:alert(1) and "><img src=x onerror=alert(2)>, <20240101123456.1-1-eve@example.org>.',
      "",
      "Link: javascript:alert(3)",
      "Signed-off-by: Eve <eve@example.org>",
      "---",
      "diff --git a/<b>x.c b/<b>x.c",
      "new file mode 100644",
      "--- /dev/null",
      "+++ b/<b>x.c",
      "@@ -0,0 +1,2 @@ </td><script>alert(4)</script>",
      "+</table><script>alert(5)</script>",
      "+last \u202e ",
      "\\ No newline at end of file",
      "",
    ].join("\n"),
  );
  // By hand, because `add` refuses such characters.
  appendFileSync(join(dir, "tree/series"), "evil.patch\n");
  const page = await site.text("/patch/evil.patch");
  expect(page).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)|<img|href="javascript|<b>x/i);
  expect(page).not.toContain("\u202e");
  expect(page).toContain("\\u202e");
  expect(page).toContain("/mail/20240101123456.1-1-eve%40example.org/");
  expect(page).toContain("no newline at end of file");
});
