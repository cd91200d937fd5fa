// A tarball becomes the tree it was made of; `git archive` makes the tarballs, so no other tool is needed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = join(import.meta.dirname, "tar-to-import.ts");
const long = Array.from({ length: 12 }, (_, i) => `a-directory-with-a-long-name-${i}`).join("/");

const stream = [
  "commit refs/heads/given",
  "committer A <a@example.org> 1700000000 +0000",
  "data 0",
  ...file("100644", "README", "hello\n"),
  ...file("100755", "bin/run", "#!/bin/sh\n"),
  ...file("120000", "link", "bin/run"),
  ...file("120000", "long link", long),
  ...file("100644", "empty", ""),
  ...file("100644", "exactly one block", "x".repeat(512)),
  ...file("100644", "more than a pipe holds", "y".repeat(300_001)),
  ...file("100644", `${long}/file`, "deep\n"),
  ...file("100644", "n".repeat(150), "long name\n"),
  ...file("100644", '\\303\\274 \\"quoted\\"', "odd name\n"),
  "done\n",
].join("\n");

function file(mode: string, path: string, content: string): string[] {
  return [`M ${mode} inline "${path}"`, `data ${content.length}`, content];
}

function inRepository(run: (git: (args: string[], input?: string | Buffer) => Buffer) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "longarm-tar-"));
  const git = (args: string[], input: string | Buffer = ""): Buffer =>
    execFileSync("git", ["--git-dir", dir, ...args], { input, stdio: "pipe", maxBuffer: 1e8 });
  try {
    git(["init", "--quiet", "--bare"]);
    run(git);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function convert(tar: Buffer): Buffer {
  return execFileSync(process.execPath, [script, "made", "a message"], { input: tar, stdio: "pipe", maxBuffer: 1e8 });
}

test("gives the tree that the tarball was made of, and the same commit every time", () => {
  inRepository((git) => {
    git(["fast-import", "--quiet", "--done"], stream);
    const tar = git(["archive", "--format=tar", "--prefix=top-1.0/", "given"]);
    git(["fast-import", "--quiet", "--done"], convert(tar));
    expect(git(["rev-parse", "made^{tree}"]).toString()).toBe(git(["rev-parse", "given^{tree}"]).toString());
    const id = git(["rev-parse", "made"]).toString();
    git(["update-ref", "-d", "refs/heads/made"]);
    git(["fast-import", "--quiet", "--done"], convert(tar));
    expect(git(["rev-parse", "made"]).toString()).toBe(id);
  });
});

test("a tarball that breaks off makes no branch", () => {
  inRepository((git) => {
    git(["fast-import", "--quiet", "--done"], stream);
    const tar = git(["archive", "--format=tar", "--prefix=top-1.0/", "given"]);
    // In the middle of a member, and between two of them: the first is one block of header and one of content.
    for (const size of [tar.length - 200_000, 3 * 512, 0]) {
      expect(() => convert(tar.subarray(0, size))).toThrow(/tar stream ends/);
    }
  });
});
