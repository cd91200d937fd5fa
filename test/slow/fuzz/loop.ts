// The process that is fuzzed: makes inputs, runs a target on each, keeps what reaches new code. watch.ts starts and watches it.
// `node loop.ts TARGET FILE` runs one saved input again.
import { ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ByteString } from "#model/bytes";
import { fromByteString } from "#model/bytes";
import { watchCoverage } from "./coverage.ts";
import { MAX_INPUT, mutate } from "./mutate.ts";
import { randomOf } from "./random.ts";
import type { Target } from "./targets.ts";

/** What the process says, a JSON object a line. */
export interface Said {
  readonly inputs: number;
  readonly seconds: number;
  /** Blocks of code that were reached. */
  readonly blocks: number;
  readonly corpus: number;
  /** Largest resident size so far, in MB. */
  readonly megabytes: number;
  readonly slowest: number;
  readonly failure: string | null;
}

/** An input that takes longer than this, twice, is a failure; one of 64 KiB takes some milliseconds. */
const MAX_MILLISECONDS = 1000;
/** Node with the code under test takes 120 MB, coverage counters 60, garbage that nobody had to collect yet the rest. */
export const MAX_MEGABYTES = 600;
/** Inputs that share one look at the coverage, which takes some milliseconds. */
const BATCH = 100;
/** Batches that are looked at one by one without a new block, for counts of loops. */
const CLOSE_LOOKS = 0.02;
/** Larger inputs are kept only for new blocks: what is made from them is slow. */
const MAX_KEPT = 2000;
const MAX_CORPUS = 5000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    seconds: { type: "string" },
    save: { type: "string" },
    blind: { type: "boolean" },
  },
});
const coverage = watchCoverage();
// Loaded after the counters were switched on, so that every block has one.
const { targets } = await import("./targets.ts");
const [name = "", file] = positionals;
const target = targets[name];
if (target === undefined) throw new Error(`no target "${name}": ${Object.keys(targets).join(", ")}`);
if (file !== undefined) {
  target.run(readFileSync(file));
} else if (values.save !== undefined) {
  const last = await fuzz(target, values.save);
  process.stdout.write(`${JSON.stringify(last)}\n`);
}

async function fuzz(tried: Target, save: string): Promise<Said> {
  const random = randomOf(Number(values.seed ?? 1));
  const started = performance.now();
  const end = started + 1000 * Number(values.seconds ?? 10);
  const descriptor = openSync(save, "w");
  const corpus: ByteString[] = [...tried.seeds, tried.generate(random)];
  const said = {
    inputs: 0,
    seconds: 0,
    blocks: 0,
    corpus: 0,
    megabytes: 0,
    slowest: 0,
    failure: null as string | null,
  };

  const takes = (input: ByteString): number => {
    const bytes = fromByteString(input);
    // Whatever happens to this process, the input is on the disk.
    ftruncateSync(descriptor, 0);
    writeSync(descriptor, bytes, 0, bytes.length, 0);
    const before = performance.now();
    tried.run(bytes);
    return performance.now() - before;
  };
  const run = (input: ByteString): void => {
    said.inputs += 1;
    try {
      const time = takes(input);
      if (time > said.slowest) {
        said.slowest = time;
        writeFileSync(`${save}.slowest`, fromByteString(input));
      }
      if (time > MAX_MILLISECONDS && takes(input) > MAX_MILLISECONDS)
        throw new Error(`takes ${Math.round(time)} ms for ${input.length} bytes`);
    } catch (error) {
      said.failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  };
  const make = (): ByteString => {
    if (random.chance(0.1)) return tried.generate(random);
    const parent = random.chance(0.15) ? tried.generate(random) : random.pick(corpus);
    return mutate(parent, random, tried.words, random.pick(corpus)).slice(0, MAX_INPUT);
  };
  const tell = (): Said => {
    said.seconds = (performance.now() - started) / 1000;
    said.blocks = coverage.blocks;
    said.corpus = corpus.length;
    said.megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
    return said;
  };

  for (const seed of corpus) run(seed);
  coverage.record();
  let told = started;
  while (performance.now() < end && said.failure === null) {
    const batch = Array.from({ length: BATCH }, make);
    for (const input of batch) {
      run(input);
      if (said.failure !== null) return tell();
    }
    // Node gives the memory of finished inflations back between two tasks.
    await setImmediate();
    const blind = values.blind === true;
    if (blind) coverage.record();
    else if (coverage.isNew() || random.chance(CLOSE_LOOKS)) {
      // One of them may have got somewhere new: again one by one.
      for (const input of batch) {
        run(input);
        const known = coverage.blocks;
        const more = coverage.record() > 0 && input.length < MAX_KEPT;
        if ((more || coverage.blocks > known) && corpus.length < MAX_CORPUS) corpus.push(input);
      }
    }
    if (performance.now() - told > 1000) {
      told = performance.now();
      const { megabytes } = tell();
      if (megabytes > MAX_MEGABYTES) said.failure = `takes ${megabytes} MB of memory, more than ${MAX_MEGABYTES}`;
      process.stdout.write(`${JSON.stringify(said)}\n`);
    }
  }
  return tell();
}
