// Merges without a work tree, beside those that `git merge` makes.
import { expect, test } from "vitest";
import { byteString } from "#model/bytes";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";
import { makeScratch } from "./scratch.ts";

test("a clean merge gives the tree, a conflict its three versions", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("one");
  const base = await writeLast(git, [textCommit(null, { a: "1\n2\n3\n", "odd \xe9": "x\n", gone: "g\n" })]);
  const ours = await writeLast(git, [textCommit(base, { a: "one\n2\n3\n", "odd \xe9": "y\n", gone: "h\n" })]);
  const clean = await writeLast(git, [textCommit(base, { a: "1\n2\nthree\n" })]);
  const clash = await writeLast(git, [textCommit(base, { a: "eins\n2\n3\n", "odd \xe9": "z\n", gone: null })]);

  const merged = await git.mergeTrees(ours, clean);
  expect(merged).toMatchObject({ unmerged: [], said: [] });
  expect(sandbox.git(["-C", "one", "cat-file", "-p", `${merged.tree}:a`])).toBe("one\n2\nthree");

  const { unmerged, said } = await git.mergeTrees(ours, clash);
  expect(unmerged.map(({ path }) => path)).toEqual(["a", "gone", "odd \xe9"]);
  expect(unmerged.map((one) => [one.base, one.ours, one.theirs].map((stage) => stage?.mode ?? null))).toEqual([
    ["100644", "100644", "100644"],
    ["100644", "100644", null],
    ["100644", "100644", "100644"],
  ]);
  expect(said).toHaveLength(3);
  const [first] = unmerged;
  const blobs = await git.readBlobs([first?.theirs?.id].filter((id) => id !== undefined));
  expect([...blobs.values()].map((bytes) => byteString(bytes))).toEqual(["eins\n2\n3\n"]);
});

test("what is tried in a scratch repository leaves nothing in the source", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("one");
  const base = await writeLast(git, [textCommit(null, { a: "1\n" })]);
  const before = sandbox.git(["-C", "one", "count-objects"]);
  {
    await using scratch = await makeScratch(`${sandbox.dir}/private`, git);
    const made = await writeLast(scratch, [textCommit(base, { a: "2\n" })]);
    expect(await scratch.isAncestor(base, made)).toBe(true);
    expect(await git.find(made)).toBeNull();
  }
  expect(sandbox.git(["-C", "one", "count-objects"])).toBe(before);
});
