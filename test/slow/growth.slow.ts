// Time grows with the input, not with its square: hostile repetitions at n, 2n and 4n bytes, each parser with all that is
// computed from what it reads. What is repeated is a table; a random search beside it puts other pieces together.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { filesOf, pushAll } from "#model/files";
import { randomOf } from "./fuzz/random.ts";
import { targets } from "./fuzz/targets.ts";

/** head, what is repeated, tail. */
type Repetition = readonly [target: string, head: string, unit: string, tail: string];

const HUNK = "@@ -1 +1 @@\n-a\n+b\n";
const PLAIN = `--- a/f\n+++ b/f\n${HUNK}`;
const MAIL = "Message-ID: <1@example.org>\nFrom: Ada Author <ada@example.org>\n";

const repetitions: readonly Repetition[] = [
  ["diff", "--- a/f\n+++ b/f\n", HUNK, ""],
  ["diff", "", PLAIN, ""],
  ["diff", "--- ", " ", `x\t\n+++ b/f\n${HUNK}`],
  ["diff", '--- "', "a", `"\n+++ b/f\n${HUNK}`],
  ["diff", "--- a/", "~", `/x\n+++ b/f\n${HUNK}`],
  ["diff", "--- a", "/", `\n+++ b/f\n${HUNK}`],
  [
    "diff",
    "",
    `diff --git ${"a ".repeat(4900)}\nrename from ${"a ".repeat(4000)}b\nrename to ${"a ".repeat(4000)}b\n`,
    "",
  ],
  ["diff", "", `diff --git a/${"b ".repeat(2500)}${"/".repeat(2500)}\nold mode 100644\n`, ""],
  ["diff", "diff --git a/f b/f\n", "old mode 100644\n", ""],
  ["diff", "", "diff --git a/f b/f\n", ""],
  ["diff", "", "Index: f\n", ""],
  ["diff", "--- a/f\n+++ b/f\n@@ -1,999999999 +1,999999999 @@\n", "--- a/f\n", ""],
  ["diff", "--- a/f\n+++ b/f\n", "@@ -999999999,0 +1 @@\n+x\n@@ -1 +9 @@\n-y\n+z\n", ""],
  ["diff", "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n", "\\ No newline\n", "-b\n+c\n a\n"],
  [
    "diff",
    "diff --git a/f b/f\nGIT binary patch\nliteral 5\n",
    "zcmV;`0RaF2cmV;`0RaF2cmV;`0RaF2cmV;`0RaF2cmV;`0RaF2cmV;`0RaF2cmV;`0\n",
    "\n",
  ],
  [
    "diff",
    "",
    "diff --git a/f b/f\nindex 0123..4567\nGIT binary patch\nliteral 12\nTcmZQzWMXDvWn<^y<l+Vb5C8%G\n\n",
    "",
  ],
  ["delta", "\x40\x40", "\x90\x40", ""],
  ["patch", "Why.\n\n", " ", `x\n${PLAIN}`],
  ["patch", "Why.\n", "\n", `x\n${PLAIN}`],
  ["patch", "", "\n", `x\n${PLAIN}`],
  ["patch", "Subject: ", "[a]", `x\n\n${PLAIN}`],
  ["patch", "Subject: x\n", " folded\n", `\n${PLAIN}`],
  ["patch", "Description: x\n", " .\n", `\n${PLAIN}`],
  ["patch", "Why.\n\n", "Acked-by: Bea Builder <bea@example.org>\n", `---\n${PLAIN}`],
  ["patch", "Why.\n\n", "Acked-by: x\n---\n", PLAIN],
  ["series", "", "\n", ""],
  ["series", "a", " -x", "\n"],
  ["series", "#branch: a", " ", "x\n"],
  ["series", "", "../x\n", ""],
  ["series", "", "same.patch\n", ""],
  ["ledger", "", "x\n", ""],
  ["ledger", '{"a":', "[", ""],
  ["mail", `${MAIL}Subject: `, " ", "x\n\ny\n"],
  ["mail", `${MAIL}Subject: x`, "\n ", "y\n\nz\n"],
  ["mail", `${MAIL}Subject: [PATCH] x\n\nWhy.\n`, "\n", `x\n---\n${PLAIN}`],
  ["mail", `${MAIL}Subject: [PATCH] x\n\n`, "---\n", PLAIN],
  ["mail", `${MAIL}Subject: [PATCH] x\n\n`, "-- >8 --\n", PLAIN],
  ["mail", `${MAIL}Subject: [PATCH] x\nContent-Transfer-Encoding: base64\n\n`, "=A", ""],
  ["mail", `${MAIL}Subject: [PATCH] x\nContent-Transfer-Encoding: quoted-printable\n\n`, "= ", ""],
  ["mail", `${MAIL}Subject: [PATCH] x\nContent-Type: text/plain; format=flowed\n\n`, "> a \n", ""],
  ["mail", `${MAIL}Subject: [PATCH] x\nContent-Type: multipart/mixed; boundary=b\n\n`, "--b\n\nx\n", "--b--\n"],
  ["mail", `${MAIL}Subject: [PATCH] x\n`, "Content-Type: multipart/mixed; boundary=b\n\n--b\n", ""],
  ["mail", `${MAIL}Subject: [PATCH] x\nContent-Type: text/plain; charset=x`, " ", "y\n\nz\n"],
  ["mail", "From mboxrd@z Thu Jan  1 00:00:00 1970\n\n", ">From x\n", ""],
  ["mail", "From mboxrd@z Thu Jan  1 00:00:00 1970\n", ">", "From x\n"],
  ["header", "<x", " ", "y@example.org>"],
  ["header", "", "(", "a@example.org"],
  ["header", "", '"', "a@example.org"],
  ["header", "", "a@example.org,", ""],
  ["header", "", "=?utf-8?q?a?= ", ""],
  ["header", "", "=?utf-8?q?", ""],
  ["header", "text/plain", "; a=(", ""],
  ["header", "text/plain", ";", "a=b"],
  ["header", "text/plain; a*0*=x", "; a*1=%C3", ""],
  ["header", "", "<1@example.org> ", ""],
];

