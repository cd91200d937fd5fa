// The commits between two commits with what they did to files: sides, hostile contents and names, limits.
import { expect, test } from "vitest";
import { byteString, pathOf } from "#model/bytes";
import type { LoggedCommit } from "./patch-log.ts";
import { patchLogLimits } from "./patch-log.ts";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";

/** A commit as its side, its subject, and each changed line with its file. */
function shown({ side, subject, diff }: LoggedCommit): string {
  const lines = diff.files.flatMap(({ oldPath, newPath, hunks }) =>
    hunks.flatMap(({ lines: all, body }) =>
      all.map(
        ({ kind, start, end }) =>
          `${(newPath ?? oldPath ?? "").slice(2)} ${kind} ${JSON.stringify(byteString(body, start, end))}`,
      ),
    ),
  );
  return [`${side} ${subject}`, ...lines].join("; ");
}

test("gives the commits of either side that change the files, newest first, and nothing of other files", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const root = await writeLast(git, [textCommit(null, { f: "1\n2\n3\n", g: "g\n" }, "root\n")]);
  const old = await writeLast(git, [textCommit(root, { f: "1\ntwo\n3\n" }, "in old\n")]);
  const changed = await writeLast(git, [textCommit(root, { f: "1\nzwei\n3\n", g: "G\n" }, "f and g\n")]);
  const other = await writeLast(git, [textCommit(changed, { g: "G\nH\n" }, "only g\n")]);
  const gone = await writeLast(git, [textCommit(other, { f: null }, "f goes\n")]);
  const { commits, cut } = await git.patchLog(old, gone, ["f"]);
  expect(cut).toBe(null);
  expect(commits.map(shown).toSorted()).toEqual([
    'new f and g; f delete "2\\n"; f insert "zwei\\n"',
    'new f goes; f delete "1\\n"; f delete "zwei\\n"; f delete "3\\n"',
    'old in old; f delete "2\\n"; f insert "two\\n"',
  ]);
  const ids = commits.map(({ id }) => id);
  expect(ids.indexOf(gone)).toBeLessThan(ids.indexOf(changed));
  expect(commits[0]).toMatchObject({ author: { name: "A U Thor", email: "author@example.org" }, date: 1700000000 });
  expect((await git.patchLog(gone, gone, ["f"])).commits).toEqual([]);
});

test("lines that look like a commit, odd names and bytes stay what they are", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const names = ["*", "with blank", pathOf("ü"), "\xff", ":(top)x", "tab\there"];
  const files = (text: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, text]));
  const from = await writeLast(git, [textCommit(null, { ...files("x\n"), other: "x\n" })]);
  const fake = `commit ${from}\0>\x001\0a\0b\0c\n\xff\r\n`;
  const to = await writeLast(git, [textCommit(from, { ...files(`x\n${"-".repeat(9000)}\n${fake}`), other: "y\n" })]);
  const { commits } = await git.patchLog(from, to, names);
  expect(commits.map(({ id }) => id)).toEqual([to]);
  expect(commits[0]?.diff.files.map(({ newPath }) => newPath?.slice(2)).toSorted()).toEqual(names.toSorted());
  for (const { hunks } of commits[0]?.diff.files ?? []) {
    const [hunk] = hunks;
    const last = hunk?.lines.slice(-2).map(({ start, end }) => byteString(hunk.body, start, end));
    expect(last?.join("")).toBe(fake);
  }
});

test("says which limit ended it, and that git refused", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const from = await writeLast(git, [textCommit(null, { f: "0\n" })]);
  let to = from;
  for (let index = 1; index <= 5; index++)
    to = await writeLast(git, [textCommit(to, { f: `${index}\n`, g: `${index}\n` })]);
  const log = async (limits: Partial<typeof patchLogLimits>, paths = ["f", "g"]): Promise<[number, string | null]> => {
    const { commits, cut } = await git.patchLog(from, to, paths, { ...patchLogLimits, ...limits });
    return [commits.length, cut];
  };
  expect(await log({})).toEqual([5, null]);
  expect(await log({ commits: 5 })).toEqual([5, null]);
  expect(await log({ commits: 2 })).toEqual([2, "commits"]);
  expect(await log({ paths: 1 })).toEqual([5, "paths"]);
  expect(await log({}, ["line\nend"])).toEqual([0, "paths"]);
  const [count, cut] = await log({ bytes: 100 });
  expect([count < 5, cut]).toEqual([true, "bytes"]);
  expect((await log({ time: 0 }))[1]).toBe("time");
  const unknown = "1".repeat(40) as typeof from;
  expect(await git.patchLog(unknown, to, ["f"])).toEqual({ commits: [], cut: "error" });
});
