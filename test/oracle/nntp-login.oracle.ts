// The NNTP archive against INN, which wants MODE READER, STARTTLS and a password, and where articles are cancelled.
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteString, UserError } from "#model/bytes";
import { plainMail } from "../../src/io/archive/contract.ts";
import { openArchive, type OpenOptions } from "../../src/io/archive/open-archive.ts";
import { type Inn, startInn } from "./inn.ts";
import { GROUP } from "./public-inbox.ts";

const password = "Geheim-9";
const mails = Array.from({ length: 120 }, (_, index) => plainMail(`mail${index}`, `..\n.line of ${index}\n\xff`));
let inn: Inn;
let options: OpenOptions;

beforeAll(async () => {
  inn = await startInn(password);
  options = { password: { kind: "file", path: inn.passwordFile }, ca: inn.certificate };
  await inn.feed(mails);
});
afterAll(() => inn.close());

const address = (user = "ada@"): string => `nntp://${user}127.0.0.1:${inn.port}/${GROUP}`;

/** One visit into a store of texts by key; gives the cursor it ended with. */
async function visit(store: Map<string, string>, cursor: string | null, how = options): Promise<string | null> {
  await using archive = await openArchive(address(), how);
  let end = cursor;
  for await (const step of archive.changes(cursor, (key) => store.has(key))) {
    if (step.kind === "added") store.set(step.mail.key, byteString(step.mail.bytes));
    if (step.kind === "present") for (const key of store.keys()) if (!step.keys.has(key)) store.delete(key);
    if (step.kind === "reached") end = step.cursor;
  }
  return end;
}

test("articles come with their own bytes, news come next, and cancelled ones go", async () => {
  const store = new Map<string, string>();
  let cursor = await visit(store, null);
  expect([...store.values()]).toEqual(mails.map((mail) => byteString(mail)));

  await inn.feed([plainMail("later")]);
  cursor = await visit(store, cursor);
  expect([...store.values()].at(-1)).toBe(byteString(plainMail("later")));
  expect(store.size).toBe(mails.length + 1);

  inn.cancel("<mail7@example.org>");
  await inn.feed([plainMail("last")]);
  await visit(store, cursor);
  expect(store.size).toBe(mails.length + 1);
  expect([...store.values()]).not.toContain(byteString(plainMail("mail7")));
  expect([...store.keys()].some((key) => key.endsWith("<mail7@example.org>"))).toBe(false);
});

/** What a visit that must fail tells, in every form. */
async function fails(spec: string, how: OpenOptions): Promise<string> {
  await using archive = await openArchive(spec, how);
  try {
    for await (const step of archive.changes(null, () => false)) void step;
  } catch (error) {
    if (error instanceof UserError) return JSON.stringify([error.message, error.hint, error.stack, error.cause]);
    throw error;
  }
  return "it did not fail";
}

test("without a user, with a wrong password or without the certificate nothing is read, and nothing secret is told", async () => {
  expect(await fails(address(""), options)).toMatch(/says \\"48[0-9] /);
  expect(await fails(address(), { ca: inn.certificate })).toMatch(/wants a password/);
  const wrong = await fails(address(), {
    ...options,
    password: { kind: "command", command: `printf "%s-%s" falsches Wort` },
  });
  expect(wrong).toMatch(/refuses the password, code 481/);
  expect(wrong).not.toContain("falsches-Wort");
  const { ca: _, ...untrusting } = options;
  const untrusted = await fails(address(), untrusting);
  expect(untrusted).toMatch(/no certificate that is trusted/);
  expect(untrusted).not.toContain(password);
});
