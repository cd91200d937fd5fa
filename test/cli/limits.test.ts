// Limits of the machine: a disk that is full, a second command while one runs, a very large mail.
// Each gets one clear sentence and leaves the tree as it was.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bench, Ended } from "./child.ts";
import { ended, makeBenchWithTree } from "./child.ts";
import { base85 } from "../slow/fuzz/generate.ts";
import { differences, stateOf } from "./transcript.ts";

const MEGABYTES = 50;

let bench: Bench;
beforeAll(async () => {
  bench = await makeBenchWithTree();
});
afterAll(() => bench[Symbol.dispose]());

/** Runs it and asserts that it was refused with one sentence and one hint, and that nothing changed. */
async function refused(run: () => Promise<Ended>, status: number, sentence: RegExp): Promise<void> {
  const before = stateOf(bench.dir);
  const result = await run();
  expect(result.stderr).toMatch(sentence);
  expect(result.stderr).toMatch(/^longarm: [^\n]*[^.\n]\n {2}[^\n]+\n$/);
  expect(result.status).toBe(status);
  expect(differences(before, stateOf(bench.dir))).toEqual([]);
}

// No room without root: a limit on the size of files. A disk that is really full is test/story/full-disk.story.ts.
test("a limit on the size of files stops the command before anything changed", async () => {
  bench.sh("cp -r tree limited");
  const big = join(bench.dir, "big.patch");
  writeFileSync(
    big,
    `--- /dev/null\n+++ b/big\n@@ -0,0 +1,20000 @@\n${"+a line of forty characters, counted well\n".repeat(20000)}`,
  );
  const limited = (): Promise<Ended> =>
    ended(
      spawn("sh", ["-c", `trap '' XFSZ; ulimit -f 100; exec "$NODE" "$BUNDLE" add -C limited ../big.patch`], {
        cwd: bench.dir,
        env: bench.environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  await refused(limited, 2, /limited|big\.patch/);
  expect(await bench.longarm("list", "-C", "limited")).toMatchObject({ status: 0, stderr: "" });
  expect(bench.sh("git -C limited status --porcelain")).toBe("");
});

test("a second command while one runs is told who is at work", async () => {
  // The lock is held by a process that waits: a git that asks for its editor would do, but the lock itself is plainer.
  const holder = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { DatabaseSync } from "node:sqlite"; import { writeFileSync } from "node:fs";
       const database = new DatabaseSync("tree/.longarm/lock"); database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
       writeFileSync("tree/.longarm/lock-holder", "build, process " + process.pid + "\\n"); console.log("held"); setInterval(() => {}, 1000);`,
    ],
    { cwd: bench.dir, stdio: ["ignore", "pipe", "ignore"] },
  );
  try {
    await once(holder.stdout, "data");
    const sentence = new RegExp(`another command is changing this tree: build, process ${holder.pid}`);
    for (const args of [
      ["add", "-C", "tree", join(bench.fixtures, "make.patch")],
      ["drop", "-C", "tree", "docs-say-whom-it-greets", "--reason", "obsolete"],
      ["undo", "-C", "tree"],
      ["build", "-C", "tree"],
    ]) {
      await refused(() => bench.longarm(...args), 3, sentence);
    }
    // Looking is allowed.
    for (const args of [
      ["list"],
      ["log"],
      ["show", "docs-say-whom-it-greets"],
      ["build", "--check"],
      ["undo", "--dry-run"],
    ])
      expect(await bench.longarm(args[0] ?? "", "-C", "tree", ...args.slice(1))).toMatchObject({
        status: 0,
        stderr: "",
      });
  } finally {
    holder.kill("SIGKILL");
    await once(holder, "exit");
  }
  // What the dead holder left stops nobody.
  expect(existsSync(join(bench.dir, "tree", ".longarm", "lock-holder"))).toBe(true);
  expect(await bench.longarm("undo", "-C", "tree", "--dry-run")).toMatchObject({ status: 0, stderr: "" });
});

test("two commands at the same moment: both are done, or one is told to wait", async () => {
  bench.sh("cp -r tree twice");
  const results = await Promise.all([
    bench.longarm("add", "-C", "twice", join(bench.fixtures, "make.patch")),
    bench.longarm("add", "-C", "twice", join(bench.fixtures, "greet-v1.mbox")),
  ]);
  const done = results.filter(({ status }) => status === 0).length;
  expect(done).toBeGreaterThan(0);
  const told = results.filter(
    ({ status, stderr }) => status === 3 && /another command is changing/.test(stderr),
  ).length;
  expect(done + told).toBe(results.length);
  expect(
    bench
      .sh(
        "git -C twice status --porcelain; longarm build -C twice --check >/dev/null; longarm log -C twice --json | grep -c '\"id\"'",
      )
      .trim(),
  ).toBe(String(2 + done));
});

/** Small inputs that claim to be large, or are deep instead; the large ones are in test/slow/monsters.slow.ts. */
const small: readonly { readonly name: string; readonly text: () => string | Buffer; readonly sentence: RegExp }[] = [
  {
    name: "a hunk of 4 billion lines",
    text: () => "--- a/f\n+++ b/f\n@@ -1,4000000000 +1,4000000000 @@\n a\n-b\n+c\n",
    sentence: /hunk head is malformed/,
  },
  {
    name: "a hunk of 999,999,999 lines",
    text: () => "--- a/f\n+++ b/f\n@@ -1,999999999 +1,999999999 @@\n a\n-b\n+c\n",
    sentence: /hunk ends 999999997 old and 999999997 new lines too early/,
  },
  {
    name: "counts beyond 2^53",
    text: () => "--- a/f\n+++ b/f\n@@ -9007199254740993,1 +18446744073709551616,1 @@\n-b\n+c\n",
    sentence: /hunk head is malformed/,
  },
  {
    name: "a literal that claims 9 gigabytes",
    text: () => binaryPatch("literal 9999999999", Buffer.from("x")),
    sentence: /binary changes make more than \d+ bytes/,
  },
  {
    name: "a delta of nine bytes that claims a terabyte",
    // A source of 64 bytes, a result of 2^40, and a copy of all there is.
    text: () => binaryPatch("delta 9", Buffer.from([0x40, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x90, 0x40])),
    sentence: /binary changes make more than \d+ bytes/,
  },
  {
    name: "40 literals of 4 MB each",
    text: () => binaryPatch("literal 4000000", Buffer.alloc(4_000_000)).repeat(40),
    sentence: /binary changes make more than \d+ bytes/,
  },
  {
    name: "a name of 20,000 bytes",
    text: () => `--- a/${"x".repeat(20_000)}\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n`,
    sentence: /header line has 20007 bytes, more than 16384/,
  },
];

function binaryPatch(method: string, data: Buffer): string {
  return `diff --git a/f b/f\nindex 0123..4567 100644\nGIT binary patch\n${method}\n${base85(deflateSync(data))}\n`;
}

test.each(small)("refused at once: $name", async ({ text, sentence }) => {
  expect.hasAssertions();
  writeFileSync(join(bench.dir, "monster.patch"), text());
  await refused(() => bench.longarm("add", "-C", "tree", "../monster.patch"), 2, sentence);
});

test("10,000 multiparts inside each other are read to a depth, and the patch in them is found", async () => {
  const parts = Array.from(
    { length: 10_000 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
  );
  const text = `${mail("deep")}deep: add\n${parts.join("")}\nWhy.\n---\n${diff}@@ -0,0 +1 @@\n+x\n`;
  writeFileSync(join(bench.dir, "deep.eml"), text);
  const result = await bench.longarm("add", "-C", "tree", "--dry-run", "../deep.eml");
  expect(result).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/would queue 1 patch/) as string,
  });
});

test("refused at once: a series of 200,001 patches", async () => {
  expect.hasAssertions();
  bench.sh("mkdir -p quilt");
  const names = Array.from({ length: 200_001 }, (_, index) => `p${index}.patch\n`);
  writeFileSync(join(bench.dir, "quilt", "series"), names.join(""));
  await refused(
    () => bench.longarm("add", "-C", "tree", "../quilt"),
    2,
    /series:200001: there is more behind 200000 patches/,
  );
});

const mail = (subject: string): string =>
  `Message-Id: <large-${subject.length}@example.org>\nFrom: Ada Author <ada@example.org>\nDate: Thu, 22 Jan 2026 09:00:00 +0100\nSubject: [PATCH] `;
const diff = "diff --git a/big b/big\nnew file mode 100644\n--- /dev/null\n+++ b/big\n";

interface Large {
  readonly name: string;
  readonly head: string;
  readonly body: string;
  readonly tail: string;
  /** Size; a tenth shows a quadratic step as well, and the whole folder must be quick. */
  readonly megabytes: number;
}

/** Each is a way to make a parser slow: what is repeated, and what stands before and after it. */
const large: readonly Large[] = [
  {
    name: "text without a diff",
    head: `${mail("a")}a letter\n\n`,
    body: "Dear all, this is a line of a letter.\n",
    tail: "",
    megabytes: MEGABYTES,
  },
  { name: "one line", head: `${mail("b")}b\n\n`, body: "x", tail: "\n", megabytes: MEGABYTES / 10 },
  { name: "a subject of blanks", head: mail("c"), body: " ", tail: "x\n\nnothing\n", megabytes: MEGABYTES },
  {
    name: "trailers",
    head: `${mail("d")}d\n\n`,
    body: "Acked-by: Bea Builder <bea@example.org>\n",
    tail: "",
    megabytes: MEGABYTES / 10,
  },
  {
    name: "quotes",
    head: `${mail("e")}e\n\n`,
    body: "> > > > On Monday, somebody wrote:\n",
    tail: "",
    megabytes: MEGABYTES / 10,
  },
  {
    name: "header lines",
    head: `${mail("f")}f\n`,
    body: "X-Header: a value of some length\n",
    tail: "\nnothing\n",
    megabytes: MEGABYTES / 10,
  },
  { name: "dashes", head: `${mail("g")}g\n\n`, body: "---\n", tail: "", megabytes: MEGABYTES / 10 },
  {
    name: "hunk headers",
    head: `${mail("h")}h\n\n---\n${diff}`,
    body: "@@ -1,1 +1,1 @@\n",
    tail: "",
    megabytes: MEGABYTES / 10,
  },
  {
    name: "references",
    head: `${mail("i")}i\nReferences:`,
    body: " <some-message-id@example.org>\n",
    tail: "\nnothing\n",
    megabytes: MEGABYTES / 10,
  },
  {
    name: "lines of From",
    head: `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail("j")}j\n\n`,
    body: ">From me to you\n",
    tail: "",
    megabytes: MEGABYTES / 10,
  },
];

test.each(large)("a mail of $megabytes MB: $name", async ({ head, body, tail, megabytes }) => {
  expect.hasAssertions();
  const file = join(bench.dir, "large.eml");
  const descriptor = openSync(file, "w");
  const chunk = Buffer.from(body.repeat(Math.ceil(1_000_000 / body.length)));
  writeSync(descriptor, head);
  for (let megabyte = 0; megabyte < megabytes; megabyte++) writeSync(descriptor, chunk);
  writeSync(descriptor, tail);
  closeSync(descriptor);
  // A step of quadratic time runs into the test's time limit.
  await refused(() => bench.longarm("add", "-C", "tree", "../large.eml"), 2, /large|@example\.org/);
});

test(`a patch of ${MEGABYTES} MB that is good would be queued`, async () => {
  const line = "+a line of forty-eight characters, counted twice\n";
  const lines = Math.ceil((MEGABYTES * 1_000_000) / line.length);
  writeFileSync(
    join(bench.dir, "large.eml"),
    `${mail("good")}big: add\n\nMore.\n\nSigned-off-by: Ada Author <ada@example.org>\n---\n${diff}@@ -0,0 +1,${lines} @@\n${line.repeat(lines)}-- \n2.39.5\n`,
  );
  const result = await bench.longarm("add", "-C", "tree", "--dry-run", "../large.eml");
  expect(result).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/would queue 1 patch/) as string,
  });
});
