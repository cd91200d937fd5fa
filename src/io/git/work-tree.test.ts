// A work tree against plain git: what is written out, that it is clean, and what is read back.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf, textOf } from "#model/bytes";
import { openGit } from "./repository.ts";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";
import { makeWorkTree, readWorkTree, removeWorkTree, runInWorkTree } from "./work-tree.ts";

const NAMES = {
  "a.c": "a\r\n",
  "d/b.c": "b\n",
  "d/c.c": "c\n",
  "odd [x]*.c": "odd\n",
  "caf\xe9": "x\n",
  "line\nend": "y\n",
};

test("only the files that were asked for are written out, byte for byte, and git finds the tree clean", async () => {
  await using sandbox = await makeSandbox();
  const source = await sandbox.repository("source", { bare: true });
  const below = await writeLast(source, [textCommit(null, { ...NAMES, ".gitattributes": "* text=auto eol=crlf\n" })]);
  const dir = join(sandbox.dir, "deep", "work");
  const plan = textCommit(below, { "d/b.c": "new\n" });
  const head = await makeWorkTree({
    dir,
    source,
    paths: ["a.c", "d/b.c", "odd [x]*.c", "caf\xe9", "line\nend"],
    head: async (git) => await writeLast(git, [plan]),
  });
  const git = (...args: string[]): string => sandbox.git(["-C", dir, ...args]);
  expect(git("rev-parse", "HEAD", "HEAD~")).toBe(`${head}\n${below}`);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("diff", "HEAD~", "--stat")).toContain("d/b.c | 2 +-");
  expect(readFileSync(join(dir, "a.c"), "utf8")).toBe("a\r\n");
  expect(existsSync(join(dir, "d/c.c"))).toBe(false);
  expect(existsSync(join(dir, "odd [x]*.c"))).toBe(true);
  expect(existsSync(join(dir, "line\nend"))).toBe(true);
  expect(sandbox.git(["-C", "source", "for-each-ref"])).toBe("");
  await using opened = await openGit(dir);
  expect(await readWorkTree(opened, head)).toEqual(new Map());
  removeWorkTree(dir);
  expect(existsSync(dir)).toBe(false);
});

test("changed, new, committed and deleted files are read back, ignored ones and those of editors are not", async () => {
  await using sandbox = await makeSandbox();
  const source = await sandbox.repository("source");
  const commit = await writeLast(source, [textCommit(null, { ...NAMES, ".gitignore": "*.o\n", "gone.c": "x\n" })]);
  const dir = join(sandbox.dir, "work");
  await makeWorkTree({ dir, source, paths: ["a.c", "d/", "gone.c", "caf\xe9"], head: () => Promise.resolve(commit) });
  expect(existsSync(join(dir, "d/c.c"))).toBe(true);
  writeFileSync(join(dir, "a.c"), "changed\n");
  chmodSync(join(dir, "d/b.c"), 0o755);
  rmSync(join(dir, "gone.c"));
  mkdirSync(join(dir, "new"));
  symlinkSync("../a.c", join(dir, "new/link"));
  for (const name of ["new/n.c", "n.o", "a.c~", ".a.c.swp", "x.rej"]) writeFileSync(join(dir, name), "n\n");
  sandbox.git(["-C", dir, "commit", "-q", "-a", "-m", "mine"]);
  writeFileSync(join(dir, "d/c.c"), "also\n");
  await using git = await openGit(dir);
  const files = await readWorkTree(git, commit);
  const shown = [...files].map(([path, file]) => [path, file && `${file.mode} ${textOf(file.bytes)}`]);
  expect(Object.fromEntries(shown)).toEqual({
    "a.c": "100644 changed\n",
    "d/b.c": "100755 b\n",
    "d/c.c": "100644 also\n",
    "gone.c": null,
    "new/link": "120000 ../a.c",
    "new/n.c": "100644 n\n",
  });
});

test("files can be put in place of the commit's, and a command's end is told", async () => {
  await using sandbox = await makeSandbox();
  const source = await sandbox.repository("source");
  const commit = await writeLast(source, [textCommit(null, NAMES)]);
  const dir = join(sandbox.dir, "work");
  const files = new Map([["a.c", { mode: "100644", bytes: bytesOf("<<<<<<<\n") } as const]]);
  await makeWorkTree({ dir, source, paths: ["a.c"], head: () => Promise.resolve(commit), files });
  await using git = await openGit(dir);
  expect([...(await readWorkTree(git, commit)).keys()]).toEqual(["a.c"]);
  expect(await runInWorkTree(dir, ["sh", "-c", "test -d .git && exit 7"], true)).toBe(7);
  await expect(runInWorkTree(dir, ["no-such-program"], true)).rejects.toThrow('cannot run "no-such-program"');
});

test("what a maintainer does with git works as ever: add, commit, stash, reset, restore, and no file that was left out comes", async () => {
  await using sandbox = await makeSandbox();
  const source = await sandbox.repository("source");
  const commit = await writeLast(source, [textCommit(null, NAMES)]);
  const dir = join(sandbox.dir, "work");
  await makeWorkTree({ dir, source, paths: ["a.c"], head: () => Promise.resolve(commit) });
  const git = (...args: string[]): string => sandbox.git(["-C", dir, ...args]);
  const leftOut = (): boolean => !existsSync(join(dir, "d/b.c")) && !existsSync(join(dir, "caf\xe9"));
  mkdirSync(join(dir, "d"));
  for (const name of ["new.c", "d/new.c"]) writeFileSync(join(dir, name), "new\n");
  git("add", "new.c", "d/new.c");
  expect(git("status", "--porcelain")).toBe("A  d/new.c\nA  new.c");
  git("stash");
  expect(git("status", "--porcelain")).toBe("");
  git("stash", "pop");
  git("add", ".");
  git("commit", "-q", "-a", "-m", "new files");
  expect(git("diff", "--name-status", commit)).toBe("A\td/new.c\nA\tnew.c");
  writeFileSync(join(dir, "a.c"), "changed\n");
  git("reset", "-q", "--hard");
  git("checkout", "-q", "-b", "other", commit);
  git("merge", "-q", "edit");
  expect(readFileSync(join(dir, "a.c"), "utf8")).toBe("a\r\n");
  expect(leftOut()).toBe(true);
  expect(git("status", "--porcelain")).toBe("");
  await using opened = await openGit(dir);
  expect([...(await readWorkTree(opened, commit)).keys()]).toEqual(["d/new.c", "new.c"]);
  // One that was left out and was written all the same counts.
  writeFileSync(join(dir, "d/c.c"), "mine\n");
  expect([...(await readWorkTree(opened, commit)).keys()]).toEqual(["d/c.c", "d/new.c", "new.c"]);
});