/** Time for 4n bytes may be so many times that for n: 4 is linear, 16 quadratic; collecting garbage takes its share. */
const MAX_RATIO = 10;
/** Shorter times say nothing about growth. */
const MIN_MILLISECONDS = 60;
const LARGEST = 8 * 1024 * 1024;
const TIMEOUT = 60_000;

test.each(repetitions.map((one) => [one[0], JSON.stringify(one.slice(1)).slice(0, 90), one] as const))(
  "%s: %s",
  async (_, __, repetition) => {
    expect(await growthOf(repetition)).toBe(null);
  },
);

test.each(["one diff", "a diff each"])("new files in many directories, %s", (kind) => {
  const pushed = (count: number): number => {
    const texts = Array.from(
      { length: count },
      (_, at) => `--- /dev/null\n+++ b/d${at % 100}/e/f${at}\n@@ -0,0 +1 @@\n+x\n`,
    );
    const diffs = (kind === "one diff" ? [texts.join("")] : texts).map((text) => parseDiff(bytesOf(text)));
    const steps = diffs.map((diff) => ({ diff, settings: { strip: 1, fuzz: 2, reverse: false } }));
    const began = performance.now();
    const { outcomes } = pushAll(filesOf(new Map()), steps);
    expect(outcomes.every((outcome) => outcome.kind === "applied")).toBe(true);
    return performance.now() - began;
  };
  pushed(10_000);
  const [few, many] = [20_000, 80_000].map((count) => Math.min(pushed(count), pushed(count))) as [number, number];
  expect(many, `${few.toFixed(0)} ms, then ${many.toFixed(0)} ms`).toBeLessThan(MAX_RATIO * few);
});

/** `GROWTH_SECONDS` of the words of each format, put together at random. */
test("pieces put together at random", async () => {
  const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1_000_000));
  const random = randomOf(seed);
  const end = performance.now() + 1000 * Number(process.env["GROWTH_SECONDS"] ?? 60);
  const names = Object.keys(targets).filter((name) => name !== "config");
  let tried = 0;
  for (; performance.now() < end; tried++) {
    const name = random.pick(names);
    const target = targets[name];
    if (target === undefined) continue;
    const word = (): string =>
      random.pick([...target.words, " ", "\n", "\t", "(", "<", "@", "[", "=", "~", "/", "\\", '"', "-"]);
    const seeds = target.generate(random);
    const cut = random.below(seeds.length);
    const unit = random.chance(0.5) ? word() : `${word()}${random.pick(["\n", " ", ""])}${word()}`;
    if (unit === "") continue;
    const repetition: Repetition = [
      name,
      seeds.slice(0, cut) + word(),
      unit + random.pick(["\n", ""]),
      word() + seeds.slice(cut),
    ];
    expect(await growthOf(repetition, 1024 * 1024), `SEED=${seed}`).toBe(null);
  }
  process.stdout.write(`growth: ${tried} repetitions, seed ${seed}\n`);
});

/** Null when the time grows as it should, else what it did; the input stays in a file. */
async function growthOf(repetition: Repetition, largest = LARGEST): Promise<string | null> {
  const [target, head, unit, tail] = repetition;
  const file = join(mkdtempSync(join(tmpdir(), "longarm-growth-")), target);
  const times: number[] = [];
  for (let size = 32 * 1024; size <= largest; size *= 2) {
    writeFileSync(file, `${head}${unit.repeat(Math.ceil(size / unit.length))}${tail}`, "latin1");
    const time = await timeOf(target, file);
    if (time === null) return `takes more than ${TIMEOUT} ms for ${size} bytes: "${file}"`;
    times.push(time);
    const before = times.at(-3) ?? 0;
    if (before >= MIN_MILLISECONDS) {
      const ratio = time / before;
      if (ratio > MAX_RATIO)
        return `takes ${ratio.toFixed(1)} times as long for 4 times the bytes, ${times.map(Math.round).join(", ")} ms: "${file}"`;
      return null;
    }
  }
  return null;
}

let worker: ReturnType<typeof fork> | null = null;

/** Milliseconds of the best of two runs in a process of its own; null when it takes too long. */
async function timeOf(target: string, file: string): Promise<number | null> {
  worker ??= fork(join(import.meta.dirname, "fuzz", "time.ts"), { execArgv: ["--max-old-space-size=2048"] });
  const asked = worker;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  asked.send({ target, file });
  try {
    const [answer] = (await Promise.race([
      once(asked, "message", { signal: controller.signal }),
      once(asked, "exit", { signal: controller.signal }).then(([code]) => {
        throw new Error(`process ended with ${code} on "${file}"`);
      }),
    ])) as [{ milliseconds: number; error: string | null }];
    if (answer.error !== null) throw new Error(`${answer.error} on "${file}"`);
    return answer.milliseconds;
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    asked.kill("SIGKILL");
    worker = null;
    return null;
  } finally {
    clearTimeout(timer);
  }
}
