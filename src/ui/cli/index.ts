// The command line: arguments to operations, results to text or JSON, errors to sentences and exit codes.
import { resolve } from "node:path";
import { CommanderError } from "commander";
import { fileError, UserError } from "#model/bytes";
import type { World } from "#app";
import type { CommonOptions, Context, Program, RunAction } from "./command.ts";
import { makeProgram } from "./program.ts";
import type { Streams } from "./terminal.ts";
import { makeTerminal } from "./terminal.ts";

/** What the command line gets from main.ts; the rest of the world it makes itself. */
export interface Outside extends Streams, Program {
  readonly world: Pick<World, "now" | "engine" | "presetsDir" | "cwd" | "step">;
}

/** Exit code for wrong usage, and for a bug of ours (sysexits.h EX_SOFTWARE). */
const USAGE = 2;
const BUG = 70;

/** Runs one command line (without `node` and the script) and returns its exit code. Never throws. */
export async function runCli(args: readonly string[], outside: Outside): Promise<number> {
  const terminal = makeTerminal(outside);
  const world: World = {
    ...outside.world,
    progress: (step) => terminal.progress(step),
    tell: (sentence) => terminal.note(`longarm: ${sentence}`),
  };
  const program: Program = { version: outside.version, assetsDir: outside.assetsDir };
  const context: Context = { terminal, world, program };
  let exitCode = 0;
  const run: RunAction =
    (action) =>
    async (...given) => {
      // Commander gives the options second to last, the command last.
      const { directory } = given.at(-2) as CommonOptions;
      exitCode = await action({ ...context, world: { ...world, cwd: resolve(world.cwd, directory) } }, ...given);
    };
  const tree = makeProgram(outside.version, run);
  for (const command of [tree, ...tree.commands, ...tree.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => outside.stdout.write(text),
      writeErr: (text) => outside.stderr.write(text),
      outputError: (text, write) => write(text.startsWith("error: ") ? `longarm: ${sentenceOf(text)}` : text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  try {
    await tree.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, context, args.includes("--json"));
  } finally {
    terminal.endProgress();
  }
}

/** What the argument parser says, in our way of saying it. */
function sentenceOf(text: string): string {
  return text
    .replace(/^error: /, "")
    .replace(/'([^']*)'/g, '"$1"')
    .replace(/\.(\n?)$/, "$1");
}

function report(thrown: unknown, { terminal }: Context, json: boolean): number {
  const error = fileError(thrown, "");
  // Commander has said what is wrong; asking for help is not wrong.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (json) terminal.json({ error: { message: sentenceOf(error.message), hint: null, exitCode: USAGE } });
    return USAGE;
  }
  if (error instanceof UserError) {
    if (json) terminal.json({ error: { message: error.message, hint: error.hint, exitCode: error.exitCode } });
    terminal.note(`longarm: ${error.message}`);
    if (error.hint !== null) terminal.note(`  ${error.hint}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.note(`longarm: a bug in Longarm, please report it with the lines below\n${text}`);
  return BUG;
}
