// The raw log of a history, and the tip that is read from files.
import { expect, test } from "vitest";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";

for (const objectFormat of ["sha1", "sha256"] as const) {
  test(`what each commit did to each path, oldest first, ${objectFormat}`, async () => {
    await using sandbox = await makeSandbox();
    const git = await sandbox.repository("r", { bare: true, objectFormat });
    const first = await writeLast(git, [textCommit(null, { m: "one\n" })]);
    const last = await writeLast(git, [
      textCommit(first, { m: "two\n" }),
      textCommit(0, { m: null, d: "one\n", "a/ä": "x" }),
    ]);
    const id = (text: string): string => sandbox.git(["-C", "r", "hash-object", "--stdin"], { input: text });
    const seen = async (not: typeof first | null): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const { committed, changes } of git.rawLog(last, not)) found.push([committed, ...changes]);
      return found;
    };
    const [one, two, x] = [id("one\n"), id("two\n"), id("x")];
    const later = [
      [1_700_000_000_000, { path: "m", before: one, after: two }],
      [
        1_700_000_000_000,
        { path: '"a/\\344"', before: null, after: x },
        { path: "d", before: null, after: one },
        { path: "m", before: two, after: null },
      ],
    ];
    expect(await seen(null)).toEqual([[1_700_000_000_000, { path: "m", before: null, after: one }], ...later]);
    expect(await seen(first)).toEqual(later);
    expect(await seen(last)).toEqual([]);
  });
}

test("the tip, wherever git keeps it", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { bare: true });
  expect(await git.tip()).toBe(null);
  const first = await writeLast(git, [textCommit(null, { a: "1" })]);
  await git.updateRefs([{ ref: "refs/heads/main", new: first }], "test");
  expect(await git.tip()).toBe(first);
  sandbox.git(["-C", "r", "pack-refs", "--all"]);
  expect(await git.tip()).toBe(first);
  const second = await writeLast(git, [textCommit(first, { a: "2" })]);
  await git.updateRefs([{ ref: "refs/heads/main", new: second }], "test");
  expect(await git.tip()).toBe(second);
  sandbox.git(["-C", "r", "update-ref", "--no-deref", "HEAD", first]);
  expect(await git.tip()).toBe(first);
  sandbox.git(["-C", "r", "symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
  sandbox.git(["-C", "r", "symbolic-ref", "HEAD", "refs/heads/alias"]);
  expect(await git.tip()).toBe(second);
});
