// Commits that are written: the same ids everywhere, the same trees as `git add`, and nothing left of a failure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, UserError } from "#model/bytes";
import { applyHunks, Lines, linesOf, parseDiff } from "#model/diff";
import type { CommitChange, CommitPlan } from "./commit-plan.ts";
import { parseBlobId, parseCommitId, parseTreeId } from "./ids.ts";
import type { Git } from "./repository.ts";
import { makeSandbox, processesOn, type Sandbox, textCommit, writeLast } from "./sandbox.ts";

const manyFiles = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`dir${i % 7}/file${i}`, `content ${i}\n`]));

test("the same plan in two fresh repositories gives the same commit ids, and no ref", async () => {
  await using sandbox = await makeSandbox();
  const plan = [textCommit(null, manyFiles), textCommit(0, { "dir1/file1": "new\n" }), textCommit(0, { b: "side\n" })];
  const merge: CommitPlan = { ...textCommit(1, { b: "side\n" }, "merge\n"), extraParents: [2] };
  const ids = await Promise.all(
    ["one", "two"].map(async (name) => {
      const git = await sandbox.repository(name, { bare: name === "two" });
      const written = await git.writeCommits([...plan, merge]);
      expect((await git.run(["for-each-ref"])).stdout).toHaveLength(0);
      await git.run(["fsck", "--strict", "--full", written.at(-1) ?? ""]);
      expect((await git.log(written[3] ?? fail("four ids")))[0]?.parents).toEqual([written[1], written[2]]);
      return written;
    }),
  );
  expect(ids[0]).toEqual(ids[1]);
  expect(ids[0]).toMatchInlineSnapshot(`
    [
      "5459330d313748b0d326f5ad00657807350f1811",
      "df4fe94c2955434a449b45a4b42cfb9fdc751d0f",
      "5f0fa5731e1baad9e3dd8a04280cba81ef610deb",
      "e24eab55252aae235c319d4df9cbd497d050d198",
    ]
  `);
});

test("a plan may go on from commits, trees and blobs that are in the repository", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const base = await writeLast(git, [textCommit(null, { a: "1\n", "d/b": "2\n" })]);
  const tree = parseTreeId(sandbox.git(["-C", "r", "rev-parse", `${base}:d`])) ?? fail("tree");
  const blob = parseBlobId(sandbox.git(["-C", "r", "rev-parse", `${base}:a`])) ?? fail("blob");
  const changes: CommitChange[] = [{ path: "copy", mode: "100755", content: blob }];
  changes.push({ path: "sub", mode: "160000", content: base });
  const plan: CommitPlan = { ...textCommit(base, {}), fromTree: tree, changes };
  const id = await writeLast(git, [plan]);
  const files = await git.readTreeFiles(id);
  expect([...files].map(([path, { mode, kind }]) => `${mode} ${kind} ${path}`)).toEqual([
    "100644 blob b",
    "100755 blob copy",
    "160000 commit sub",
  ]);
  expect(await git.diffNames(base, id)).toEqual([
    { path: "a", change: "D" },
    { path: "b", change: "A" },
    { path: "copy", change: "A" },
    { path: "d/b", change: "D" },
    { path: "sub", change: "A" },
  ]);
});

test("names objects by sha256 where the repository does", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { objectFormat: "sha256" });
  const ids = await git.writeCommits([textCommit(null, { "d/a": "1\n" }), textCommit(0, { "d/b": "2\n" })]);
  expect(ids[1]).toMatch(/^[0-9a-f]{64}$/);
  await git.updateRefs([{ ref: "refs/heads/main", new: ids[1] ?? null, old: null }], "made");
  expect(await git.resolve("main")).toBe(ids[1]);
  expect([...(await git.readTreeFiles(ids[1] ?? fail("id"))).keys()]).toEqual(["d/a", "d/b"]);
});

test("an empty plan is nothing to do", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  expect(await git.writeCommits([])).toEqual([]);
});

