// What only mailbox files do; the laws of every archive are in contract.test.ts.
import { promises as fs } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { byteString, concatBytes, fromByteString } from "#model/bytes";
import { printMbox } from "#model/mail";
import { type ContractArchive, plainMail } from "./contract.ts";
import { counted, makeMailbox, printMboxrd } from "./contract-files.ts";
import { makeReader, visit } from "./contract-visits.ts";
import { archiveKind } from "./open-archive.ts";

async function withFile(run: (mailbox: ContractArchive) => Promise<void>): Promise<void> {
  const mailbox = await makeMailbox(printMboxrd);
  try {
    await run(mailbox);
  } finally {
    await mailbox.close();
  }
}

const texts = (...names: string[]): string[] => names.map((name) => byteString(plainMail(name)));

test("a mail that was read while it was written is replaced by the whole one", async () => {
  await withFile(async (mailbox) => {
    const whole = printMbox([plainMail("a"), plainMail("b")]);
    const reader = makeReader();
    for (const end of [whole.length - 60, whole.length - 8, whole.length]) {
      await fs.writeFile(mailbox.spec, whole.subarray(0, end));
      await visit(mailbox, reader);
    }
    expect(reader.texts()).toEqual(texts("a", "b"));
    expect(reader.problems.length).toBeGreaterThan(0);
  });
});

test("a file whose time changed and nothing else gives nothing", async () => {
  await withFile(async (mailbox) => {
    await mailbox.deliver(plainMail("a"));
    const reader = makeReader();
    await visit(mailbox, reader);
    await fs.utimes(mailbox.spec, 1, 1);
    expect((await visit(mailbox, reader)).map(({ kind }) => kind)).toEqual(["reached"]);
  });
});

test("a change of a byte that was read, at the same length, is seen", async () => {
  await withFile(async (mailbox) => {
    await fs.writeFile(mailbox.spec, printMbox([plainMail("a"), plainMail("b")]));
    const reader = makeReader();
    await visit(mailbox, reader);
    await fs.writeFile(mailbox.spec, printMbox([plainMail("x"), plainMail("b")]));
    await visit(mailbox, reader);
    expect(reader.texts()).toEqual(texts("b", "x"));
  });
});

/** Text that does not compress well. */
const noise = Array.from({ length: 3000 }, (_, index) => ((index * 7919) ** 2 % 9973).toString(36)).join("\n");

test("compressed data that is cut short gives the mails before its end, and the rest when it is there", async () => {
  await withFile(async (mailbox) => {
    const mails = ["a", "b", "c"].map((name) => plainMail(name, noise));
    const zipped = concatBytes(mails.map((bytes) => gzipSync(printMbox([bytes]))));
    const reader = makeReader();
    await fs.writeFile(mailbox.spec, zipped.subarray(0, zipped.length - 100));
    await visit(mailbox, reader);
    expect(reader.problems.map(({ message }) => message)).toEqual([
      "Read mailbox: its compressed data is damaged (unexpected end of file), what follows is missing",
    ]);
    // The last one is not whole.
    expect(reader.texts()).toEqual(mails.slice(0, 2).map((bytes) => byteString(bytes)));
    await fs.writeFile(mailbox.spec, zipped);
    await visit(mailbox, reader);
    expect(reader.texts()).toEqual(mails.map((bytes) => byteString(bytes)));
    expect(reader.added.length).toBe(3);
  });
});

test("compressed data that is damaged in the middle does not hide what stands before it", async () => {
  await withFile(async (mailbox) => {
    const mails = ["a", "b", "c"].map((name) => plainMail(name, noise));
    const zipped = concatBytes(mails.map((bytes) => gzipSync(printMbox([bytes]))));
    zipped.fill(0xff, zipped.length - 1000, zipped.length - 500);
    await fs.writeFile(mailbox.spec, zipped);
    const reader = makeReader();
    await visit(mailbox, reader);
    expect(reader.problems.length).toBe(1);
    expect(reader.texts()).toEqual(mails.slice(0, 2).map((bytes) => byteString(bytes)));
  });
});

test("when more of a mailbox tells its form, what was read with another is read again", async () => {
  await withFile(async (mailbox) => {
    const line = "From a@example.org Mon Jan  1 00:00:00 2024\n";
    const first = `${line}${counted("A: b\n\n>From x\n")}\n`;
    await fs.writeFile(mailbox.spec, first);
    const reader = makeReader();
    await visit(mailbox, reader);
    expect(reader.texts()).toEqual([counted("A: b\n\n>From x\n").replace(">", "")]);
    await fs.writeFile(mailbox.spec, `${first}${line}${counted("A: c\n\nFrom y\n")}\n`);
    await visit(mailbox, reader);
    expect(reader.texts()).toEqual([counted("A: b\n\n>From x\n"), counted("A: c\n\nFrom y\n")]);
  });
});

test("one mail in a file is an archive, and may be exchanged", async () => {
  await withFile(async (mailbox) => {
    const reader = makeReader();
    for (const name of ["a", "a longer one", "b"]) {
      await fs.writeFile(mailbox.spec, plainMail(name));
      expect(archiveKind(mailbox.spec)).toBe("message");
      await visit(mailbox, reader);
      expect(reader.texts()).toEqual(texts(name));
    }
  });
});

test("a mail larger than what is read at once", async () => {
  await withFile(async (mailbox) => {
    const large = plainMail("large", "A line of text.\n".repeat(400_000));
    await fs.writeFile(mailbox.spec, printMbox([plainMail("a"), large, plainMail("b")]));
    const reader = makeReader();
    await visit(mailbox, reader);
    expect(reader.added).toEqual([...texts("a"), byteString(large), ...texts("b")]);
  });
});

const crlf = (names: string[]): Uint8Array =>
  fromByteString(byteString(printMbox(names.map((name) => plainMail(name)))).replaceAll("\n", "\r\n"));

test("CRLF mailboxes", async () => {
  await withFile(async (mailbox) => {
    const reader = makeReader();
    for (const names of [["a"], ["a", "b"], ["a", "b", "c"]]) {
      await fs.writeFile(mailbox.spec, crlf(names));
      await visit(mailbox, reader);
      expect(reader.texts()).toEqual(texts(...names).map((text) => text.replaceAll("\n", "\r\n")));
    }
    expect(reader.added.length).toBe(3);
  });
});
