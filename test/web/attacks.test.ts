// What hostile clients send, byte for byte over sockets: every answer is an orderly one, nothing of it is believed, and the site
// goes on as if nothing had been.
import type { Socket } from "node:net";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fixtures } from "../cli/workplace.ts";
import type { ListeningSite } from "./listening.ts";
import { listenExampleSite } from "./listening.ts";

let site: ListeningSite;
beforeAll(async () => {
  site = await listenExampleSite(
    [
      ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
      ["build", "-C", "tree"],
    ],
    { headersTimeout: 700, requestTimeout: 1500, checkEvery: 100 },
  );
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

/** Whatever was tried, the next visitor is served. */
afterEach(async () => {
  const { status } = await fetch(site.address);
  if (status !== 200) throw new Error(`the next visitor got ${status}`);
});

/** Writes these bytes (latin1) and gives all that comes back until the other side closes, or nothing comes for `quiet` milliseconds. */
async function raw(text: string, quiet = 2000): Promise<string> {
  const socket = connect(site.port, "127.0.0.1");
  socket.setEncoding("latin1");
  socket.write(Buffer.from(text, "latin1"));
  return await untilClosed(socket, quiet);
}

async function untilClosed(socket: Socket, quiet: number): Promise<string> {
  let got = "";
  socket.setTimeout(quiet, () => socket.destroy());
  socket.on("data", (piece: string) => (got += piece));
  await new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("error", () => undefined);
  });
  return got;
}