test("random changes give the trees that git's own index writes", async () => {
  await using sandbox = await makeSandbox();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyChange, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      async (commits) => {
        const git = await sandbox.repository("random");
        const kept = commits.map(withoutClashes);
        const ids = await git.writeCommits(
          kept.map((changes, index) => ({ ...textCommit(index === 0 ? null : index - 1, {}), changes })),
        );
        const expected: string[] = [];
        let files = new Map<string, CommitChange>();
        for (const changes of kept) {
          files = applied(files, changes);
          expected.push(treeByIndex(sandbox, [...files.values()]));
        }
        expect(ids.map((id) => sandbox.git(["-C", "random", "rev-parse", `${id}^{tree}`]))).toEqual(expected);
        await git.close();
      },
    ),
    { numRuns: 25 },
  );
});

const anyPart = fc.constantFrom("a", "b", "c.d", "a-b", "B", "x y", "\u00e9", "\n");
const anyPath = fc.array(anyPart, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const anyChange: fc.Arbitrary<CommitChange> = fc.oneof(
  fc.record({
    path: anyPath,
    mode: fc.constantFrom("100644" as const, "100755" as const, "120000" as const),
    content: fc.uint8Array({ maxLength: 20 }),
  }),
  fc.record({ path: anyPath, mode: fc.constant("delete" as const) }),
);

/** What may stand in one commit: no path twice, none above another. */
function withoutClashes(changes: readonly CommitChange[]): CommitChange[] {
  const kept: CommitChange[] = [];
  for (const change of changes)
    if (!kept.some((other) => isAbove(other, change) || isAbove(change, other))) kept.push(change);
  return kept;
}

function isAbove(one: CommitChange, other: CommitChange): boolean {
  return `${other.path}/`.startsWith(`${one.path}/`);
}

/** The files after a commit: what is written takes away the file above it and the directory in its place. */
function applied(
  files: ReadonlyMap<string, CommitChange>,
  changes: readonly CommitChange[],
): Map<string, CommitChange> {
  const after = [...files.values()].filter(
    (file) => !changes.some((change) => isAbove(change, file) || (change.mode !== "delete" && isAbove(file, change))),
  );
  return new Map([...after, ...changes.filter(({ mode }) => mode !== "delete")].map((file) => [file.path, file]));
}

function treeByIndex(sandbox: Sandbox, files: readonly CommitChange[]): string {
  rmSync(join(sandbox.dir, "random", ".git", "index"), { force: true });
  const lines = files.map((file) => {
    if (file.mode === "delete" || typeof file.content === "string" || file.content instanceof Lines)
      throw new Error("only contents are listed");
    const blob = sandbox.git(["-C", "random", "hash-object", "-w", "--stdin"], { input: byteString(file.content) });
    return `${file.mode} ${blob}\t${file.path}\0`;
  });
  sandbox.git(["-C", "random", "update-index", "-z", "--index-info"], { input: lines.join("") });
  return sandbox.git(["-C", "random", "write-tree"]);
}

test("refuses paths that git must not hold and clashes, and leaves nothing behind", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  for (const path of ["../x", "a//b", "/x", ".git/config", "a/.GIT/x", "a/./b", ""]) {
    await expect(git.writeCommits([textCommit(null, { ok: "1" }), textCommit(0, { [path]: "x" })])).rejects.toThrow(
      UserError,
    );
  }
  await expect(git.writeCommits([textCommit(null, { a: "1", "a/b": "2" })])).rejects.toThrow(
    'path "a" is written as a file',
  );
  await expect(git.writeCommits([textCommit(0, {})])).rejects.toThrow("parent 0 of commit 0");
  expectNothingLeft(git);
});

test("names the commit that is missing, and leaves no object behind", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const nowhere = parseCommitId("1".repeat(40)) ?? fail("id");
  await expect(git.writeCommits([textCommit(null, manyFiles), textCommit(nowhere, { a: "x" })])).rejects.toThrow(
    /1111111.* is missing/,
  );
  expectNothingLeft(git);
});

