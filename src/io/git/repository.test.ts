// Opening repositories, and the questions that take a process of their own.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { textOf, UserError } from "#model/bytes";
import { openGit } from "./repository.ts";
import { runGitIn } from "./run.ts";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";

test("opens work trees, linked work trees, bare repositories and .git directories", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("work");
  const id = await writeLast(git, [textCommit(null, { a: "1\n" })]);
  await git.updateRefs([{ ref: "refs/heads/main", new: id }], "made");
  sandbox.git(["-C", "work", "worktree", "add", "-q", "-b", "side", "../linked"]);
  sandbox.git(["clone", "-q", "--bare", "work", "bare.git"]);
  symlinkSync("work", join(sandbox.dir, "symlink"));
  const at = (name: string): string => join(sandbox.dir, name);
  const cases = [
    ["work", { workTree: at("work"), gitDir: at("work/.git"), commonDir: at("work/.git") }],
    ["symlink", { workTree: at("work"), gitDir: at("work/.git"), commonDir: at("work/.git") }],
    ["linked", { workTree: at("linked"), gitDir: at("work/.git/worktrees/linked"), commonDir: at("work/.git") }],
    ["bare.git", { workTree: null, gitDir: at("bare.git"), commonDir: at("bare.git") }],
    ["work/.git", { workTree: null, gitDir: at("work/.git"), commonDir: at("work/.git") }],
  ] as const;
  for (const [name, expected] of cases) {
    await using opened = await openGit(at(name));
    expect(opened).toMatchObject({ ...expected, objectFormat: "sha1" });
    expect(await opened.resolve("main")).toBe(id);
    const next = await writeLast(opened, [textCommit(id, { b: "2\n" })]);
    expect(await opened.diffNames(id, next)).toEqual([{ path: "b", change: "A" }]);
  }
});

test("what is no repository is a UserError with a hint; the repository around a directory is not taken", async () => {
  await using sandbox = await makeSandbox();
  await sandbox.repository("r");
  mkdirSync(join(sandbox.dir, "r", "below"));
  writeFileSync(join(sandbox.dir, "file"), "x");
  for (const dir of [sandbox.dir, join(sandbox.dir, "r", "below")]) {
    const error: unknown = await openGit(dir).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: `"${dir}" is not a git repository`,
      hint: expect.stringContaining("git init"),
    });
  }
  await expect(openGit(join(sandbox.dir, "none"))).rejects.toThrow("no such directory");
  await expect(openGit(join(sandbox.dir, "file"))).rejects.toThrow(UserError);
});

test("the caller's git variables and hooks do not reach git", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const other = await sandbox.repository("other");
  mkdirSync(join(git.gitDir, "hooks"));
  writeFileSync(join(git.gitDir, "hooks", "reference-transaction"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  process.env["GIT_DIR"] = other.gitDir;
  process.env["GIT_OBJECT_DIRECTORY"] = join(other.gitDir, "objects");
  try {
    await using opened = await openGit(join(sandbox.dir, "r"));
    const id = await writeLast(opened, [textCommit(null, { a: "1" })]);
    await opened.updateRefs([{ ref: "refs/heads/main", new: id }], "made");
    expect(await opened.resolve("HEAD")).toBe(id);
  } finally {
    delete process.env["GIT_DIR"];
    delete process.env["GIT_OBJECT_DIRECTORY"];
  }
  expect(await git.find("main")).not.toBeNull();
  expect(await other.find("main")).toBeNull();
});

test("replaced objects are read as they were written", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const [one, two] = await git.writeCommits([textCommit(null, { a: "1" }), textCommit(null, { a: "2" })]);
  if (one === undefined || two === undefined) throw new Error("test set-up: no commits");
  sandbox.git(["-C", "r", "replace", one, two]);
  expect(textOf((await git.readFile(one, "a")) ?? new Uint8Array())).toBe("1");
});

test("status, log and changed names of a small repository", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const [first, second] = await git.writeCommits([
    textCommit(null, { kept: "1\n", changed: "1\n", gone: "1\n", "d/staged": "1\n" }, "first: add\n\nBody\n"),
    textCommit(0, { "d/staged": "2\n" }, "second: change\n a long subject\n"),
  ]);
  if (first === undefined || second === undefined) throw new Error("test set-up: no commits");
  await git.updateRefs([{ ref: "refs/heads/main", new: second }], "made");
  await git.run(["reset", "--hard", "--quiet"]);
  expect(await git.status()).toEqual([]);
  sandbox.git(["-C", "r", "rm", "-q", "--cached", "gone"]);
  writeFileSync(join(sandbox.dir, "r", "changed"), "2\n");
  writeFileSync(join(sandbox.dir, "r", "new file"), "2\n");
  writeFileSync(join(sandbox.dir, "r", "d", "staged"), "3\n");
  sandbox.git(["-C", "r", "add", "d"]);
  const status = await git.status();
  expect(status.map(({ path, index, workTree }) => `${index}${workTree} ${path}`)).toEqual([
    ".M changed",
    "M. d/staged",
    "D. gone",
    "?? gone",
    "?? new file",
  ]);
  expect(await git.status(["d", "kept"])).toEqual([{ path: "d/staged", index: "M", workTree: "." }]);
  expect(await git.status(["*"])).toEqual([]);
  const log = await git.log(second);
  expect(log.map(({ id, parents, subject }) => ({ id, parents, subject }))).toEqual([
    { id: second, parents: [first], subject: "second: change  a long subject" },
    { id: first, parents: [], subject: "first: add" },
  ]);
  expect(log[0]).toMatchObject({ date: 1_700_000_000, author: { name: "A U Thor", email: "author@example.org" } });
  expect(await git.log(second, { not: [first], limit: 5 })).toHaveLength(1);
  expect((await git.log(second, { paths: ["kept"], reverse: true })).map(({ id }) => id)).toEqual([first]);
  expect(await git.diffNames(first, second)).toEqual([{ path: "d/staged", change: "M" }]);
});

test("a run is bounded in time and output, and its failure is told in git's words", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  await expect(git.run(["no-such-command"])).rejects.toThrow("'no-such-command' is not a git command");
  await expect(git.run(["cat-file", "--batch"], { timeout: 200, input: new Uint8Array(0) })).resolves.toMatchObject({
    exitCode: 0,
  });
  await expect(git.run(["help", "-a"], { maxOutput: 10 })).rejects.toThrow(
    "printed more than 10 bytes and was stopped",
  );
  const place = { cwd: sandbox.dir, gitDir: null, workTree: null };
  await expect(runGitIn(place, ["-c", "alias.wait=!sleep 20", "wait"], { timeout: 200 })).rejects.toThrow(
    "took more than 200 ms",
  );
  expect(await git.run(["rev-parse", "--verify", "-q", "none"], { exitCodes: [0, 1] })).toMatchObject({ exitCode: 1 });
});
