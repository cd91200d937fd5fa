// This script runs Longarm's main job on the example of examples/pantry, because a newcomer should see the whole way from a
// mail to a branch and a notice before reading anything. It types the commands that a person would type and shows them, and then
// serves the tree until it is interrupted; with --once it asks for the first page and ends.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

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

/** What gives the pages more to show. */
const MORE = [
  "longarm mail sync -C tree",
  "longarm hold -C tree --reason 'waits for a word of the cellar people' --tag Acked-by cellar-treat-alloc_jar-eopnotsupp-failure-as-non-fatal",
  "longarm note -C tree -m 'goes to the stable branch with the next release' shelf-do-not-remove-a-jar-that-is-not-there",
  "longarm check post -C tree --context build/x86_64 --state success --text 'built in 4 s' jar-alloc_jar-return-err_ptr-eopnotsupp-for-config_jar=n",
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

/** Where the example is served, when that port is free. */
const PORT = 8417;
/** Milliseconds that the server may take to begin. */
const PATIENCE = 30_000;

async function main(isOnce: boolean): Promise<void> {
  const out = join(root, "examples", "out");
  const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
  console.log(
    "Longarm's example: a library called pantry, its mailing list, and a tree that is run as the -mm tree is run.",
  );
  prepareExample(out);
  for (const command of [...COMMANDS, ...MORE]) {
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
  bin/longarm undo -C examples/out/tree
  bin/longarm token add -C examples/out/tree --may maintain "Max Maintainer <max@example.org>"
The last one prints a token: whoever signs in with it can do the same from the pages.
`);
  process.exitCode = await serveExample(join(out, "tree"), isOnce);
}

/** Serves the tree until it is interrupted, or until its first page was seen; returns the exit code. */
async function serveExample(tree: string, isOnce: boolean): Promise<number> {
  // People who look at it live now, not at the example's time.
  const { SOURCE_DATE_EPOCH: _, GIT_AUTHOR_DATE: __, GIT_COMMITTER_DATE: ___, ...here } = env;
  const port = !isOnce && (await isFree(PORT)) ? PORT : 0;
  const place = ["serve", "-C", tree, "--listen", `127.0.0.1:${port}`];
  const server = spawn(join(root, "bin/longarm"), place, { env: here, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "close") as Promise<[number | null]>;
  // The terminal, npm, or whoever interrupts us: the server ends first, in its order.
  let interrupted = false;
  const end = (): void => {
    if (!interrupted) server.kill("SIGTERM");
    interrupted = true;
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const late = setTimeout(end, PATIENCE);
  for await (const line of createInterface({ input: server.stdout })) {
    const [address] = /http:\/\/\S+/.exec(line) ?? [];
    clearTimeout(late);
    if (address === undefined) continue;
    console.log(`The tree is served at ${address}/${isOnce ? "" : "  (Ctrl-C ends it)"}`);
    if (!isOnce) continue;
    const { status } = await fetch(address);
    console.log(`its first page was answered with status ${status}; without --once it stays`);
    end();
    if (status !== 200) return 1;
  }
  const [code] = await ended;
  clearTimeout(late);
  // A second signal may hit it when it is done and about to go.
  return code ?? (interrupted ? 0 : 1);
}

/** Whether nobody listens there. */
async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return await new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

if (import.meta.main) await main(process.argv.includes("--once"));