test("a long chain of versions is kept as deltas, which git reads and finds sound", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const diffs = Array.from({ length: 120 }, (_, index) => {
    const [at, line] = [10 * index + 1, 9 * index];
    const hunk = `@@ -${at},2 +${at},3 @@\n line ${line}\n+added ${index}\n line ${line + 1}\n`;
    return parseDiff(bytesOf(`--- a/f\n+++ b/f\n${hunk}`));
  });
  let lines = linesOf(bytesOf(Array.from({ length: 2000 }, (_, index) => `line ${index}\n`).join("")));
  const versions = [lines];
  for (const diff of diffs) {
    lines = applyHunks(lines, diff.files[0]?.hunks ?? [], { fuzz: 0, reverse: false }).file;
    versions.push(lines);
  }
  const ids = await git.writeCommits(
    versions.map((content, index) => ({
      ...textCommit(index === 0 ? null : index - 1, {}),
      changes: [{ path: "d/f", mode: "100644", content, before: versions[index - 1] ?? null }],
    })),
  );
  await git.run(["fsck", "--strict", "--full", ids.at(-1) ?? ""]);
  for (const [index, id] of ids.entries()) {
    expect(await git.readFile(id, "d/f")).toEqual(Buffer.from(versions[index]?.bytes ?? []));
  }
  const [pack = ""] = readdirSync(join(git.gitDir, "objects/pack")).filter((name) => name.endsWith(".idx"));
  const verified = sandbox.git(["-C", "r", "verify-pack", "-v", `.git/objects/pack/${pack}`]);
  const depths = [...verified.matchAll(/^\w+ blob +\d+ \d+ \d+ (\d+) /gm)].map((found) => Number(found[1]));
  expect(depths.length).toBeGreaterThan(100);
  expect(Math.max(...depths)).toBe(50);
});

test("a plan that breaks off leaves nothing behind", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  await expect(git.writeCommits(broken())).rejects.toThrow("the plan broke off");
  expectNothingLeft(git);
});

test("a place that cannot be written to is a UserError", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  rmSync(join(git.commonDir, "objects", "pack"), { recursive: true, force: true });
  writeFileSync(join(git.commonDir, "objects", "pack"), "a file in the way\n");
  const error: unknown = await git.writeCommits([textCommit(null, manyFiles)]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(/cannot write commits to ".*pack/);
});

test("a program that is killed while it writes leaves no ref, and what it left goes with git gc", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const program = `
    import { openGit } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const git = await openGit(${JSON.stringify(git.workTree)});
    await git.find("HEAD");
    const who = { name: "A", email: "a@example.org", date: "1700000000 +0000" };
    async function* plan() {
      const message = new Uint8Array(0);
      const changes = Array.from({ length: 50 }, (_, index) => ({ path: "a" + index, mode: "100644", content: Buffer.alloc(2000, "x" + index) }));
      yield { parent: null, author: who, committer: who, message, changes };
      console.log("half way");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    await git.writeCommits(plan());`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  expect(sandbox.git(["-C", "r", "for-each-ref"])).toBe("");
  const left = readdirSync(join(git.gitDir, "objects/pack"));
  expect(left).toEqual([expect.stringMatching(/^tmp_pack_/)]);
  // The orphaned readers see the end of their input and go by themselves.
  await expect.poll(() => processesOn(git.gitDir), { timeout: 10_000 }).toEqual([]);
  const old = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000);
  utimesSync(join(git.gitDir, "objects/pack", left[0] ?? ""), old, old);
  await writeLast(git, [textCommit(null, { a: "1" })]);
  await git.run(["fsck", "--strict", "--full"]);
  await git.run(["gc", "--quiet"]);
  expect(readdirSync(join(git.gitDir, "objects/pack")).filter((name) => name.startsWith("tmp_"))).toEqual([]);
});

function expectNothingLeft(git: Git): void {
  expect(readdirSync(git.gitDir).sort()).toEqual(["HEAD", "config", "objects", "refs"]);
  const objects = readdirSync(join(git.gitDir, "objects"), { recursive: true, encoding: "utf8" }).sort();
  expect(objects).toEqual(["info", "pack"]);
}

function fail(what: string): never {
  throw new Error(`test set-up: no ${what}`);
}

async function* broken(): AsyncGenerator<CommitPlan> {
  yield textCommit(null, manyFiles);
  yield textCommit(0, { big: "x".repeat(3_000_000) });
  throw new Error("the plan broke off");
}
