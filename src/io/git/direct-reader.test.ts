// Reading from the repository's own files: everything that git has, as git has it, and git's word where it has something else.
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Bytes, noBytes } from "#model/bytes";
import { applyDelta } from "./apply-delta.ts";
import { printDelta } from "./delta.ts";
import { makeDirectReader } from "./direct-reader.ts";
import { type ObjectId, parseObjectId } from "./ids.ts";
import { makeObjectFiles } from "./object-files.ts";
import type { ObjectReader } from "./object-reader.ts";
import { openPack } from "./pack-file.ts";
import { type Git, openGit } from "./repository.ts";
import { makeSandbox, type Sandbox, textCommit, writeLast } from "./sandbox.ts";

/** Git that must not be asked. */
const nobody: ObjectReader = {
  read: (name) => Promise.reject(new Error(`git was asked for ${name}`)),
  close: () => Promise.resolve(),
};

/** Forty versions of a file that differ little, so that git makes chains of deltas, and something of every size. */
async function fill(git: Git): Promise<void> {
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i} of a text that is long enough\n`);
  const plan = Array.from({ length: 40 }, (_, i) => {
    lines[(i * 37) % 400] = `changed in commit ${i}\n`;
    return textCommit(i === 0 ? null : i - 1, { "dir/text": lines.join(""), [`one/${i}`]: `${i} `.repeat(i * i * 7) });
  });
  const last = await writeLast(git, plan);
  await git.updateRefs([{ ref: "refs/heads/main", new: last }], "test");
}

function idsIn(sandbox: Sandbox, dir: string): ObjectId[] {
  const list = sandbox.git(["-C", dir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
  return list.split("\n").flatMap((id) => parseObjectId(id) ?? []);
}

/** Every object through the files, against what `git cat-file` prints. */
function compare(sandbox: Sandbox, git: Git, dir = git.gitDir): number {
  const ids = idsIn(sandbox, dir);
  const files = makeObjectFiles(git);
  const said = execFileSync("git", ["--git-dir", git.gitDir, "cat-file", "--batch"], {
    input: ids.join("\n"),
    maxBuffer: 1 << 28,
  });
  let at = 0;
  for (const id of ids) {
    const object = files.read(id);
    if (object === null) throw new Error(`${id} was not read`);
    const head = `${id} ${object.type} ${object.content.length}\n`;
    expect(said.toString("latin1", at, at + head.length)).toBe(head);
    at += head.length;
    expect(Buffer.compare(said.subarray(at, at + object.content.length), object.content)).toBe(0);
    at += object.content.length + 1;
  }
  expect(at).toBe(said.length);
  files.close();
  return ids.length;
}

test.each(["sha1", "sha256"] as const)(
  "loose, packed, deltas of both kinds: all as git reads them (%s)",
  async (objectFormat) => {
    await using sandbox = await makeSandbox();
    const git = await sandbox.repository("r", { bare: true, objectFormat });
    await fill(git);
    sandbox.git(["-C", git.gitDir, "hash-object", "-w", "--stdin"], { input: "loose\n" });
    const count = compare(sandbox, git);
    expect(count).toBeGreaterThan(150);
    for (const settings of [[], ["-c", "repack.useDeltaBaseOffset=false"]]) {
      sandbox.git(["-C", git.gitDir, ...settings, "repack", "-adfq", "--depth=30", "--window=50"]);
      const index = readdirSync(join(git.gitDir, "objects/pack")).find((name) => name.endsWith(".idx")) ?? "";
      const depth = sandbox.git([
        "verify-pack",
        `--object-format=${objectFormat}`,
        "-sv",
        join(git.gitDir, "objects/pack", index),
      ]);
      expect(depth).toMatch(/chain length = 1\d:/);
      expect(compare(sandbox, git)).toBe(count);
    }
  },
);

test("objects of an alternate are found, and a pack that comes while the repository is open", async () => {
  await using sandbox = await makeSandbox();
  const lender = await sandbox.repository("lender", { bare: true });
  await fill(lender);
  sandbox.git(["clone", "--quiet", "--bare", "--shared", "lender", "borrower"]);
  await using borrower = await openGit(join(sandbox.dir, "borrower"));
  expect(compare(sandbox, borrower, lender.gitDir)).toBeGreaterThan(150);
  const files = makeObjectFiles(borrower);
  expect(files.read("1".repeat(40) as ObjectId)).toBeNull();
  await fill(await sandbox.repository("other", { bare: true }));
  const id = await writeLast(
    lender,
    Array.from({ length: 40 }, (_, i) => textCommit(i === 0 ? null : i - 1, { new: `${i}\n` })),
  );
  expect(files.read(id)?.type).toBe("commit");
  files.close();
});

test("names that need no git: ids, their commits and trees, HEAD, branches loose and packed", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  await fill(git);
  const tip = sandbox.git(["-C", "r", "rev-parse", "HEAD"]);
  const reader = makeDirectReader(nobody, { ...git, plain: true });
  const idOf = async (name: string): Promise<string | undefined> => (await reader.read(name))?.id;
  for (const packed of [false, true]) {
    if (packed) sandbox.git(["-C", "r", "pack-refs", "--all"]);
    for (const name of ["HEAD", "refs/heads/main", tip]) expect(await idOf(`${name}^{commit}`)).toBe(tip);
    expect(await idOf(`${tip}^{tree}`)).toBe(sandbox.git(["-C", "r", "rev-parse", "HEAD^{tree}"]));
  }
  for (const name of [
    "main",
    "refs/heads/../heads/main",
    "refs/heads/none",
    "HEAD~1",
    "1".repeat(40),
    tip.slice(0, 12),
  ]) {
    await expect(idOf(`${name}^{commit}`)).rejects.toThrow("git was asked");
  }
});

test("what is damaged is told by git", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { bare: true });
  await fill(git);
  sandbox.git(["-C", git.gitDir, "repack", "-adfq"]);
  const dir = join(git.gitDir, "objects/pack");
  const pack = join(dir, readdirSync(dir).find((name) => name.endsWith(".pack")) ?? "");
  const whole = readFileSync(pack);
  chmodSync(pack, 0o644);
  const ids = idsIn(sandbox, git.gitDir);
  const sound = makeObjectFiles(git);
  const good = new Map(ids.map((id) => [id, sound.read(id)?.content]));
  sound.close();
  fc.assert(
    fc.property(fc.integer({ min: 12, max: whole.length - 21 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ change;
      writeFileSync(pack, damaged);
      const files = makeObjectFiles(git);
      for (const id of ids) {
        const right = good.get(id) ?? noBytes;
        expect(Buffer.compare(files.read(id)?.content ?? right, right)).toBe(0);
      }
      files.close();
    }),
    // One damage in a thousand is another sound delta, which git, too, takes as it is.
    { numRuns: 20, seed: 1 },
  );
  writeFileSync(pack, whole.subarray(0, 1000));
  await using again = await openGit(git.gitDir);
  await expect(again.readBlobs(await blobsOf(sandbox, git))).rejects.toThrow(/is missing|git cat-file/);
});

async function blobsOf(sandbox: Sandbox, git: Git): Promise<Parameters<Git["readBlobs"]>[0]> {
  const id = sandbox.git(["-C", git.gitDir, "hash-object", "--stdin"], { input: "0 ".repeat(7) });
  return Promise.resolve([id] as unknown as Parameters<Git["readBlobs"]>[0]);
}

test("a large index is searched a window at a time", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { bare: true });
  const files = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`d${i % 10}/${i}`, `${i}\n`]));
  await writeLast(git, [textCommit(null, files)]);
  const dir = join(git.gitDir, "objects/pack");
  const path = join(dir, readdirSync(dir).find((name) => name.endsWith(".idx")) ?? "").replace(/\.idx$/, "");
  const [whole, windows] = [openPack(path, 20), openPack(path, 20, 0)];
  const ids = idsIn(sandbox, git.gitDir).map((id) => Buffer.from(id, "hex"));
  for (const id of ids) {
    const offset = whole?.find(id);
    expect(offset).toBeGreaterThan(0);
    expect(windows?.find(id)).toBe(offset);
    const near = Buffer.from(id);
    near[19] = (near[19] ?? 0) ^ 1;
    expect(windows?.find(near)).toBeNull();
  }
  for (const pack of [whole, windows]) pack?.close();
});

test("law: a delta that was printed makes the content; no bytes make it throw", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.oneof(bytes, fc.tuple(fc.nat(200), fc.nat(200))), { maxLength: 8 }),
      (base, parts) => {
        const pieces = parts.map((part) => {
          if (part instanceof Uint8Array) return part;
          const [one, other] = part.map((at) => at % (base.length + 1)) as [number, number];
          return { from: Math.min(one, other), to: Math.max(one, other) };
        });
        const made: Bytes = Buffer.concat(
          pieces.map((piece) => (piece instanceof Uint8Array ? piece : base.subarray(piece.from, piece.to))),
        );
        const delta = printDelta(base.length, made.length, pieces);
        expect(Buffer.compare(applyDelta(base, delta) ?? Buffer.from("none"), made)).toBe(0);
        expect(applyDelta(Buffer.concat([base, Buffer.from("x")]), delta)).toBeNull();
      },
    ),
  );
  fc.assert(fc.property(bytes, fc.uint8Array({ maxLength: 40 }), (base, delta) => void applyDelta(base, delta)));
});
