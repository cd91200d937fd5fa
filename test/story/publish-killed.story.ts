// Story: a tree publishes and is killed between any two steps, at each of them once. However often that happens, the end is the same:
// branches and queue public, ledger and series alike, and every mail at the SMTP server exactly once for each of its recipients.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bench, Ended } from "../cli/child.ts";
import { ended, makeBench } from "../cli/child.ts";
import type { MailServer } from "../cli/mail-server.ts";
import { startMailServer } from "../cli/mail-server.ts";

let bench: Bench;
/** When the killed command runs; each later one two minutes after the one before, so that archives have had their time. */
const NOW = 1_770_800_400;
/** Runs after a kill that may be needed: one that mends, one that settles, one that sends again. */
const MAX_RUNS = 4;

beforeAll(async () => {
  bench = await makeBench("test/story/stepped.ts");
  bench.sh(`
    mkdir start; mv source start/
    git init -q --bare start/hub.git; git init -q --bare start/queue.git
    longarm init start/tree --source start/source --base main --preset mm --maintainer 'Max Maintainer <max@example.org>'
    cat >> start/tree/longarm.toml <<'END'

[publish]
remote = "../hub.git"
queue-remote = "../queue.git"

[mail.smtp]
host = "127.0.0.1"
port = 65535
tls = "none"

[outbox]
archives = ["../list"]
settle = "1 minute"

[[outbox.rule]]
to = "ada@example.org"
do = "digest"
END
    longarm add -C start/tree "$FIXTURES/docs.eml"
    longarm build -C start/tree
  `);
  await using server = await startMailServer(join(bench.dir, "start/list"));
  usePort(join(bench.dir, "start"), server);
  const first = await run(join(bench.dir, "start"), ["publish"], NOW - 600);
  if (first.status !== 0) throw new Error(`publish for the first time: ${first.stderr}`);
  bench.sh(`
    longarm add -C start/tree "$FIXTURES/greet-v1.mbox"
    longarm drop -C start/tree docs-say-whom-it-greets --reason obsolete
    longarm add -C start/tree "$FIXTURES/make.patch"
    longarm drop -C start/tree make --reason obsolete
  `);
});
afterAll(() => bench[Symbol.dispose]());

test("a publishing killed at every one of its steps ends as one that was left alone", async () => {
  const whole = await publishIn("whole", 0);
  expect(whole.runs).toBe(1);
  expect(whole.end.mails.length).toBeGreaterThan(2);
  expect(new Set(whole.end.mails).size).toBe(whole.end.mails.length);
  const { steps } = whole;
  const wrong: string[] = [];
  for (const [index, step] of steps.entries()) {
    const { end, runs } = await publishIn(`killed-${index + 1}`, index + 1);
    if (runs < 2) wrong.push(`step ${index + 1} (${step}): was not killed`);
    for (const key of ["hub", "queue", "ledger", "mails", "outbox"] as const) {
      const differs = JSON.stringify(end[key]) !== JSON.stringify(whole.end[key]);
      if (differs) wrong.push(`step ${index + 1} (${step}): another ${key}: ${JSON.stringify(end[key])}`);
    }
  }
  expect(wrong).toEqual([]);
  process.stdout.write(`killed at ${steps.length} steps: ${[...new Set(steps)].join("; ")}\n`);
  // Otherwise steps were lost, and the story tells nothing.
  expect(steps.length).toBeGreaterThan(20);
});

/** Publishes in a copy of the start, killed at a step (0 for none), and again until nothing is left to do. */
async function publishIn(
  name: string,
  stopAt: number,
): Promise<{
  readonly end: Awaited<ReturnType<typeof endOf>>;
  readonly runs: number;
  readonly steps: readonly string[];
}> {
  const dir = join(bench.dir, name);
  cpSync(join(bench.dir, "start"), dir, { recursive: true });
  await using server = await startMailServer(join(dir, "list"));
  usePort(dir, server);
  let last = await run(dir, ["publish"], NOW, stopAt);
  let runs = 1;
  for (; runs < MAX_RUNS && last.status !== 0; runs++) last = await run(dir, ["publish"], NOW + 120 * runs);
  expect([name, last]).toEqual([name, { status: 0, stdout: expect.any(String), stderr: expect.any(String) }]);
  const file = join(dir, "steps");
  const steps = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  return { end: endOf(dir, server), runs, steps };
}

function endOf(
  dir: string,
  server: MailServer,
): {
  readonly hub: string;
  readonly queue: readonly string[];
  readonly ledger: readonly string[];
  readonly mails: readonly string[];
  readonly outbox: readonly string[];
} {
  const git = (place: string, ...args: string[]): string =>
    execFileSync("git", ["-C", join(dir, place), ...args], { env: bench.environment, encoding: "utf8" });
  const ledger = readdirSync(join(dir, "tree/ledger"))
    .flatMap((file) =>
      readFileSync(join(dir, "tree/ledger", file), "utf8")
        .trim()
        .split("\n"),
    )
    // Time and name of an operation differ with every run; what happened must not.
    .map((line) => JSON.stringify({ ...(JSON.parse(line) as object), at: "", op: "", publish: "", map: "" }));
  expect(git("queue.git", "rev-parse", "main")).toBe(git("tree", "rev-parse", "HEAD"));
  const left = readdirSync(join(dir, "tree/.longarm")).filter(
    (file) => file.endsWith(".json") && file !== "built.json",
  );
  expect(left).toEqual([]);
  return {
    hub: git("hub.git", "for-each-ref"),
    queue: git("queue.git", "ls-tree", "-r", "main")
      .split("\n")
      .filter((line) => !/\t(?:ledger|maps)\//.test(line)),
    ledger,
    // A digest's Message-Id holds its time, so mails are named by what they say and to whom.
    mails: server.received
      .flatMap(({ to, text }) =>
        to.map((one) => `${one}: ${/^Subject: .*$/m.exec(text.toString("latin1"))?.[0] ?? ""}`),
      )
      .toSorted(),
    outbox: readdirSync(join(dir, "tree/.longarm/outbox")).filter((file) => file.endsWith(".eml")),
  };
}

function usePort(dir: string, { port }: MailServer): void {
  const file = join(dir, "tree/longarm.toml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^port = \d+$/m, `port = ${port}`));
}

async function run(dir: string, [command = "", ...args]: readonly string[], now: number, stopAt = 0): Promise<Ended> {
  const child = spawn(
    bench.environment["NODE"] ?? "",
    [bench.environment["BUNDLE"] ?? "", command, "-C", join(dir, "tree"), ...args],
    {
      cwd: dir,
      env: {
        ...bench.environment,
        SOURCE_DATE_EPOCH: String(now),
        STOP_AT: String(stopAt),
        ...(now === NOW ? { STEPS: join(dir, "steps") } : {}),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return await ended(child);
}
