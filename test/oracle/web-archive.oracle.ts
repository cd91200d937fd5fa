// The web archive against Debian's public-inbox-httpd: the contract of archives, threads by message id, and what goes wrong on the way.
import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { MessageId } from "#model/mail";
import { archiveContract } from "../../src/io/archive/contract.ts";
import { fetchMessage, fetchThread } from "../../src/io/archive/web/fetch-thread.ts";
import type { Archive } from "../../src/io/archive/archive.ts";
import { openArchive } from "../../src/io/archive/open-archive.ts";
import { wholeArchive } from "../../src/io/archive/whole-archive.ts";
import { type Inbox, makeInbox } from "./public-inbox.ts";

let inbox: Inbox;

archiveContract("HTTP", {
  make: async () => {
    inbox = await makeInbox();
    const { port } = await inbox.serve("httpd", "http");
    const spec = `http://127.0.0.1:${port}/list/`;
    const made = inbox;
    return {
      spec,
      open: (options) => openArchive(spec, options),
      deliver: (mail) => made.add(mail),
      remove: (mail) => made.remove(mail),
      rewrite: async (mails) => {
        await made.restart();
        for (const mail of mails) await made.add(mail);
      },
      close: () => made.close(),
    };
  },
  given: (bytes) => asServed(inbox?.stored(bytes) ?? bytes),
  lacks: ["damage", "watch", "read"],
});

/** An mbox cannot say that a mail has no line end at its end, and public-inbox closes a head that has no body. */
function asServed(stored: Bytes): Bytes {
  const text = byteString(stored);
  const whole = /\n\r?\n/.test(text) ? text : `${text}\n`;
  return fromByteString(whole.replace(/[^\n]$/, "$&\n"));
}

const servers: (Server | Inbox)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ("dir" in server) await server.close();
    else {
      server.closeAllConnections();
      server.close();
    }
  }
});

/** A web server of the test's own, for answers that public-inbox would not give. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/list/`;
}

const mail = (name: string, parent: string | null): Bytes =>
  fromByteString(
    `From: a@example.org\nTo: list@example.org\nSubject: about ${name}\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n` +
      `Message-ID: <${name}>\n${parent === null ? "" : `In-Reply-To: <${parent}>\n`}\nFrom the text of ${name}\n`,
  );

const id = (text: string): MessageId => text as MessageId;

test("a thread by message id, and a message; ids with a slash and 8-bit bytes", async () => {
  const made = await makeInbox();
  servers.push(made);
  const { port } = await made.serve("httpd", "http");
  const base = `http://127.0.0.1:${port}/list/`;
  const thread = [mail("a/b+c@example.org", null), mail("reply%20@example.org", "a/b+c@example.org")];
  for (const one of [...thread, mail("other@example.org", null)]) await made.add(one);
  for (const name of ["a/b+c@example.org", "reply%20@example.org"]) {
    const found = await fetchThread(base, id(name));
    expect(found.map((bytes) => byteString(bytes)).sort()).toEqual(thread.map((bytes) => byteString(bytes)).sort());
  }
  expect((await fetchMessage(base, id("a/b+c@example.org"))).map((bytes) => byteString(bytes))).toEqual([
    byteString(thread[0] ?? new Uint8Array(0)),
  ]);
  await expect(fetchThread(base, id("missing@example.org"))).rejects.toThrow(/has no message "<missing@example.org>"/);
  await using missing = await openArchive(`http://127.0.0.1:${port}/nothing/`);
  const first = async (): Promise<void> => {
    for await (const step of missing.changes(null, () => false)) void step;
  };
  await expect(first()).rejects.toThrow(/no archive at/);
});

test("a whole visit finds that an old mail is gone, and the next one goes on from there", async () => {
  const made = await makeInbox();
  servers.push(made);
  const { port } = await made.serve("httpd", "http");
  // More than a cursor remembers.
  const mails = Array.from({ length: 25 }, (_, at) =>
    fromByteString(byteString(mail(`m${at}@example.org`, null)).replace("00:00:00", `00:${10 + at}:00`)),
  );
  for (const one of mails) await made.add(one);
  const keys = new Set<string>();
  let cursor: string | null = null;
  const visit = async (read: (archive: Archive) => Archive): Promise<void> => {
    await using archive = await openArchive(`http://127.0.0.1:${port}/list/`);
    for await (const step of read(archive).changes(cursor, (key) => keys.has(key))) {
      if (step.kind === "added") keys.add(step.mail.key);
      if (step.kind === "removed") keys.delete(step.key);
      if (step.kind === "present") for (const key of keys) if (!step.keys.has(key)) keys.delete(key);
      if (step.kind === "reached") cursor = step.cursor;
    }
  };
  await visit((archive) => archive);
  expect(keys.size).toBe(25);
  await made.remove(mails[0] ?? new Uint8Array(0));
  await visit(wholeArchive);
  expect(keys.size).toBe(24);
  // Its cursor is one to go on from.
  await made.add(mail("new@example.org", null));
  await visit((archive) => archive);
  expect(keys.size).toBe(25);
});

test("a redirect to another host is refused, one on the same host is followed", async () => {
  const mbox = gzipSync(Buffer.from("From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: x\n\ntext\n\n"));
  const base = await serve((request, response) => {
    if (request.url === "/list/a/t.mbox.gz") response.writeHead(302, { location: "/all/a/t.mbox.gz" }).end();
    else if (request.url === "/all/a/t.mbox.gz") response.end(mbox);
    else if (request.url === "/list/loop/t.mbox.gz") response.writeHead(301, { location: request.url }).end();
    else response.writeHead(302, { location: "http://localhost/list/b/t.mbox.gz" }).end();
  });
  expect(await fetchThread(base, id("a"))).toHaveLength(1);
  await expect(fetchThread(base, id("b"))).rejects.toThrow(/redirects to "http:\/\/localhost/);
  await expect(fetchThread(base, id("loop"))).rejects.toThrow(/redirects without end/);
});

test("a page for browsers, an answer that breaks off, a refusal, a busy server: a person is told", async () => {
  let busy = 0;
  const mbox = gzipSync(Buffer.from(`From mboxrd@z Thu Jan  1 00:00:00 1970\n${"Subject: x\n".repeat(9999)}\n\n`));
  const base = await serve((request, response) => {
    if (request.url?.includes("/page/")) response.end("<html>are you human?</html>");
    else if (request.url?.includes("/half/")) response.end(mbox.subarray(0, mbox.length - 20));
    else if (request.url?.includes("/busy/") && busy++ > 0) response.end(mbox);
    else if (request.url?.includes("/busy/")) response.writeHead(503, { "retry-after": "0" }).end();
    else response.writeHead(403, "Go away").end();
  });
  await expect(fetchThread(base, id("page"))).rejects.toThrow(/does not answer with a gzipped mbox/);
  await expect(fetchThread(base, id("half"))).rejects.toThrow(/broke off|Z_BUF_ERROR/);
  await expect(fetchThread(base, id("no"))).rejects.toThrow(/answers 403 Go away/);
  expect(await fetchThread(base, id("busy"))).toHaveLength(1);
  expect(busy).toBe(2);
});

test("an answer that unpacks to more than anybody wants is left before it fills the memory", async () => {
  // 600 MB of zeros in 600 KB.
  const bomb = gzipSync(Buffer.alloc(600 * 1024 * 1024), { level: 9 });
  const base = await serve((_, response) => response.end(bomb));
  const before = process.memoryUsage().rss;
  await expect(fetchThread(base, id("bomb"))).rejects.toThrow(/more than \d+ bytes/);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
});
