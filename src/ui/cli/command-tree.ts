// The command tree as plain values, for the man page and for shells. Commander's tree is the one list of commands and options.
import type { Argument, Command, Option } from "commander";

/** One command, or the program itself. */
export interface CommandNode {
  /** `["longarm", "mail", "show"]`. */
  readonly path: readonly string[];
  /** A few words, without a full stop. */
  readonly summary: string;
  /** Whole sentences. */
  readonly description: string;
  /** What stands behind the name: `[options] <patch>`. */
  readonly usage: string;
  readonly arguments: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
}

export interface ArgumentNode {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
}

export interface OptionNode {
  /** As help shows them: `-n, --dry-run`. */
  readonly flags: string;
  /** With their dashes; the short one may be missing. */
  readonly short: string | null;
  readonly long: string | null;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

const HELP: OptionNode = {
  flags: "-h, --help",
  short: "-h",
  long: "--help",
  description: "show help",
  takesValue: false,
  choices: [],
};

/** The tree below a command; hidden commands and options are left out. */
export function commandTree(command: Command, above: readonly string[] = []): CommandNode {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    path,
    summary: command.summary() || command.description().replace(/\.$/, ""),
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map(argumentNode),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionNode), HELP],
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== "help")
      .map((one) => commandTree(one, path)),
  };
}

/** A command and everything below it, in the order of help. */
export function allCommands(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(allCommands)];
}

function argumentNode(argument: Argument): ArgumentNode {
  const { description, argChoices } = argument;
  return { name: argument.name(), description, choices: argChoices ?? [] };
}

function optionNode({ flags, short, long, description, required, optional, argChoices }: Option): OptionNode {
  return {
    flags,
    short: short ?? null,
    long: long ?? null,
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
