// The 2024 history of the series that brought cpu_dcache_is_aliasing(), as commands that can be played in a directory: what comes
// before each of them outside of the tree (mails arrive, upstream moves), the command, and what the directory then holds.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Ended } from "../cli/child.ts";
import { ended } from "../cli/child.ts";
import { longarmProgram } from "./stage.ts";

const author = "mathieu.desnoyers@efficios.com";
export const series = {
  leak: `20240212162722.19080-1-${author}`,
  v5: `20240212163101.19614-1-${author}`,
  v6: `20240215144633.96437-1-${author}`,
};
const maintainer = "Andrew Morton <akpm@example.org>";

/** Seconds since 1970 of a UTC time. */
const at = (time: string): number => Date.parse(`${time}Z`) / 1000;

export interface Moment {
  readonly name: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** What others did meanwhile, in the directory; nothing of it is Longarm's. */
  readonly before: (play: Play) => void;
  readonly command: readonly string[];
  /** A command that changes the tree is done when it has; any other is run until it says so. */
  readonly repeat: "until it is in the tree" | "until it succeeds";
}

/** Times that a command is run again after a kill, two minutes apart so that archives have had their time. */
const MAX_RUNS = 4;

/** Runs a command of the history to its end, killed at a step when `stopAt` is not 0. Throws when it does not come to an end. */
export async function runThrough(play: Play, moment: Moment, stopAt = 0): Promise<{ readonly killed: boolean }> {
  const head = (): string => gitIn(play, "tree", "rev-parse", "HEAD");
  const before = head();
  let ran = await runOnce(play, moment, 0, stopAt);
  const killed = ran.status !== 0 && stopAt > 0;
  for (let run = 1; run < MAX_RUNS && ran.status !== 0; run++) {
    if (moment.repeat === "until it is in the tree") {
      // Any command takes up what was left; then the change is there, or it never was.
      await runOnce(play, { ...moment, command: ["list"] }, 120 * run);
      if (head() !== before) return { killed };
    }
    ran = await runOnce(play, moment, 120 * run);
  }
  if (ran.status === 0) return { killed };
  throw new Error(`${moment.name}: ${moment.command.join(" ")} ended with ${ran.status ?? "a signal"}: ${ran.stderr}`);
}

/** A directory in which the history is played. */
export interface Play {
  readonly bench: Bench;
  readonly dir: string;
  /** The commit of the archive by which it has mails until a time, as git takes it. */
  readonly mailsUntil: (time: string) => void;
}

const nothing = (): void => undefined;
const change = "until it is in the tree";
const rerun = "until it succeeds";

export const history: readonly Moment[] = [
  {
    name: "the mails of v5 are there",
    now: at("2024-02-12T18:00:00"),
    before: ({ mailsUntil }) => mailsUntil("2024-02-12T17:04:30"),
    command: ["mail", "sync"],
    repeat: rerun,
  },
  {
    name: "the fix that v5 stands on is added",
    now: at("2024-02-12T18:02:00"),
    before: nothing,
    command: ["add", series.leak],
    repeat: change,
  },
  {
    name: "v5 is added",
    now: at("2024-02-12T18:04:00"),
    before: nothing,
    command: ["add", series.v5],
    repeat: change,
  },
  { name: "v5 is public", now: at("2024-02-12T19:00:00"), before: nothing, command: ["publish"], repeat: rerun },
  {
    name: "replies arrive",
    now: at("2024-02-14T08:00:00"),
    before: ({ mailsUntil }) => mailsUntil("2024-02-14T07:30:00"),
    command: ["mail", "sync"],
    repeat: rerun,
  },
  {
    name: "their tags are taken",
    now: at("2024-02-14T08:10:00"),
    before: nothing,
    command: ["tags", "--take"],
    repeat: change,
  },
  {
    name: "what reviewers said is public",
    now: at("2024-02-14T09:00:00"),
    before: nothing,
    command: ["publish"],
    repeat: rerun,
  },
  {
    name: "v6 arrives",
    now: at("2024-02-15T16:00:00"),
    before: ({ mailsUntil }) => mailsUntil("2024-02-15T15:30:00"),
    command: ["mail", "sync"],
    repeat: rerun,
  },
  {
    name: "v6 takes the place of v5",
    now: at("2024-02-15T16:10:00"),
    before: nothing,
    command: ["update", series.v6],
    repeat: change,
  },
  {
    name: "the fix is updated too",
    now: at("2024-02-15T16:20:00"),
    before: nothing,
    command: ["update", series.leak],
    repeat: change,
  },
  { name: "v6 is public", now: at("2024-02-15T17:00:00"), before: nothing, command: ["publish"], repeat: rerun },
  {
    name: "what has all it needs moves up",
    now: at("2024-02-26T10:00:00"),
    before: nothing,
    command: ["promote", "--force", "--to", "mm-stable"],
    repeat: change,
  },
  { name: "mm-stable is public", now: at("2024-02-26T11:00:00"), before: nothing, command: ["publish"], repeat: rerun },
  {
    name: "upstream has merged it",
    now: at("2024-03-14T10:00:00"),
    before: mergeUpstream,
    command: ["upstream", "--drop"],
    repeat: change,
  },
  {
    name: "the tree stands on the new base",
    now: at("2024-03-14T10:10:00"),
    before: nothing,
    command: ["rebase", "upstream"],
    repeat: change,
  },
  { name: "the end is public", now: at("2024-03-14T11:00:00"), before: nothing, command: ["publish"], repeat: rerun },
];

