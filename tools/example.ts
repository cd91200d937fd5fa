// This script runs Longarm's main job on the example of examples/pantry, because a newcomer should see the whole way from a
// mail to a branch and a notice before reading anything. It types the commands that a person would type and shows them.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const example = join(root, "examples", "pantry");

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

/** The commands of the example, as they are typed in `examples/out`. The others of this file are not shown. */
const COMMANDS = [
  "longarm mail postings mail.mbox",
  'longarm init tree --source source --base main --preset mm --maintainer "Max Maintainer <max@example.org>"',
  "longarm add -C tree ../mail.mbox",
  "longarm build -C tree",
  "longarm list -C tree --branch mm-unstable",
];
const INIT = COMMANDS[1];

/** Makes what the example begins with in `out`, which is emptied: a source repository and a mailbox. */
export function prepareExample(out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  cpSync(join(example, "source"), join(out, "source"), { recursive: true });
  cpSync(join(example, "mail.mbox"), join(out, "mail.mbox"));
  typeCommand("git init -q -b main && git add -A && git commit -q -m 'pantry: import'", join(out, "source"));
}

/** Runs a shell line in `cwd`, with bin/ in the PATH and the example's clock; returns its exit code and both outputs. */
export function typeCommand(line: string, cwd: string): { readonly status: number; readonly output: string } {
  const path = `${join(root, "bin")}:${process.env["PATH"] ?? ""}`;
  const { status, stdout, error } = spawnSync("sh", ["-c", `{ ${line}\n} 2>&1`], {
    cwd,
    env: { ...env, PATH: path },
    encoding: "utf8",
  });
  if (error) throw error;
  // The tree of the example says in its own file what its notices say about it.
  if (line === INIT)
    typeCommand(
      `cat ${join(example, "tree.toml")} >>longarm.toml && git commit -qam 'tree: its own list'`,
      join(cwd, "tree"),
    );
  return { status: status ?? 1, output: stdout };
}

function main(): void {
  const out = join(root, "examples", "out");
  const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
  console.log(
    "Longarm's example: a library called pantry, its mailing list, and a tree that is run as the -mm tree is run.",
  );
  prepareExample(out);
  for (const command of COMMANDS) {
    console.log(`\n${colour ? `\u001b[1m$ ${command}\u001b[22m` : `$ ${command}`}`);
    const { status, output } = typeCommand(command, out);
    process.stdout.write(output);
    if (status === 0) continue;
    console.error(`example: "${command}" ended with exit code ${status}`);
    process.exitCode = 1;
    return;
  }
  console.log(`
Done. Look at
  examples/out/tree                    the tree: longarm.toml, series, patches/, ledger/
  examples/out/tree/.longarm/outbox    the notices, as they would be sent
  git -C examples/out/source log --oneline mm-unstable
and go on with, for example,
  bin/longarm show -C examples/out/tree shelf-do-not-remove-a-jar-that-is-not-there
  bin/longarm drop -C examples/out/tree --reason obsolete shelf-do-not-remove-a-jar-that-is-not-there
  bin/longarm undo -C examples/out/tree`);
}

if (import.meta.main) main();
