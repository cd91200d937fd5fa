// Diffs that git itself writes between random trees, for many cases in a few processes.
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { fromByteString, quotePath } from "#model/bytes";
import type { Tree } from "./random-tree.ts";
import { runInAll } from "./real-tools.ts";

/** One case: its folder holds a file `options` for git diff. */
interface Change {
  readonly folder: string;
  readonly old: Tree;
  readonly new: Tree;
}

/** Writes each case's `p`: what git says of the way from its old to its new tree. `repository` is made for that. */
export function writeGitDiffs(repository: string, cases: readonly Change[]): void {
  execFileSync("git", ["init", "-q", "--bare", repository]);
  const trees = cases.flatMap((one) => [["old", one] as const, ["new", one] as const]);
  const stream = trees.map(([side, one]) => {
    const head = `commit refs/heads/${side}/${basename(one.folder)}\ncommitter A <a@example.org> 0 +0000\ndata 0\n`;
    const files = [...one[side]].map(([name, { mode, text }]) => {
      return `M ${mode} inline ${quotePath(name)}\ndata ${text.length}\n${text}\n`;
    });
    return head + files.join("");
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: repository, input: fromByteString(stream.join("")) });
  runInAll(
    cases.map((one) => one.folder),
    `git --git-dir="${repository}" diff --binary $(cat options) "old/\${PWD##*/}" "new/\${PWD##*/}" >p`,
  );
}