/** Makes the directory as it is before the first moment: repositories, an archive without mails, a tree. */
export function beginHistory(
  bench: Bench,
  name: string,
  {
    repository,
    base,
    bundle,
    port,
  }: { readonly repository: string; readonly base: string; readonly bundle: string; readonly port: number },
): Play {
  const dir = join(bench.dir, name);
  mkdirSync(join(dir, "list"), { recursive: true });
  const play = playIn(bench, dir);
  // What every list begins with; a folder without any mail is no archive.
  writeFileSync(
    join(dir, "list/welcome.eml"),
    "From: list@example.org\nMessage-Id: <welcome@example.org>\n\nWelcome\n",
  );
  const sh = (command: string): string => shell(play, command);
  sh(`git clone -q --bare ${bundle} archive.git; git -C archive.git branch -q all HEAD`);
  sh(`git clone -q --bare --shared ${repository} source.git; git -C source.git config gc.auto 0`);
  sh(`git init -q --bare queue.git`);
  // Of the sources that the series was made on, a 6.1 kernel lacks one line of context.
  sh(`
    export GIT_DIR=source.git GIT_INDEX_FILE=$PWD/index
    git read-tree ${base}
    git show ${base}:arch/parisc/Kconfig | sed '/^\tselect ARCH_WANT_FRAME_POINTERS$/a\\\tselect ARCH_HAS_DMA_ALLOC if PA11' > Kconfig
    git update-index --cacheinfo 100644,$(git hash-object -w Kconfig),arch/parisc/Kconfig
    git branch -f upstream $(echo 'parisc: as in 6.8' | git commit-tree -p ${base} $(git write-tree))
    git branch begin upstream
    rm index Kconfig; unset GIT_DIR GIT_INDEX_FILE
    git clone -q --bare --shared ${repository} hub.git; git -C source.git push -q ../hub.git begin`);
  const init = ["--source", "source.git", "--base", "begin", "--preset", "mm", "--maintainer", `'${maintainer}'`];
  sh(`SOURCE_DATE_EPOCH=${at("2024-02-12T17:00:00")} longarm init tree ${init.join(" ")}`);
  writeFileSync(
    join(dir, "tree/longarm.toml"),
    `${readFileSync(join(dir, "tree/longarm.toml"), "utf8")}
[publish]
remote = "../hub.git"
queue-remote = "../queue.git"

[mail]
archives = ["../archive.git"]

[mail.smtp]
host = "127.0.0.1"
port = ${port}
tls = "none"

[outbox]
archives = ["../list"]
settle = "1 minute"

[[watch]]
ref = "upstream"

# A kernel of one commit has none that could be fixed.
[lint]
fixes-unknown = "off"
`,
  );
  sh(`git -C tree commit -qam 'where to publish'`);
  return play;
}

export function playIn(bench: Bench, dir: string): Play {
  const play: Play = {
    bench,
    dir,
    mailsUntil: (time) => {
      shell(play, `git -C archive.git update-ref HEAD $(git -C archive.git rev-list -1 --before='${time}Z' all)`);
    },
  };
  return play;
}

