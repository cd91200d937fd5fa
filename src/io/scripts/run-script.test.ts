// What a script may do and what it gets: real processes, each ended in time with everything it started.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { bytesOf, textOf } from "#model/bytes";
import { makeScratch, runScript } from "./index.ts";

test("a script sees its scratch directory, and nothing of the user's environment", async () => {
  process.env["LONGARM_TEST_SECRET"] = "told";
  using scratch = makeScratch();
  scratch.write(
    "sub/say.sh",
    bytesOf('cat sub/say.sh >/dev/null && echo "$HOME $TMPDIR ${LONGARM_TEST_SECRET-} $OWN"; exit 3\n'),
  );
  const result = await runScript({
    dir: scratch.dir,
    program: "sh",
    args: ["sub/say.sh"],
    environment: { OWN: "mine" },
  });
  expect(result.kind === "done" && [result.exitCode, textOf(result.stdout)]).toEqual([
    3,
    `${scratch.dir} ${scratch.dir}  mine\n`,
  ]);
});

test("an interpreter that is not there is told", async () => {
  using scratch = makeScratch();
  expect(await runScript({ dir: scratch.dir, program: "no-such-interpreter", args: [] })).toEqual({ kind: "missing" });
});

test("a script that takes too long is ended, and what it started too", async () => {
  using scratch = makeScratch();
  const script = `(while :; do echo alive >>ticks; sleep 0.02; done) & sleep 60`;
  const result = await runScript({ dir: scratch.dir, program: "sh", args: ["-c", script], timeout: 400 });
  expect(result).toEqual({ kind: "stopped", why: "took more than 0.4 s" });
  await wait(50);
  const ticks = readFileSync(join(scratch.dir, "ticks")).length;
  await wait(150);
  expect(readFileSync(join(scratch.dir, "ticks")).length).toBe(ticks);
});

test("a script that prints without end is ended", async () => {
  using scratch = makeScratch();
  const result = await runScript({
    dir: scratch.dir,
    program: "sh",
    args: ["-c", "while :; do echo more; done"],
    maxOutput: 1000,
  });
  expect(result).toEqual({ kind: "stopped", why: "printed more than 1000 bytes" });
});
