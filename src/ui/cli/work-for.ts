// How a person works in a throw-away work tree, from what was typed and where it was typed.
import { UserError } from "#model/bytes";
import type { Work } from "#app";
import type { Terminal } from "./terminal.ts";

/** A command, else a shell on a terminal, else whoever comes later. Throws UserError where a dry run would leave something behind. */
export function workFor(
  terminal: Terminal,
  command: readonly string[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): Work {
  const common = { quiet: json, begin: () => terminal.endProgress() };
  if (command.length > 0) return { kind: "command", command, ...common };
  if (dryRun) {
    throw new UserError("a dry run needs a command to run in the work tree", {
      hint: "give one behind --, or begin without --dry-run and use it with --continue",
    });
  }
  const isSeen = terminal.columns !== null && process.stdin.isTTY;
  return isSeen && !json ? { kind: "shell", shell: process.env["SHELL"] || "/bin/sh", ...common } : { kind: "wait" };
}
