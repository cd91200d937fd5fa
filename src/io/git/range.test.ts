// Reading many commits at once: against what git itself says of each, on names and logs that are hard to cut apart.
import { expect, test } from "vitest";
import { byteString, bytesOf } from "#model/bytes";
import type { CommitId } from "./ids.ts";
import type { DiffAlgorithm } from "./range.ts";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

/** A history of commits that change files with odd names, change nothing, and say odd things. */
async function oddHistory(sandbox: Awaited<ReturnType<typeof makeSandbox>>): Promise<{
  readonly git: Awaited<ReturnType<typeof sandbox.repository>>;
  readonly ids: readonly CommitId[];
}> {
  const git = await sandbox.repository("r");
  const id = "0".repeat(40);
  const ids = await git.writeCommits([
    textCommit(null, { a: "1\n", "d/b": "1\n" }, "first\n"),
    textCommit(0, { a: "2\n" }, `second\n\nbody\n\nLink: https://example.org/r/x@example.org\n`),
    textCommit(1, {}, "nothing\n"),
    textCommit(2, { [id]: "1\n", "\u0001": "1\n", [byteString(bytesOf('ü \n"'))]: "1\n" }, "odd names\n"),
    textCommit(3, { a: null, moved: "2\n" }, ""),
    textCommit(4, { moved: `3\n${id}\n` }, `${id}\n\n${id}\n`),
  ]);
  return { git, ids };
}

test("each commit of a range comes with its log and the names that git diff-tree gives", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await oddHistory(sandbox);
  const last = ids.at(-1);
  if (last === undefined) throw new Error("no history");
  const commits = await all(git.commitsInRange(last, null, 100));
  expect(commits.map(({ id }) => id)).toEqual(ids.toReversed());
  for (const { id, subject, body, paths, author } of commits) {
    const names = sandbox.git(["-C", "r", "diff-tree", "-r", "-z", "--root", "--name-only", "--no-commit-id", id]);
    expect(paths).toEqual(names.split("\0").slice(0, -1));
    expect(subject).toBe(sandbox.git(["-C", "r", "log", "-1", "--format=%s", id]));
    expect(body.trimEnd()).toBe(sandbox.git(["-C", "r", "log", "-1", "--format=%b", id]).trimEnd());
    expect(author).toEqual({ name: "A U Thor", email: "author@example.org" });
  }
  const [, second] = ids;
  const some = await all(git.commitsInRange(last, second ?? null, 3));
  expect(some.map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
});

test("diffs of commits are those of git, whatever algorithm; what changes nothing is passed over", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await oddHistory(sandbox);
  for (const algorithm of ["myers", "minimal", "patience", "histogram"] satisfies DiffAlgorithm[]) {
    const diffs = await all(git.diffsOfCommits(ids, algorithm));
    expect(diffs.map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 2));
    for (const { id, diff } of diffs) {
      const options = ["-r", "-p", "-M", "--root", "--full-index", "--no-commit-id", `--diff-algorithm=${algorithm}`];
      expect(byteString(diff).trimEnd()).toBe(sandbox.git(["-C", "r", "diff-tree", ...options, id]).trimEnd());
    }
  }
});

test("a taker that stops early leaves no git behind, and a range that is none is an error", async () => {
  await using sandbox = await makeSandbox();
  const { git, ids } = await oddHistory(sandbox);
  const last = ids.at(-1);
  if (last === undefined) throw new Error("no history");
  for await (const { id } of git.commitsInRange(last, null, 100)) {
    expect(id).toBe(last);
    break;
  }
  const none = "1".repeat(40) as CommitId;
  await expect(all(git.commitsInRange(none, null, 1))).rejects.toThrow(/git/);
  await expect(all(git.diffsOfCommits([none], "myers"))).resolves.toEqual([]);
});

const lines = (...changed: string[]): string =>
  ["1", "2", "3", "4", "5", ...changed].map((line) => `${line}\n`).join("");

test("range-diff pairs a commit with its other version; histories meet at their merge base", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const name = byteString(bytesOf("ü"));
  const base = await writeLast(git, [textCommit(null, { [name]: lines(), other: "1\n" })]);
  const old = await writeLast(git, [textCommit(base, { [name]: lines("new", "lines", "here") }, "one\n")]);
  const near = await writeLast(git, [
    textCommit(base, { other: "2\n" }, "other\n"),
    textCommit(0, { [name]: lines("new", "lines", "there") }, "two\n"),
  ]);
  expect(await git.mergeBase(old, near)).toBe(base);
  expect(await git.mergeBase(old, await writeLast(git, [textCommit(null, { a: "1\n" })]))).toBeNull();
  const pairs = await git.rangeDiff({ from: base, to: old }, { from: base, to: near }, [name]);
  expect(pairs).toEqual([{ old, new: near, same: false }]);
  expect(await git.rangeDiff({ from: base, to: old }, { from: base, to: old }, [])).toEqual([
    { old, new: old, same: true },
  ]);
});
