// Longarm as main.ts wires it, except that it writes each step down (STEPS) and kills itself with SIGKILL at one of them (STOP_AT,
// counted from 1): nothing of it runs any more, no `finally`, no exit handler, as when the power fails.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "#ui/cli";

const steps = process.env["STEPS"] ?? "";
const stopAt = Number(process.env["STOP_AT"] ?? "0");
let count = 0;
process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  version: "0.0.0",
  assetsDir: "",
  world: {
    now: () => new Date(Number(process.env["SOURCE_DATE_EPOCH"]) * 1000),
    engine: "stepped",
    presetsDir: join(import.meta.dirname, "..", "presets"),
    cwd: process.cwd(),
    step: (name) => {
      count += 1;
      if (steps !== "") appendFileSync(steps, `${name}\n`);
      if (count === stopAt) process.kill(process.pid, "SIGKILL");
    },
  },
});
