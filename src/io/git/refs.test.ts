// Revisions, and refs that move together or not at all.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "#model/bytes";
import type { CommitId } from "./ids.ts";
import type { Git } from "./repository.ts";
import { makeSandbox, type Sandbox, textCommit } from "./sandbox.ts";

async function threeCommits(sandbox: Sandbox): Promise<{ git: Git; ids: [CommitId, CommitId, CommitId] }> {
  const git = await sandbox.repository("r", { bare: true });
  const ids = await git.writeCommits([
    textCommit(null, { a: "1" }),
    textCommit(0, { a: "2" }),
    textCommit(1, { a: "3" }),
  ]);
  return { git, ids: ids as [CommitId, CommitId, CommitId] };
}

test("resolves branches, tags, abbreviations and relatives to commits", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await threeCommits(sandbox);
  await git.updateRefs([{ ref: "refs/heads/main", new: ids[2] }], "made");
  sandbox.git(["-C", "r", "tag", "-a", "-m", "annotated", "v1", ids[1]]);
  for (const revision of ["main", "HEAD", "refs/heads/main", ids[2], ids[2].slice(0, 12), "main^{}"]) {
    expect(await git.resolve(revision)).toBe(ids[2]);
  }
  expect(await git.resolve("v1")).toBe(ids[1]);
  expect(await git.resolve("main~2")).toBe(ids[0]);
  expect(await git.find("main~3")).toBeNull();
});

test("a revision that does not exist is named in the error, whatever it looks like", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await threeCommits(sandbox);
  await git.updateRefs([{ ref: "refs/heads/main", new: ids[2] }], "made");
  for (const revision of [
    "none",
    "",
    " ",
    "--help",
    "-x",
    "a\nmain",
    "main:a",
    "main^{tree}",
    "0".repeat(40),
    "x".repeat(10_000),
  ]) {
    const error: unknown = await git.resolve(revision).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(JSON.stringify(revision).slice(1, 100));
  }
});

test("creates, moves and deletes refs in one go, with a reflog", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await threeCommits(sandbox);
  sandbox.git(["-C", "r", "config", "core.logAllRefUpdates", "true"]);
  await git.updateRefs(
    [
      { ref: "refs/heads/main", new: ids[0], old: null },
      { ref: "refs/heads/gone", new: ids[0] },
    ],
    "first build\nof two lines",
  );
  await git.updateRefs(
    [
      { ref: "refs/heads/main", new: ids[2], old: ids[0] },
      { ref: "refs/heads/gone", new: null, old: ids[0] },
      { ref: "refs/heads/wild", new: ids[1], old: undefined },
    ],
    "second build",
  );
  await git.updateRefs([], "nothing");
  expect(sandbox.git(["-C", "r", "for-each-ref", "--format=%(refname) %(objectname)"]).split("\n")).toEqual([
    `refs/heads/main ${ids[2]}`,
    `refs/heads/wild ${ids[1]}`,
  ]);
  expect(sandbox.git(["-C", "r", "reflog", "show", "--format=%gs", "main"])).toBe(
    "second build\nfirst build of two lines",
  );
});

test("a ref that is not what it should be stops all of them, by name", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await threeCommits(sandbox);
  await git.updateRefs([{ ref: "refs/heads/main", new: ids[0] }], "made");
  const before = sandbox.git(["-C", "r", "for-each-ref"]);
  const good = { ref: "refs/heads/aaa", new: ids[1] };
  const nowhere = "1".repeat(40) as CommitId;
  const cases = [
    [
      { ref: "refs/heads/main", new: ids[2], old: ids[1] },
      `ref "refs/heads/main" has moved: it is ${ids[0]}, expected ${ids[1]}`,
    ],
    [
      { ref: "refs/heads/main", new: null, old: ids[1] },
      `ref "refs/heads/main" has moved: it is ${ids[0]}, expected ${ids[1]}`,
    ],
    [{ ref: "refs/heads/main", new: ids[2], old: null }, `ref "refs/heads/main" exists already`],
    [{ ref: "refs/heads/none", new: ids[2], old: ids[1] }, `ref "refs/heads/none" is gone: expected ${ids[1]}`],
    [
      { ref: "refs/heads/main/sub", new: ids[2] },
      `ref "refs/heads/main/sub" cannot exist beside the ref "refs/heads/main"`,
    ],
    [{ ref: "refs/heads/aaa/bbb", new: ids[2] }, `refs "refs/heads/aaa" and "refs/heads/aaa/bbb" cannot both exist`],
    [{ ref: "refs/heads/a..b", new: ids[2] }, `refs/heads/a..b`],
    [{ ref: "refs/heads/x\0y", new: ids[2] }, `refuse to write the ref "refs/heads/x\\u0000y"`],
    [{ ref: "refs/heads/lost", new: nowhere }, `refs/heads/lost`],
    [{ ref: "refs/heads/aaa", new: ids[2] }, `refs/heads/aaa`],
  ] as const;
  for (const [update, message] of cases) {
    const error: unknown = await git.updateRefs([good, update], "build").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(message);
    expect(sandbox.git(["-C", "r", "for-each-ref"])).toBe(before);
  }
});

test("a ref that another git holds locked is told with the file", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await threeCommits(sandbox);
  const lock = join(git.gitDir, "refs", "heads", "main.lock");
  writeFileSync(lock, "");
  await expect(git.updateRefs([{ ref: "refs/heads/main", new: ids[0] }], "build")).rejects.toThrow(
    `ref "refs/heads/main" is locked by another git: "${lock}"`,
  );
});
