// What only folders of mail files do, and which kind a path is; the laws of every archive are in contract.test.ts.
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, concatBytes, fromByteString, UserError } from "#model/bytes";
import { printMbox } from "#model/mail";
import { plainMail } from "./contract.ts";
import { makeFolder } from "./contract-files.ts";
import { makeReader, visit } from "./contract-visits.ts";
import { archiveKind, openArchive } from "./open-archive.ts";

type Folder = Awaited<ReturnType<typeof makeFolder>>;

async function withFolder(run: (folder: Folder) => Promise<void>): Promise<void> {
  const folder = await makeFolder(false);
  try {
    await run(folder);
  } finally {
    await folder.close();
  }
}

const texts = (...names: string[]): string[] => names.map((name) => byteString(plainMail(name)));

test("a file that is changed is another mail, even at once and at the same length", async () => {
  await withFolder(async (folder) => {
    const reader = makeReader();
    for (const name of ["a", "b", "c", "d", "e"]) {
      await fs.writeFile(join(folder.dir, "1.eml"), plainMail(name));
      await visit(folder, reader);
      expect(reader.texts()).toEqual(texts(name));
    }
  });
});

test("patches of git format-patch are mails; several mails in a file are told of; other files are none", async () => {
  await withFolder(async (folder) => {
    const line = fromByteString(`From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\n`);
    await fs.writeFile(join(folder.dir, "0001-a.patch"), concatBytes([line, plainMail("a")]));
    await fs.writeFile(join(folder.dir, "B.EML"), plainMail("b"));
    await fs.writeFile(join(folder.dir, "two.eml"), printMbox([plainMail("x"), plainMail("y")]));
    await fs.writeFile(join(folder.dir, "notes.txt"), plainMail("x"));
    await fs.writeFile(join(folder.dir, ".hidden.eml"), plainMail("x"));
    await fs.mkdir(join(folder.dir, ".git"));
    await fs.writeFile(join(folder.dir, ".git", "x.eml"), plainMail("x"));
    const reader = makeReader();
    await visit(folder, reader);
    expect(reader.texts()).toEqual(texts("a", "b"));
    expect(reader.problems).toEqual([{ message: 'Read "two.eml": it holds 2 mails, name the file itself' }]);
  });
});

test("names that are not UTF-8 are files like others", async () => {
  await withFolder(async (folder) => {
    await fs.writeFile(
      Buffer.concat([Buffer.from(`${folder.dir}/`), Buffer.from([0xe9]), Buffer.from(".eml")]),
      plainMail("a"),
    );
    const reader = makeReader();
    await visit(folder, reader);
    expect(reader.texts()).toEqual(texts("a"));
  });
});

test("2.eml comes before 10.eml", async () => {
  await withFolder(async (folder) => {
    for (const number of [10, 2, 1]) await fs.writeFile(join(folder.dir, `${number}.eml`), plainMail(`m${number}`));
    const reader = makeReader();
    await visit(folder, reader);
    expect(reader.added).toEqual(texts("m1", "m2", "m10"));
  });
});

test("the kind of a path is found by what is there", async () => {
  await withFolder(async ({ dir }) => {
    expect(() => archiveKind(dir)).toThrow(UserError);
    expect(() => archiveKind(join(dir, "absent"))).toThrow(UserError);
    await fs.mkdir(join(dir, "below", "deep"), { recursive: true });
    await fs.writeFile(join(dir, "below", "deep", "a.patch"), "x");
    expect(archiveKind(dir)).toBe("folder");
    for (const part of ["cur", "new"]) await fs.mkdir(join(dir, "below", part));
    expect(archiveKind(dir)).toBe("maildir");
    await using archive = await openArchive(`file://${join(dir, "below", "deep", "a.patch")}`);
    expect(archive.name).toBe(join(dir, "below", "deep", "a.patch"));
  });
});
