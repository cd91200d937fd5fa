// This script measures Longarm against the tools that do the same work today, because "fast" is a ratio on one machine.
// It builds a queue of 1000 patches on a kernel, in turns with git fast-import, git am, StGit, patch and quilt, and checks every result.
// Usage: npm run bench -- [--patches N] [--rounds N] [--json], or npm run bench -- --growth for queues of 1000, 3000 and 10000,
// or npm run bench -- --web for the pages, the API and the feeds of `longarm serve`,
// or npm run bench -- --mail [--mails N] for the mail index, with --growth for indexes of 10,000, 100,000 and 300,000 mails, or N.
import { execFileSync } from "node:child_process";
import { cpus, totalmem, release } from "node:os";
import { parseArgs } from "node:util";
import { makeContestants } from "./contestants.ts";
import { measureGrowth, printGrowth } from "./growth.ts";
import { benchMail, growMail, printMail } from "./mail.ts";
import { measure } from "./measure.ts";
import { checkPromises, printPromises } from "./promises.ts";
import { printLatencies, printTable, scaled, summaryOf } from "./table.ts";
import { measureWatch } from "./watch.ts";
import { benchWeb, printWeb } from "./web.ts";
import { makeWorkshop } from "./workshop.ts";

const { values } = parseArgs({
  options: {
    patches: { type: "string", default: "1000" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    mail: { type: "boolean", default: false },
    web: { type: "boolean", default: false },
    mails: { type: "string" },
  },
});
const patches = countOf("--patches", values.patches);
const rounds = countOf("--rounds", values.rounds);

function countOf(option: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${option} is no count: "${text}"`);
  return Number(text);
}

if (values.web) {
  const bench = await benchWeb(patches, countOf("--mails", values.mails ?? "15000"));
  console.log(values.json ? JSON.stringify(bench, null, 2) : printWeb(bench));
  if (bench.promises.some(({ kept }) => !kept)) {
    console.error("bench: a promise was not kept");
    process.exitCode = 1;
  }
  process.exit();
}

if (values.mail) {
  const most = countOf("--mails", values.mails ?? (values.growth ? "300000" : "15000"));
  if (values.growth) console.log(await growMail([...[10_000, 100_000].filter((count) => count < most), most]));
  else {
    const bench = await benchMail(most);
    console.log(values.json ? JSON.stringify(bench, null, 2) : printMail(bench));
    if (bench.promises.some(({ kept }) => !kept)) {
      console.error("bench: a promise was not kept");
      process.exitCode = 1;
    }
  }
  process.exit();
}

if (values.growth) {
  console.log(printGrowth(measureGrowth([1000, 3000, 10000], rounds)));
  process.exit();
}

using workshop = makeWorkshop(patches);
const contestants = makeContestants(workshop);
const runs = new Map(contestants.map(({ name }) => [name, [] as ReturnType<typeof measure>[]]));
// In turns, so that what the machine does meanwhile hits all of them; the first turn only warms the caches.
for (let round = 0; round <= rounds; round += 1) {
  for (const contestant of contestants) {
    if (round === 0 && contestant.slow) continue;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kround ${round} of ${rounds}: ${contestant.name}`);
    const place = contestant.prepare();
    const run = measure(contestant.command(place), place, workshop.env);
    contestant.check(place, run.output);
    if (round > 0) runs.get(contestant.name)?.push(scaled(run, contestant.scale));
    workshop.remove(place);
  }
}
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

const latencies = await measureWatch(workshop, 10);
const rows = contestants.map(({ name }) => ({ name, ...summaryOf(runs.get(name) ?? []) }));
const promises = checkPromises(rows, latencies);
const versionOf = (program: string): string =>
  execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
const machine = {
  processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
  system: `Linux ${release()}`,
  versions: [
    `node ${process.version}`,
    versionOf("git"),
    versionOf("patch"),
    `quilt ${versionOf("quilt")}`,
    versionOf("stg"),
  ],
};
if (values.json) {
  console.log(JSON.stringify({ patches, rounds, tree: workshop.tree, machine, rows, latencies, promises }, null, 2));
} else {
  console.log(`${patches} patches on ${workshop.base.slice(0, 12)}, medians of ${rounds} runs in turns`);
  console.log(`${machine.processor}, ${machine.memory}, ${machine.system}; ${machine.versions.join(", ")}\n`);
  console.log(printTable(rows, "longarm build"));
  console.log(`\nEvery result is tree ${workshop.tree}.\n`);
  console.log(printLatencies(latencies));
  console.log(`\n${printPromises(promises)}`);
}
// Shorter queues are for looking, not for judging: fixed costs are most of their time.
if (patches >= 1000 && promises.some(({ kept }) => !kept)) {
  console.error("bench: a promise was not kept");
  process.exitCode = 1;
}
