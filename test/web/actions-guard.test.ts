// Who is let in, and what is kept out: tokens, sessions, proxies, forms of other sites, forms without end.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";
import type { Maintainer } from "./maintainer.ts";
import { form, signIn } from "./maintainer.ts";

let site: ExampleSite;
let rita: Maintainer;
beforeEach(async () => {
  site = await openExampleSite([["add", "-C", "tree", `${fixtures}/greet-v1.mbox`]]);
  rita = await signIn(site);
});
afterEach(() => site[Symbol.asyncDispose]());

const HOLD = [
  ["patch", "words-be-polite"],
  ["reason", "later"],
] as const;

const ledger = (): string => site.workplace.sh("cd tree && cat ledger/*");

test("whoever is not signed in is led to the sign-in page and back", async () => {
  const asked = await site.get("/do/hold?patch=foo.patch");
  expect(asked.status).toBe(303);
  expect(asked.headers.get("location")).toBe("/sign-in?to=%2Fdo%2Fhold%3Fpatch%3Dfoo.patch");
  expect((await site.ask("/do/hold", form(HOLD))).headers.get("location")).toBe("/sign-in?to=%2Fdo%2Fhold");
  expect((await site.get("/inbox")).headers.get("location")).toBe("/sign-in?to=%2Finbox");
  const page = await site.text("/sign-in?to=%2Fdo%2Fhold%3Fpatch%3Dfoo.patch");
  expect(page).toContain('name="to" value="/do/hold?patch=foo.patch"');
});

test("a session is for this browser only, and ends", async () => {
  const wrong = await site.ask("/sign-in", form([["token", "longarm_nonsense"]]));
  expect(wrong.status).toBe(403);
  expect(wrong.headers.get("set-cookie")).toBe(null);
  expect(await wrong.text()).toContain("nobody&#39;s token");
  const page = await rita.text("/do/hold?patch=words-be-polite.patch");
  expect(page).toContain("Rita Reader");
  const [, proof = ""] = /name="proof" value="([^"]+)"/.exec(page) ?? [];
  expect((await rita.post("/sign-out", [])).status).toBe(403);
  expect((await rita.get("/do/note")).status).toBe(200);
  const out = await rita.post("/sign-out", [["proof", proof]]);
  expect(out.status).toBe(303);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect((await rita.get("/do/note")).status).toBe(303);
});

test("signing in sets a cookie that no script and no other site gets, and goes nowhere else", async () => {
  const { stdout } = await site.workplace.longarm(
    "token",
    "add",
    "-C",
    "tree",
    "Tom Tester <tom@example.org>",
    "--may",
    "maintain",
    "--json",
  );
  const { token } = JSON.parse(stdout) as { readonly token: string };
  const places: readonly (readonly [string, string])[] = [
    ["/queue?q=x#y", "/queue?q=x#y"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["/\t/evil.example/", "/%20/evil.example/"],
    ["/.//evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/%0d%0aSet-Cookie:x=y", "/%0d%0aSet-Cookie:x=y"],
  ];
  for (const [to, where] of places) {
    const response = await site.ask(
      "/sign-in",
      form([
        ["token", token],
        ["to", to],
      ]),
    );
    expect([to, response.status, response.headers.get("location")]).toEqual([to, 303, where]);
    expect(response.headers.get("set-cookie")).toMatch(/^longarm-session=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
  }
});

test("a form without the proof, or with another one's, does nothing", async () => {
  const before = ledger();
  const { confirm } = await rita.plan("hold", HOLD);
  const tom = await signIn(site, "Tom Tester <tom@example.org>");
  const proofs = [
    undefined,
    "",
    "x".repeat(43),
    (await tom.plan("hold", HOLD)).confirm.find(([name]) => name === "proof")?.[1],
  ];
  for (const proof of proofs) {
    const fields = confirm.filter(([name]) => name !== "proof");
    const response = await rita.post("/do/hold", proof === undefined ? fields : [["proof", proof], ...fields]);
    expect(response.status).toBe(403);
  }
  expect(ledger()).toBe(before);
  expect((await rita.post("/do/hold", confirm)).status).toBe(303);
});

test("a form of another site does nothing, even with the proof", async () => {
  const before = ledger();
  const { confirm } = await rita.plan("hold", HOLD);
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://tree.example.org:8080" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://tree.example.org" },
  ];
  for (const headers of foreign) expect((await rita.post("/do/hold", confirm, headers)).status).toBe(403);
  expect(ledger()).toBe(before);
  const own = { origin: "http://tree.example.org", "sec-fetch-site": "same-origin" };
  expect((await rita.post("/do/hold", confirm, own)).status).toBe(303);
  for (const headers of foreign) expect((await site.ask("/sign-in", form([["token", "x"]], headers))).status).toBe(403);
});

test("a form is short, and a form", async () => {
  const long = await rita.post("/do/hold", [["reason", "x".repeat(1024 * 1024)]]);
  expect(long.status).toBe(413);
  const many = await rita.post(
    "/do/hold",
    Array.from({ length: 30_001 }, () => ["patch", "a"] as const),
  );
  expect(many.status).toBe(413);
  for (const type of ["application/json", "multipart/form-data; boundary=x", "text/plain"]) {
    const init = { method: "POST", body: "patch=a", headers: { cookie: rita.cookie, "content-type": type } };
    expect((await site.ask("/do/hold", init)).status).toBe(415);
  }
  // A length that is not told is counted.
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
  const init = { ...form([], { cookie: rita.cookie }), body: endless, duplex: "half" } as RequestInit;
  expect((await site.ask("/do/hold", init)).status).toBe(413);
});

test("a token for checks may do nothing here; one to maintain needs no proof in its header", async () => {
  const tokens = await Promise.all(
    (["check", "maintain"] as const).map(async (may, index) => {
      const name = `Robot ${index} <robot${index}@example.org>`;
      const { stdout } = await site.workplace.longarm("token", "add", "-C", "tree", name, "--may", may, "--json");
      return (JSON.parse(stdout) as { readonly token: string }).token;
    }),
  );
  const [check = "", maintain = ""] = tokens;
  for (const path of ["/do/hold", "/inbox", "/outbox", "/build/1"]) {
    expect((await site.get(path, { authorization: `Bearer ${check}` })).status).toBe(403);
  }
  expect((await site.ask("/do/hold", form(HOLD, { authorization: `Bearer ${check}` }))).status).toBe(403);
  const planned = await site.ask("/do/hold", form(HOLD, { authorization: `Bearer ${maintain}` }));
  expect(planned.status).toBe(200);
  const [, stamp = ""] = /name="stamp" value="([^"]+)"/.exec(await planned.text()) ?? [];
  const fields = [...HOLD, ["stamp", stamp], ["run", "yes"]] as const;
  expect((await site.ask("/do/hold", form(fields, { authorization: `Bearer ${maintain}` }))).status).toBe(303);
  expect(ledger()).toContain('"by":"Robot 1 <robot1@example.org>"');
});

