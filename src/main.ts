// Wires the real world to the command line; nothing else.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "#ui/cli";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
// The reproducible-builds variable stands still for the clock, so that examples and tests give the same bytes each time.
const epoch = process.env["SOURCE_DATE_EPOCH"];
// A pager that was left early is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`longarm: cannot write the result: ${error.message}\n`);
  process.exit(2);
});
void runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  version,
  assetsDir: join(root, "dist/web"),
  world: {
    now: () => (epoch !== undefined && /^\d+$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date()),
    engine: `${version} ${statSync(import.meta.filename).mtimeMs}`,
    presetsDir: join(root, "presets"),
    cwd: process.cwd(),
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