/** One request that ends its connection; `target` as it is to stand in the first line. */
async function ask(target: string, method = "GET", headers = "Host: tree.example.org\r\n"): Promise<string> {
  return await raw(`${method} ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const headerOf = (answer: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)\r$`, "im").exec(answer.split("\r\n\r\n")[0] ?? "")?.[1];

const UPWARDS = [
  "..",
  "%2e%2e",
  ".%2e",
  "%2E.",
  "..%2f..",
  "..%5c..",
  "%252e%252e",
  "..;",
  "%c0%ae%c0%ae",
  "..%00",
  "....//",
];
const PLACES = ["/assets/", "/patches/", "/patch/", "/mail/", "/tree.git/", "/source.git/", "/branch/", "/"];

describe("a path out of the tree", () => {
  test.each(PLACES)("%s shows no file", async (place) => {
    for (const up of UPWARDS)
      for (const file of ["longarm.toml", ".longarm/tokens.json", ".git/config", "etc/passwd", "package.json"]) {
        const target = `${place}${`${up}/`.repeat(4)}${file}`;
        const answer = await ask(target);
        expect([target, statusOf(answer)]).toEqual([
          target,
          expect.toSatisfy((one) => [302, 400, 403, 404].includes(one)),
        ]);
        expect(answer).not.toMatch(/root:x:|\[source\]|repositoryformatversion|"dependencies"/);
      }
  });

  test("private files and odd names are not found", async () => {
    for (const target of [
      "/patches/../longarm.toml",
      "/patches/%2e%2e%2flongarm.toml",
      "/patches//etc/passwd",
      "/patches/%00",
      "/patches/a%00.patch",
      "/patch/%ff%fe",
      "/mail/%00/",
      "/mail/%2e%2e/raw",
      "/branch/__proto__",
      "/branch/constructor",
      "/patch/__proto__",
      "/author/__proto__",
      "/assets/__proto__",
      "/assets/style.css",
      "/.longarm/tokens.json",
      "/%2elongarm/tokens.json",
    ]) {
      const answer = await ask(target);
      expect([target, statusOf(answer)]).toEqual([target, expect.toSatisfy((one) => [400, 404].includes(one))]);
    }
  });
});

test("an address of somebody else's is no place to go to", async () => {
  for (const target of [
    "//evil.example/",
    "//evil.example/..",
    "/\\evil.example/",
    "/%2f%2fevil.example/",
    "///evil.example/queue",
    "http://evil.example/",
    "http://evil.example/queue",
    "/sign-in?next=//evil.example/",
    "/sign-in?next=https://evil.example/",
    "/search?q=https://evil.example/",
  ]) {
    const answer = await ask(target);
    const location = headerOf(answer, "location") ?? "";
    expect([target, location]).toEqual([target, expect.not.stringMatching(/^(?:[a-z]+:)?\/\/|evil/)]);
    expect([target, statusOf(answer)]).toEqual([target, expect.toSatisfy((one) => one >= 200 && one < 500)]);
  }
});

test("who the client says we are is not believed", async () => {
  for (const host of [
    "evil.example",
    "evil.example:80",
    'x"onload=alert(1)',
    "a b",
    "[::1",
    "tree.example.org@evil.example",
    "",
  ]) {
    for (const page of ["/", "/clone", "/feed.atom", "/robots.txt", "/api/v1"]) {
      const answer = await ask(
        page,
        "GET",
        `Host: ${host}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n`,
      );
      expect(answer).not.toMatch(/evil\.example|onload=/);
      expect([host, statusOf(answer)]).toEqual([host, expect.toSatisfy((one) => [200, 302, 400, 404].includes(one))]);
    }
  }
  expect(statusOf(await raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"))).toBe(400);
  expect(statusOf(await raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))).toBe(400);
  // RFC 9112, 3.2: an older client need not say any.
  expect(statusOf(await raw("GET / HTTP/1.0\r\n\r\n"))).toBe(200);
});

test("no header of ours is made of what was asked", async () => {
  for (const target of [
    "/%0d%0aset-cookie:%20a=b",
    "/queue?q=%0d%0aset-cookie:%20a=b",
    "/search?q=%0d%0a%0d%0a<html>",
    "/patches/%0d%0aset-cookie:%20a=b",
    "/source.git%0d%0aset-cookie:%20a=b",
    "/mail/%0aa@example.org/raw",
    "/queue\rset-cookie: a=b",
    "/queue\nset-cookie: a=b",
  ]) {
    const answer = await ask(target);
    expect([target, headerOf(answer, "set-cookie")]).toEqual([target, undefined]);
    expect([target, statusOf(answer)]).toEqual([target, expect.toSatisfy((one) => [200, 302, 400, 404].includes(one))]);
  }
});

test("too much of anything is refused", async () => {
  expect(statusOf(await ask(`/${"a".repeat(20_000)}`))).toBe(431);
  expect(statusOf(await ask("/", "GET", `Host: x\r\nX: ${"a".repeat(20_000)}\r\n`))).toBe(431);
  expect(statusOf(await ask("/", "GET", `Host: x\r\n${"A: b\r\n".repeat(4000)}`))).toBe(431);
  expect([200, 400, 404, 414]).toContain(statusOf(await ask(`/queue?${"q=a&".repeat(2000)}`)));
  expect([200, 400, 404, 414]).toContain(statusOf(await ask(`/search?q=${"(".repeat(8000)}`)));
  expect([200, 400, 404, 414]).toContain(statusOf(await ask(`/queue?q=${"%F0".repeat(2000)}`)));
  expect([400, 404]).toContain(statusOf(await ask(`/${"a/".repeat(7000)}`)));
  for (const path of ["/queue", "/sign-in", "/api/v1/patches", "/source.git/git-upload-pack"]) {
    const large = `Host: x\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: 99999999999\r\n`;
    expect([path, statusOf(await ask(path, "POST", large))]).toEqual([
      path,
      expect.toSatisfy((one) => one >= 400 && one < 500),
    ]);
  }
});

test("a body that is longer than any form may be is not read to its end", async () => {
  const socket = connect(site.port, "127.0.0.1");
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.write("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const piece = `10000\r\n${"a".repeat(0x10000)}\r\n`;
  let sent = 0;
  const timer = setInterval(() => {
    if (!socket.writableNeedDrain) {
      socket.write(piece);
      sent += 0x10000;
    }
    if (sent > 200 * 1024 * 1024) socket.destroy();
  }, 1);
  const answer = await untilClosed(socket, 5000);
  clearInterval(timer);
  expect(sent).toBeLessThan(100 * 1024 * 1024);
  expect(answer === "" || (statusOf(answer) >= 400 && statusOf(answer) < 500)).toBe(true);
});

test("a client that takes its time for headers or a body is cut", { timeout: 20_000 }, async () => {
  const began = performance.now();
  const [headers, body, idle] = await Promise.all([
    raw("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", 8000),
    raw(
      "POST /source.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: 100\r\n\r\n00",
      8000,
    ),
    raw("", 8000),
  ]);
  expect(performance.now() - began).toBeLessThan(6000);
  expect([0, 408]).toContain(statusOf(headers));
  expect([0, 400, 408, 500, 503]).toContain(statusOf(body));
  expect([0, 408]).toContain(statusOf(idle));
});

test("several requests in one go are answered one after the other", async () => {
  const paths = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? "/queue" : "/nothing-here"));
  const last = "GET /clone HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const answer = await raw(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join("") + last);
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  expect(statuses).toEqual([...paths.map((path) => (path === "/queue" ? 200 : 404)), 200]);
  expect(await raw("GET /queue HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n")).toContain("HTTP/1.1 400");
});

test("what is not HTTP, or two things at once, is refused", async () => {
  for (const text of [
    "\0\0\0\0\r\n\r\n",
    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]) {
    const status = statusOf(await raw(text, 1500));
    expect([text, status]).toEqual([
      text,
      expect.toSatisfy((code) => code === 0 || (code >= 400 && code < 500) || code === 505),
    ]);
  }
});

test("a method that a page does not have is refused, with those that it has; HEAD is where GET is", async () => {
  for (const path of ["/", "/queue", "/clone"]) {
    for (const method of ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "POST"]) {
      const answer = await ask(path, method);
      expect([method, path, statusOf(answer)]).toEqual([method, path, 405]);
      expect(headerOf(answer, "allow")).toBe("GET, HEAD");
    }
    const [head, get] = [await ask(path, "HEAD"), await ask(path)];
    expect([path, statusOf(head)]).toEqual([path, 200]);
    expect(headerOf(head, "etag")).toBe(headerOf(get, "etag"));
    expect(head.split("\r\n\r\n").slice(1).join("")).toBe("");
  }
  expect(statusOf(await ask("/nothing-here", "HEAD"))).toBe(404);
  expect([400, 405]).toContain(statusOf(await ask("*", "OPTIONS")));
  expect([0, 400, 405]).toContain(statusOf(await ask("evil.example:443", "CONNECT")));
});

test("every answer has the headers that keep a browser from running it", async () => {
  for (const target of [
    "/",
    "/nothing-here",
    "/source.git/HEAD",
    "/tree.git",
    "/assets/none.css",
    "/%ff",
    "/queue?q=%00",
  ]) {
    const answer = await ask(target);
    expect([target, headerOf(answer, "content-security-policy")]).toEqual([
      target,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(headerOf(answer, "x-content-type-options")).toBe("nosniff");
    expect(headerOf(answer, "server")).toBe(undefined);
    expect(headerOf(answer, "x-powered-by")).toBe(undefined);
  }
});