test("a proxy is believed when it is one, and only then", async () => {
  const { writeFileSync, readFileSync } = await import("node:fs");
  const config = `${site.workplace.dir}/tree/longarm.toml`;
  const identity =
    '\n[web.identity]\nheader = "X-Remote-User"\nproxies = ["192.0.2.7"]\nmaintainers = { max = "Max Maintainer <max@example.org>" }\n';
  writeFileSync(config, `${readFileSync(config, "utf8")}${identity}`);
  site.workplace.sh("cd tree && git commit -qam 'config: a proxy'");
  const asked = (remote: string, user: string): Promise<Response> =>
    site.site.fetch(new Request("http://tree.example.org/do/note", { headers: { "x-remote-user": user } }), remote);
  expect((await asked("192.0.2.7", "max")).status).toBe(200);
  expect((await asked("::ffff:192.0.2.7", "max")).status).toBe(200);
  expect((await asked("192.0.2.8", "max")).status).toBe(303);
  expect((await asked("192.0.2.7", "somebody")).status).toBe(303);
  expect((await asked("192.0.2.7", "__proto__")).status).toBe(303);
  // What a browser sends by itself is no consent.
  const posted = new Request("http://tree.example.org/do/hold", form(HOLD, { "x-remote-user": "max" }));
  expect((await site.site.fetch(posted, "192.0.2.7")).status).toBe(403);
});

test("whoever asks too often waits", async () => {
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries += 1)
    statuses.push((await site.ask("/sign-in", form([["token", "guess"]]))).status);
  expect(statuses.filter((status) => status === 403)).toHaveLength(9);
  const refused = await site.ask("/sign-in", form([["token", "guess"]]));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const elsewhere = new Request("http://tree.example.org/sign-in", form([["token", "guess"]]));
  expect((await site.site.fetch(elsewhere, "192.0.2.1")).status).toBe(403);
});

test("what is not there is not there", async () => {
  expect((await rita.get("/do/nonsense")).status).toBe(404);
  expect((await rita.post("/do/__proto__", [])).status).toBe(404);
  expect((await rita.get("/operation/000000000000")).status).toBe(404);
  expect(await rita.text(`/do/hold?patch=${encodeURIComponent('"><script>alert(1)</script>')}`)).not.toContain(
    "<script>alert",
  );
  const odd = await rita.plan("hold", [
    ["patch", "no‮such"],
    ["reason", "x"],
  ]);
  expect(odd.status).toBe(400);
  expect(odd.text).toContain(String.raw`no\u202esuch`);
});
