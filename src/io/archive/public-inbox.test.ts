// What only public-inbox archives do; the laws of every archive are in contract.test.ts, public-inbox itself in test/oracle.
import { execFileSync } from "node:child_process";
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, fromByteString, noBytes, UserError } from "#model/bytes";
import { plainMail } from "./contract.ts";
import { type Layout, makeInbox, type TestInbox } from "./contract-inbox.ts";
import { makeReader, visit } from "./contract-visits.ts";
import { openPublicInbox } from "./public-inbox.ts";
import { archiveKind } from "./open-archive.ts";
import { readArchive } from "./read-archive.ts";

async function withInbox(layout: Layout, run: (inbox: TestInbox) => Promise<void>): Promise<void> {
  const inbox = await makeInbox(layout);
  try {
    await run(inbox);
  } finally {
    await inbox.close();
  }
}

test("a mail that was purged leaves an empty file in history, which is no mail", async () => {
  await withInbox({ version: 2, epoch: null }, async (inbox) => {
    for (const bytes of [plainMail("a"), noBytes, plainMail("b")]) await inbox.deliver(bytes);
    const reader = makeReader();
    await visit(inbox, reader);
    expect(reader.added).toEqual(["a", "b"].map((name) => byteString(plainMail(name))));
  });
});

test("a mail arrived when it was committed, and its key is its blob", async () => {
  await withInbox({ version: 2, epoch: 1 }, async (inbox) => {
    await inbox.deliver(plainMail("a"));
    await using archive = openPublicInbox(inbox.dir);
    const steps = archive.changes(null, () => false)[Symbol.asyncIterator]();
    const { value: step } = await steps.next();
    await steps.return?.();
    const key = execFileSync("git", ["hash-object", "--stdin"], { input: plainMail("a") })
      .toString("latin1")
      .trim();
    expect(step).toMatchObject({ kind: "added", mail: { key, received: 1_700_000_001_000 } });
  });
});

test("a mail that goes and comes back within one visit is there", async () => {
  await withInbox({ version: 2, epoch: null }, async (inbox) => {
    await inbox.deliver(plainMail("a"));
    const reader = makeReader();
    await visit(inbox, reader, { every: 100 });
    await inbox.remove?.(plainMail("a"));
    await inbox.deliver(plainMail("a"));
    await inbox.deliver(plainMail("b"));
    await visit(inbox, reader, { every: 100 });
    expect(reader.texts()).toEqual(["a", "b"].map((name) => byteString(plainMail(name))));
  });
});

test("epochs are read by number, and all.git, which borrows their objects, is not", async () => {
  await withInbox({ version: 2, epoch: 1 }, async (inbox) => {
    const names = Array.from({ length: 11 }, (_, index) => `m${index}`);
    for (const name of names) await inbox.deliver(plainMail(name));
    const git = join(inbox.dir, "git");
    await fs.cp(join(git, "0.git"), join(git, "all.git"), { recursive: true });
    const { messages } = await readArchive(inbox.dir);
    expect(archiveKind(inbox.dir)).toBe("public-inbox");
    expect(messages.map((bytes) => byteString(bytes))).toEqual(names.map((name) => byteString(plainMail(name))));
  });
});

test("an epoch that is gone takes its mails with it", async () => {
  await withInbox({ version: 2, epoch: 1 }, async (inbox) => {
    for (const name of ["a", "b"]) await inbox.deliver(plainMail(name));
    const reader = makeReader();
    await visit(inbox, reader);
    await fs.rm(join(inbox.dir, "git", "0.git"), { recursive: true });
    await visit(inbox, reader);
    expect(reader.texts()).toEqual([byteString(plainMail("b"))]);
  });
});

test("with a cursor that nobody wrote, everything is compared", async () => {
  await withInbox({ version: 2, epoch: null }, async (inbox) => {
    await inbox.deliver(plainMail("a"));
    const found: string[][] = [];
    for (const cursor of ["", "anew", "epochs x", "mbox", `epochs :${"1".repeat(40)}`]) {
      const reader = makeReader();
      reader.cursor = cursor;
      reader.store.set("stale", "x");
      await visit(inbox, reader);
      found.push(reader.texts());
    }
    expect(found).toEqual(found.map(() => [byteString(plainMail("a"))]));
  });
});

test("a repository of something else is refused", async () => {
  await withInbox({ version: 1, epoch: null }, async (inbox) => {
    const input =
      "commit refs/heads/master\ncommitter a <a@example.org> 1 +0000\ndata 1\nx\nM 100644 inline file\ndata 1\nx\n";
    execFileSync("git", ["fast-import", "--quiet"], { cwd: inbox.dir, input: fromByteString(input) });
    await expect(readArchive(inbox.dir)).rejects.toThrow(UserError);
  });
});
