// Reading through one long-lived cat-file: order, absence, size limits and the end of the process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf, byteString, textOf, UserError } from "#model/bytes";
import { type BlobId, parseBlobId } from "./ids.ts";
import { makeObjectReader } from "./object-reader.ts";
import { readObjectsOf } from "./read-objects.ts";
import type { Git } from "./repository.ts";
import { makeSandbox, processesOn, textCommit, writeLast } from "./sandbox.ts";

test("thousands of reads at once come back in order, whatever their size", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const texts = Array.from({ length: 3000 }, (_, i) => (i % 500 === 0 ? `${i} `.repeat(i * 20) : `${i}\n`));
  const commit = await writeLast(git, [
    textCommit(null, Object.fromEntries(texts.map((text, i) => [`d${i % 10}/${i}`, text]))),
  ]);
  const files = await git.readTreeFiles(commit);
  const ids = texts.map((_, i) => files.get(`d${i % 10}/${i}`)?.id as BlobId);
  const read: string[] = [];
  const reader = makeObjectReader(place(git));
  for await (const object of readObjectsOf(reader, ids)) read.push(textOf(object?.content ?? bytesOf("missing")));
  await reader.close();
  expect(read).toEqual(texts);
  const blobs = await git.readBlobs([...ids, ...ids]);
  expect(ids.map((id) => textOf(blobs.get(id) ?? bytesOf("missing")))).toEqual(texts);
});

test("a taker that stops early leaves the reader usable", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const commit = await writeLast(git, [textCommit(null, { a: "1" })]);
  for await (const object of git.readObjects(Array.from({ length: 2000 }, () => commit))) {
    expect(object?.type).toBe("commit");
    break;
  }
  expect(textOf((await git.readFile(commit, "a")) ?? bytesOf("missing"))).toBe("1");
});

test("every byte value and the empty blob come through", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const all = byteString(Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
  const commit = await writeLast(git, [textCommit(null, { all, empty: "" })]);
  expect(byteString((await git.readFile(commit, "all")) ?? bytesOf("missing"))).toBe(all);
  expect(await git.readFile(commit, "empty")).toHaveLength(0);
  expect(await git.readFile(commit, "absent")).toBeNull();
});

test("a missing object is null one by one, and a UserError in a set of blobs", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const id = parseBlobId("1".repeat(40));
  if (id === null) throw new Error("test set-up: no id");
  for await (const object of git.readObjects([id, id])) expect(object).toBeNull();
  await expect(git.readBlobs([id])).rejects.toThrow(`blob ${id} is missing`);
});

test("an object above the limit is refused and skipped, the next one is read", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const commit = await writeLast(git, [textCommit(null, { large: "x".repeat(300_000), small: "y" })]);
  const reader = makeObjectReader(place(git), 1000);
  const [large, small] = await Promise.allSettled([reader.read(`${commit}:large`), reader.read(`${commit}:small`)]);
  expect(large).toMatchObject({ status: "rejected", reason: expect.any(UserError) });
  expect((large as PromiseRejectedResult).reason).toMatchObject({
    message: expect.stringMatching(/has 300000 bytes, more than the limit of 1000$/),
  });
  expect(small).toMatchObject({ status: "fulfilled", value: { type: "blob" } });
  await reader.close();
  await expect(git.readBlobs(await blobsOf(git, commit), { maxBytes: 1000 })).rejects.toThrow(
    "more than 1000 bytes together",
  );
});

test("names that end a request early are refused, and those like options are only names", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const reader = makeObjectReader(place(git));
  await expect(reader.read("HEAD\nHEAD")).rejects.toThrow("cannot ask git for the object");
  await expect(reader.read("x".repeat(100_000))).rejects.toThrow("cannot ask git for the object");
  expect(await reader.read("--batch-all-objects")).toBeNull();
  expect(await reader.read("no such name with blanks")).toBeNull();
  await reader.close();
});

test("when the process is killed, waiting reads fail and the next ones get a new process; close ends it", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const commit = await writeLast(git, [textCommit(null, { a: "1" })]);
  // A name that only git understands.
  const name = `${commit}~0`;
  expect(await git.resolve(name)).toBe(commit);
  const [pid = Number.NaN] = processesOn(git.gitDir);
  expect(pid).toBeGreaterThan(1);
  const waiting = Promise.allSettled(Array.from({ length: 2000 }, () => git.resolve(name)));
  process.kill(pid, "SIGKILL");
  expect((await waiting).some(({ status }) => status === "rejected")).toBe(true);
  expect(await git.resolve(name)).toBe(commit);
  expect(processesOn(git.gitDir)).toHaveLength(1);
  await git.close();
  expect(processesOn(git.gitDir)).toEqual([]);
});

test("a program that forgets to close still ends", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const program = `
    import { openGit } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const git = await openGit(${JSON.stringify(git.workTree)});
    console.log(await git.find("HEAD"), await git.find("main"));`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], { timeout: 20_000 });
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(0);
});

function place(git: Git): { cwd: string; gitDir: string; workTree: string | null } {
  return { cwd: git.gitDir, gitDir: git.gitDir, workTree: git.workTree };
}

async function blobsOf(git: Git, commit: Parameters<Git["readTreeFiles"]>[0]): Promise<BlobId[]> {
  return [...(await git.readTreeFiles(commit)).values()].map(({ id }) => id as BlobId);
}
