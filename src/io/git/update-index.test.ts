// The index after an update, against what git says of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSandbox, textCommit, writeLast } from "./sandbox.ts";

test.each(["sha1", "sha256"] as const)("entries come, change, go, and change their kind (%s)", async (objectFormat) => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { objectFormat });
  const status = (): string => sandbox.git(["-C", "r", "status", "--porcelain"]);
  const first = await writeLast(git, [
    textCommit(null, {
      same: "1\n",
      changed: "1\n",
      gone: "1\n",
      "dir/file": "1\n",
      file: "1\n",
      "caf\xe9\tbar": "1\n",
    }),
  ]);
  await git.updateRefs([{ ref: "refs/heads/main", new: first }], "test");
  sandbox.git(["-C", "r", "reset", "--quiet", "--hard"]);
  const files = {
    changed: "2\n",
    gone: null,
    new: "2\n",
    "dir/file": null,
    dir: "2\n",
    "file/below": "2\n",
    file: null,
  };
  const second = await writeLast(git, [textCommit(first, { ...files, "caf\xe9\tbar": "2\n" })]);
  await git.updateRefs([{ ref: "refs/heads/main", new: second }], "test");
  await git.updateIndex("HEAD", [...Object.keys(files), "caf\xe9\tbar", "never there"]);
  expect(sandbox.git(["-C", "r", "diff", "--cached", "--stat"])).toBe("");
  expect(sandbox.git(["-C", "r", "ls-files", "-s", "same"])).toMatch(/^100644 /);
  // What was written elsewhere is staged for nobody.
  mkdirSync(join(git.workTree ?? "", "other"));
  writeFileSync(join(git.workTree ?? "", "other/file"), "2\n");
  await git.updateIndex("HEAD", ["changed"]);
  expect(status()).toContain("?? other/");
});
