// Fuzzes every parser for a time: nothing throws, hangs, breaks a law or takes memory without end, whatever the bytes.
// FUZZ_SECONDS is the time for each, SEED another start; a failure prints the command that runs its input again.
import { expect, test } from "vitest";
import { targets } from "./fuzz/targets.ts";
import { watchFuzz } from "./fuzz/watch.ts";

const seconds = Number(process.env["FUZZ_SECONDS"] ?? 60);
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1_000_000));

test.each(Object.keys(targets))(`%s, ${seconds} seconds, seed ${seed}`, async (name) => {
  const { last, failure } = await watchFuzz(name, seed, seconds);
  expect(failure).toBe(null);
  expect(last?.inputs).toBeGreaterThan(seconds);
  if (last === null) return;
  const rate = Math.round(last.inputs / last.seconds);
  process.stdout.write(
    `${name}: ${last.inputs} inputs, ${rate} a second, ${last.blocks} blocks, ${last.corpus} kept, slowest ${Math.round(last.slowest)} ms, ${last.megabytes} MB\n`,
  );
});