/** Upstream takes the patches of v6 as they were mailed, with git alone, each with a sign-off of its own. */
function mergeUpstream(play: Play): void {
  const mails = shell(
    play,
    `git -C archive.git log --reverse --format='%H %s' all | grep -E '^[0-9a-f]+ \\[PATCH v(6 [1-9]/9\\] |2\\] nvdimm/pmem: Fix leak)' | cut -d' ' -f1`,
  )
    .trim()
    .split("\n");
  for (const mail of mails) {
    shell(
      play,
      `
      git -C archive.git show ${mail}:m > mail
      git mailinfo message diff < mail > info
      field() { sed -n "s/^$1: //p" info; }
      export GIT_DIR=source.git GIT_INDEX_FILE=$PWD/index
      export GIT_AUTHOR_NAME="$(field Author)" GIT_AUTHOR_EMAIL="$(field Email)" GIT_AUTHOR_DATE="$(field Date)"
      # A 6.1 kernel has other lines near some of the hunks.
      git read-tree upstream
      git apply --cached -C1 diff
      { field Subject; echo; cat message; echo 'Signed-off-by: Up Stream <upstream@example.org>'; } > log
      git update-ref refs/heads/upstream $(git commit-tree -p upstream -F log $(git write-tree))
      rm -f index mail message diff info log`,
    );
  }
}

function shell({ bench, dir }: Play, command: string): string {
  return execFileSync("sh", ["-ec", `longarm() { ${longarmProgram} "$@"; }\n${command}`], {
    cwd: dir,
    env: bench.environment,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command of the history once, killed at a step when `stopAt` is not 0; the names of its steps go to the file `steps`. */
export async function runOnce({ bench, dir }: Play, { command, now }: Moment, later = 0, stopAt = 0): Promise<Ended> {
  const [name = "", ...args] = command;
  const options = name === "mail" ? [...command, "-C", "tree"] : [name, "-C", "tree", ...args];
  return await ended(
    spawn(bench.environment["NODE"] ?? "", [bench.environment["BUNDLE"] ?? "", ...options], {
      cwd: dir,
      env: {
        ...bench.environment,
        SOURCE_DATE_EPOCH: String(now + later),
        STOP_AT: String(stopAt),
        STEPS: join(dir, "steps"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

/** Takes the names of the steps that were taken since the last time. */
export function takeSteps({ dir }: Play): string[] {
  const file = join(dir, "steps");
  if (!existsSync(file)) return [];
  const steps = readFileSync(file, "utf8").split("\n").slice(0, -1);
  rmSync(file);
  return steps;
}

export type LedgerLine = Readonly<Record<string, unknown>> & { readonly kind: string };

export function ledgerOf({ dir }: Play): LedgerLine[] {
  const folder = join(dir, "tree/ledger");
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as LedgerLine);
}

export const gitIn = ({ bench, dir }: Play, place: string, ...args: string[]): string =>
  execFileSync("git", ["-C", join(dir, place), ...args], { env: bench.environment, encoding: "utf8" }).trim();

/** All that the history has made in the directory, but for times and the names of operations. */
export function stateOf(play: Play): Record<string, unknown> {
  const unlike = /\t(?:ledger|maps)\//;
  const tree = (place: string, commit: string): string[] =>
    gitIn(play, place, "ls-tree", "-r", commit)
      .split("\n")
      .filter((line) => !unlike.test(line));
  const isQueued = gitIn(play, "queue.git", "for-each-ref") !== "";
  const privateDir = join(play.dir, "tree/.longarm");
  const outbox = join(privateDir, "outbox");
  return {
    source: gitIn(play, "source.git", "for-each-ref"),
    hub: gitIn(play, "hub.git", "for-each-ref"),
    queue: isQueued ? tree("queue.git", "main") : [],
    tree: tree("tree", "HEAD"),
    clean: gitIn(play, "tree", "status", "--porcelain"),
    ledger: ledgerOf(play).map((line) =>
      JSON.stringify({
        ...line,
        at: "",
        op: "",
        publish: "",
        map: "",
        ...(line.kind === "announced" ? { messageId: "" } : {}),
      }),
    ),
    waiting: existsSync(outbox) ? readdirSync(outbox).filter((file) => file.endsWith(".eml")).length : 0,
    underWay: readdirSync(privateDir).filter((file) => /^(?:publish|pending|journal).*\.json$/.test(file)),
  };
}
