// Finding files by the directories on their way: what is there, what is absent, what is in the way.
import { expect, test } from "vitest";
import { pathOf, UserError } from "#model/bytes";
import type { TreeEntry } from "./entries.ts";
import type { CommitPlan } from "./commit-plan.ts";
import { parseCommitId } from "./ids.ts";
import { makeSandbox, someone, textCommit, writeLast } from "./sandbox.ts";

test("finds what is at a path, and what stands in its way", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const base = await writeLast(git, [
    textCommit(null, { "mm/vmscan.c": "1", "mm/kasan/a.c": "2", README: "3", [pathOf("fs/ü")]: "4" }),
  ]);
  const plan: CommitPlan = {
    ...textCommit(base, {}),
    changes: [
      { path: "link", mode: "120000", content: new Uint8Array([97]) },
      { path: "tools/run", mode: "100755", content: new Uint8Array([97]) },
      { path: "sub/module", mode: "160000", content: base },
      { path: "fs/\xff", mode: "100644", content: new Uint8Array([97]) },
    ],
  };
  const commit = await writeLast(git, [plan]);
  const asked = [
    "mm/vmscan.c",
    "mm/vmscan.c/x/y",
    "mm/kasan",
    "mm/kasan/a.c",
    "mm/kasan/b.c",
    "mm/none/a.c",
    "none",
    "README",
    "README/x",
    "link",
    "link/x",
    "tools/run",
    "sub/module",
    "sub/module/x",
    pathOf("fs/ü"),
    "fs/\xff",
    "mm/",
  ];
  const found = await git.readEntries(commit, asked);
  expect(asked.map((path) => `${JSON.stringify(path)}: ${shown(found.get(path))}`)).toMatchInlineSnapshot(`
    [
      ""mm/vmscan.c": 100644 blob",
      ""mm/vmscan.c/x/y": blocked by mm/vmscan.c",
      ""mm/kasan": 040000 tree",
      ""mm/kasan/a.c": 100644 blob",
      ""mm/kasan/b.c": absent",
      ""mm/none/a.c": absent",
      ""none": absent",
      ""README": 100644 blob",
      ""README/x": blocked by README",
      ""link": 120000 link",
      ""link/x": blocked by link",
      ""tools/run": 100755 blob",
      ""sub/module": 160000 commit",
      ""sub/module/x": blocked by sub/module",
      ""fs/Ã¼": 100644 blob",
      ""fs/ÿ": 100644 blob",
      ""mm/": absent",
    ]
  `);
  const listed = sandbox.git(["-C", "r", "ls-tree", "-r", "-t", "-z", commit]).split("\0");
  const known = new Set(listed.map((line) => line.replace(/ (?:blob|tree|commit) /, " ")));
  const ours = [...found].flatMap(([path, entry]) =>
    entry.kind === "blocked" ? [] : [`${entry.mode} ${entry.id}\t${path}`],
  );
  expect(ours.filter((line) => !known.has(line))).toEqual([]);
});

test("an empty question and an empty tree have an empty answer", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const commit = await writeLast(git, [textCommit(null, {})]);
  expect(await git.readEntries(commit, [])).toEqual(new Map());
  expect(await git.readEntries(commit, ["a", "b/c"])).toEqual(new Map());
  expect(await git.readTreeFiles(commit)).toEqual(new Map());
});

test("old modes read as git reads them", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const blob = sandbox.git(["-C", "r", "hash-object", "-w", "--stdin"], { input: "x" });
  const tree = ["100664 a", "100775 b"]
    .map((name) => `${name}\0${Buffer.from(blob, "hex").toString("latin1")}`)
    .join("");
  const treeId = sandbox.git(["-C", "r", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"], { input: tree });
  const commit = parseCommitId(sandbox.git(["-C", "r", "commit-tree", "-m", someone.name, treeId]));
  const files = await git.readTreeFiles(commit ?? (await git.resolve("HEAD")));
  expect([...files].map(([path, { mode }]) => `${mode} ${path}`)).toEqual(["100644 a", "100755 b"]);
});

test("a commit that is not there is a UserError", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const nowhere = parseCommitId("1".repeat(40));
  if (nowhere === null) throw new Error("test set-up: no id");
  await expect(git.readEntries(nowhere, ["a"])).rejects.toThrow(UserError);
  await expect(git.readTreeFiles(nowhere)).rejects.toThrow("is missing");
});

function shown(entry: TreeEntry | undefined): string {
  if (entry === undefined) return "absent";
  return entry.kind === "blocked" ? `blocked by ${entry.blockedBy}` : `${entry.mode} ${entry.kind}`;
}
