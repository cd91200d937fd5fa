// What only Maildirs do; the laws of every archive are in contract.test.ts.
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString } from "#model/bytes";
import type { ArchiveStep } from "./archive.ts";
import { plainMail } from "./contract.ts";
import { makeMaildir, type TestMaildir } from "./contract-files.ts";
import { makeReader, visit } from "./contract-visits.ts";

async function withMaildir(run: (maildir: TestMaildir) => Promise<void>): Promise<void> {
  const maildir = await makeMaildir();
  try {
    await run(maildir);
  } finally {
    await maildir.close();
  }
}

const texts = (...names: string[]): string[] => names.map((name) => byteString(plainMail(name)));

test("a mail that is read, then flagged, stays the same message", async () => {
  await withMaildir(async (maildir) => {
    for (const name of ["a", "b"]) await maildir.deliver(plainMail(name));
    const reader = makeReader();
    await visit(maildir, reader);
    const [first = ""] = await maildir.names("new");
    const steps: ArchiveStep[] = [];
    let at = join(maildir.dir, "new", first);
    for (const flags of ["", ":2,", ":2,S", ":2,FS", ";2,RS", "!2,S"]) {
      const next = join(maildir.dir, "cur", `${first}${flags}`);
      await fs.rename(at, next);
      at = next;
      steps.push(...(await visit(maildir, reader)));
    }
    expect(steps.filter(({ kind }) => kind !== "reached")).toEqual([]);
    expect(reader.texts()).toEqual(texts("a", "b"));
  });
});

test("a mail that moves from new to cur while the others are read is not lost", async () => {
  await withMaildir(async (maildir) => {
    for (const name of ["a", "b", "c"]) await maildir.deliver(plainMail(name));
    const names = await maildir.names("new");
    await using archive = await maildir.open({ every: 1 });
    const found: string[] = [];
    for await (const step of archive.changes(null, () => false)) {
      if (step.kind === "added") found.push(byteString(step.mail.bytes));
      if (found.length !== 1 || step.kind !== "added") continue;
      for (const name of names)
        await fs.rename(join(maildir.dir, "new", name), join(maildir.dir, "cur", `${name}:2,S`));
    }
    expect(found).toEqual(texts("a", "b", "c"));
  });
});

test("a mail that is deleted while the others are read goes, and the next visit is right", async () => {
  await withMaildir(async (maildir) => {
    for (const name of ["a", "b", "c"]) await maildir.deliver(plainMail(name));
    const reader = makeReader();
    await visit(maildir, reader, { every: 1, cut: 2 });
    await maildir.remove?.(plainMail("a"));
    await visit(maildir, reader);
    expect(reader.texts()).toEqual(texts("b", "c"));
  });
});

test("folders of Maildir++ and Maildirs in directories are read, thrown away and unsent mail is not", async () => {
  await withMaildir(async (maildir) => {
    await maildir.deliver(plainMail("inbox"));
    const folders = {
      ".lists.patches": "list",
      "work/deep": "deep",
      ".Trash": "x",
      ".Junk": "y",
      ".INBOX.Drafts": "z",
    };
    for (const [folder, name] of Object.entries(folders)) {
      for (const part of ["cur", "new", "tmp"]) await fs.mkdir(join(maildir.dir, folder, part), { recursive: true });
      await fs.writeFile(join(maildir.dir, folder, "cur", "1700000000.M1P1.host:2,S"), plainMail(name));
    }
    await fs.writeFile(join(maildir.dir, "tmp", "1700000000.M2P1.host"), plainMail("unfinished"));
    await fs.writeFile(join(maildir.dir, "cur", ".hidden"), plainMail("hidden"));
    const reader = makeReader();
    await visit(maildir, reader);
    expect(reader.texts()).toEqual(texts("deep", "inbox", "list"));
    expect([...reader.store.keys()].sort()).toEqual([
      ".lists.patches/1700000000.M1P1.host",
      "1700000000.M1P1.host.example.org",
      "work/deep/1700000000.M1P1.host",
    ]);
  });
});

test("a mail arrived when its file was written", async () => {
  await withMaildir(async (maildir) => {
    await maildir.deliver(plainMail("a"));
    const [name = ""] = await maildir.names("new");
    await fs.utimes(join(maildir.dir, "new", name), 1_600_000_000, 1_600_000_000);
    await using archive = await maildir.open({});
    const steps = archive.changes(null, () => false)[Symbol.asyncIterator]();
    const { value: step } = await steps.next();
    await steps.return?.();
    expect(step).toMatchObject({ kind: "added", mail: { received: 1_600_000_000_000 } });
  });
});
