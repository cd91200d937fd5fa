// The IMAP archive against a real Dovecot: the contract of archives, and what is special to IMAP: flags stay, passwords stay secret,
// a lost connection is made again.
import { basename } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteString, fromByteString, UserError } from "#model/bytes";
import { archiveContract, plainMail } from "../../src/io/archive/contract.ts";
import { openArchive, type OpenOptions } from "../../src/io/archive/open-archive.ts";
import { type Dovecot, startDovecot } from "./dovecot.ts";

let server: Dovecot;
let options: OpenOptions;

beforeAll(async () => {
  server = await startDovecot();
  options = { password: { kind: "file", path: server.passwordFile }, ca: server.certificate };
});
afterAll(() => server.close());

const address = (): string => `imaps://ada@127.0.0.1:${server.imaps}/lists.dev`;

archiveContract("IMAP", {
  make: () => {
    server.restart();
    return Promise.resolve({
      spec: address(),
      specOptions: { ...options },
      open: (more) => openArchive(address(), { ...options, ...more }),
      deliver: (mail) => Promise.resolve(server.deliver(mail)),
      remove: (mail) => Promise.resolve(server.remove(mail)),
      rewrite: (mails) => {
        server.restart();
        for (const mail of mails) server.deliver(mail);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  },
  // Lines end in CRLF on the wire, whatever they end in on disk; IMAP cannot send NUL (RFC 9051 4.3), Dovecot sends 0x80 instead.
  given: (bytes) => fromByteString(byteString(bytes).replaceAll("\r\n", "\n").replaceAll("\0", "\x80")),
  lacks: ["damage", "read"],
});

async function keysOf(spec: string, more: OpenOptions = {}): Promise<string[]> {
  await using archive = await openArchive(spec, { ...options, ...more });
  const keys: string[] = [];
  for await (const step of archive.changes(null, () => false)) if (step.kind === "added") keys.push(step.mail.key);
  return keys;
}

async function failure(spec: string, more: OpenOptions = {}): Promise<UserError> {
  try {
    await keysOf(spec, more);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

test("reading changes no flag and moves no file", async () => {
  server.restart();
  server.deliver(plainMail("a"));
  server.deliver(plainMail("b"));
  // A first session lets Dovecot move the files to "cur", which any EXAMINE does.
  await keysOf(address());
  const before = server.files().map((name) => basename(name));
  expect(await keysOf(address())).toHaveLength(2);
  expect(server.files().map((name) => basename(name))).toEqual(before);
  expect(before.filter((name) => /:2,.*S/.test(name))).toEqual([]);
});

test("STARTTLS is used where TLS does not come first", async () => {
  server.restart();
  server.deliver(plainMail("a"));
  const spec = `imap://ada@127.0.0.1:${server.imap}/lists.dev`;
  expect(await keysOf(spec)).toHaveLength(1);
  // That it fails without the certificate shows that TLS was there.
  const { ca: _, ...untrusting } = options;
  await expect(
    (async () => {
      await using archive = await openArchive(spec, untrusting);
      for await (const step of archive.changes(null, () => false)) void step;
    })(),
  ).rejects.toThrow(/certificate/);
});

test("a wrong password, a missing folder and a server that is not there are told without the password", async () => {
  process.env["LONGARM_TEST_WRONG"] = "wrong-Secret";
  const wrong = await failure(address(), { password: { kind: "variable", name: "LONGARM_TEST_WRONG" } });
  delete process.env["LONGARM_TEST_WRONG"];
  expect(wrong.message).toMatch(/refuses the user or the password/);
  const missing = await failure(`imaps://ada@127.0.0.1:${server.imaps}/no/such`);
  expect(missing.message).toMatch(/says "/);
  for (const error of [wrong, missing]) {
    const told = JSON.stringify([error, error.message, error.hint, error.stack, error.cause]);
    expect(told).not.toContain("wrong-Secret");
    expect(told).not.toContain(server.password);
  }
});

test("a password can come from a command", async () => {
  server.restart();
  server.deliver(plainMail("a"));
  const password = { kind: "command", command: `cat '${server.passwordFile}'` } as const;
  expect(await keysOf(address(), { password })).toHaveLength(1);
});

test("a visit whose connection is cut goes on, and gives each message once", async () => {
  server.restart();
  const names = Array.from({ length: 300 }, (_, index) => `mail${index}`);
  for (const name of names) server.deliver(plainMail(name));
  await using archive = await openArchive(address(), { ...options, every: 10 });
  const keys: string[] = [];
  let cuts = 0;
  for await (const step of archive.changes(null, () => false)) {
    if (step.kind !== "added") continue;
    keys.push(step.mail.key);
    if (keys.length % 70 === 0) {
      server.kick();
      cuts++;
    }
  }
  expect(cuts).toBe(4);
  expect(keys).toHaveLength(names.length);
  expect(new Set(keys).size).toBe(names.length);
});
