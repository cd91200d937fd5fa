// The NNTP archive against public-inbox's own server: the contract of archives, TLS in both ways, and what a wrong address says.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { archiveContract, plainMail } from "../../src/io/archive/contract.ts";
import { openArchive, type OpenOptions } from "../../src/io/archive/open-archive.ts";
import { makeCertificate } from "./certificate.ts";
import { GROUP, type Inbox, makeInbox } from "./public-inbox.ts";

let inbox: Inbox;

archiveContract("NNTP", {
  make: async () => {
    inbox = await makeInbox();
    const daemon = await inbox.serve("nntpd", "nntp");
    const spec = `nntp://127.0.0.1:${daemon.port}/${GROUP}`;
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

/**
 * What public-inbox-nntpd makes of a mail: lines end in CRLF on the wire, so the last one has an end too, and an empty body is one
 * empty line; a second Message-ID goes into a field of its own. One without any body it sends as head and body: not a mail.
 */
function asServed(stored: Bytes): Bytes | null {
  const text = byteString(stored).replaceAll("\r\n", "\n");
  const end = text.indexOf("\n\n");
  if (end < 0) return null;
  const fields = text.slice(0, end).split("\n");
  const [first = "", second] = fields.filter((field) => field.startsWith("Message-ID: "));
  const head =
    second === undefined
      ? fields
      : [
          ...fields
            .map((field) => (field === first ? second : field))
            .filter((field, at, all) => all.indexOf(field) === at),
          `X-Alt-${first}`,
        ];
  const body = text.slice(end + 2);
  return fromByteString(`${head.join("\n")}\n\n${body === "" ? "\n" : body.replace(/[^\n]$/, "$&\n")}`);
}

async function read(spec: string, options: OpenOptions): Promise<number> {
  await using archive = await openArchive(spec, options);
  let added = 0;
  for await (const step of archive.changes(null, () => false)) if (step.kind === "added") added++;
  return added;
}

describe("over TLS", () => {
  let dir: string;
  let ca: string;
  let query: string;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "longarm-nntp-"));
    const { cert, key } = makeCertificate(dir);
    ca = cert;
    query = `?cert=${cert},key=${key}`;
    inbox = await makeInbox();
    await inbox.add(plainMail("a"));
  });
  afterEach(async () => {
    await inbox.close();
    rmSync(dir, { recursive: true });
  });

  test.each([
    ["nntps", "from the start"],
    ["nntp", "after STARTTLS"],
  ])("%s: TLS %s, and only with a certificate that is trusted", async (scheme) => {
    const { port } = await inbox.serve("nntpd", scheme, query);
    const spec = `${scheme}://127.0.0.1:${port}/${GROUP}`;
    expect(await read(spec, { ca })).toBe(1);
    await expect(read(spec, {})).rejects.toThrow(/no certificate that is trusted/);
    // The certificate is for 127.0.0.1 and localhost.
    await expect(read(`${scheme}://127.0.0.2:${port}/${GROUP}`, { ca })).rejects.toThrow(/reach|trusted/);
  });

  test("a group that is not there, a port that speaks TLS where none was wanted: a person is told", async () => {
    const { port } = await inbox.serve("nntpd", "nntp");
    await expect(read(`nntp://127.0.0.1:${port}/org.example.other`, {})).rejects.toThrow(/says "411 /);
    await expect(read(`nntps://127.0.0.1:${port}/${GROUP}`, {})).rejects.toThrow(/certificate|reach/);
  });
});
