// What every command of the command line has in common: -C, --json, a terminal, a world, an exit code.
import type { Command } from "commander";
import { Option } from "commander";
import type { World } from "#app";
import type { Terminal } from "./terminal.ts";

/** What a command's action gets besides its own arguments. */
export interface Context {
  readonly terminal: Terminal;
  readonly world: World;
  readonly program: Program;
}

/** What this very program is, for those that serve it. */
export interface Program {
  readonly version: string;
  /** Directory of the bundled style sheet and scripts of the web pages. */
  readonly assetsDir: string;
}

/** Options of every command. */
export interface CommonOptions {
  /** Directory of the tree, and the one that relative paths are meant from. */
  readonly directory: string;
  readonly json: boolean;
}

/** The outcome of an action, as an exit code of product.md. */
export type Exit = 0 | 1 | 3;

/** Adds a command to the program; what it needs at run time it imports in its action. */
export type Register = (program: Command, run: RunAction) => void;

/** Wraps an action so that its exit code is kept and its errors reach the edge. */
export type RunAction = <Arguments extends unknown[]>(
  action: (context: Context, ...args: Arguments) => Promise<Exit>,
) => (...args: Arguments) => Promise<void>;

/** `-C DIR` and `--json`. */
export function withCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-C, --directory <dir>", "run as if started in this directory").default(".", "the current one"),
    )
    .addOption(new Option("--json", "print the result as JSON").default(false, "text"));
}

/** `--dry-run`, for what changes anything. */
export function withDryRun(command: Command): Command {
  return command.addOption(
    new Option("-n, --dry-run", "show what would be done, change nothing").default(false, "do it"),
  );
}

/** Several values of one option. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
