// This script runs Longarm's main job on the example of examples/pantry, because a newcomer should see the whole way from a
// mail to a branch and a notice before reading anything. It types the commands that a person would type and shows them.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const example = join(root, "examples", "pantry");
const out = join(root, "examples", "out");
const colour = process.stdout.isTTY === true && !process.env["NO_COLOR"];

/** The example's own clock and identity, so that it gives the same commits and notices everywhere. */
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Max Maintainer",
  GIT_AUTHOR_EMAIL: "max@example.org",
  GIT_COMMITTER_NAME: "Max Maintainer",
  GIT_COMMITTER_EMAIL: "max@example.org",
  GIT_AUTHOR_DATE: "2026-01-05T09:00:00+0100",
  GIT_COMMITTER_DATE: "2026-01-05T09:00:00+0100",
  SOURCE_DATE_EPOCH: "1770800400",
};

function run(command: string, args: readonly string[], cwd = out): void {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  if (status !== 0) {
    console.error(`example: "${command} ${args.join(" ")}" ended with exit code ${status}`);
    process.exit(1);
  }
}

function longarm(...args: string[]): void {
  const shown = `$ longarm ${args.map((arg) => (/[\s<>]/.test(arg) ? `'${arg}'` : arg)).join(" ")}`;
  console.log(`\n${colour ? `\u001b[1m${shown}\u001b[22m` : shown}`);
  run(join(root, "bin", "longarm"), args);
}

function makeSource(): void {
  const source = join(out, "source");
  cpSync(join(example, "source"), source, { recursive: true });
  run("git", ["init", "-q", "-b", "main"], source);
  run("git", ["add", "-A"], source);
  run("git", ["commit", "-q", "-m", "pantry: import"], source);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
console.log("Longarm's example: a library called pantry, its mailing list, and a tree that is run as the -mm tree is run.");
makeSource();
cpSync(join(example, "mail.mbox"), join(out, "mail.mbox"));

longarm("mail", "postings", "mail.mbox");
longarm("init", "tree", "--source", "source", "--base", "main", "--preset", "mm", "--maintainer", "Max Maintainer <max@example.org>");
cpSync(join(example, "tree.toml"), join(out, "tree.toml"));
run("sh", ["-c", "cat tree.toml >> tree/longarm.toml && rm tree.toml && git -C tree commit -qam 'tree: its own list and addresses'"]);
longarm("add", "-C", "tree", "../mail.mbox");
longarm("build", "-C", "tree");
longarm("list", "-C", "tree", "--branch", "mm-unstable");

console.log(`
Done. Look at
  examples/out/tree                    the tree: longarm.toml, series, patches/, ledger/
  examples/out/tree/.longarm/outbox    the notices, as they would be sent
  git -C examples/out/source log --oneline mm-unstable
and go on with, for example,
  bin/longarm show -C examples/out/tree shelf-do-not-remove-a-jar-that-is-not-there
  bin/longarm drop -C examples/out/tree --reason obsolete shelf-do-not-remove-a-jar-that-is-not-there
  bin/longarm undo -C examples/out/tree`);
