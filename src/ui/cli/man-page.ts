// The manual page longarm(1) from the command tree, in the macros of man(7).
import type { CommandNode, OptionNode } from "./command-tree.ts";
import { allCommands } from "./command-tree.ts";

/** The page as roff text. `epilogue` is what help says below the commands. */
export function manPage(program: CommandNode, version: string, epilogue: string): string {
  const name = program.path.join(" ");
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${escaped(version)}" "User Commands"`,
    ".SH NAME",
    `${escaped(name)} \\- ${escaped(program.description.replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    `.B ${escaped(name)}`,
    ".I command",
    escaped("[options] [arguments]"),
    ".SH DESCRIPTION",
    escaped(program.description),
    ...epilogue
      .split("\n")
      .filter((line) => line.trim() !== "")
      .flatMap((line) => [".PP", escaped(line)]),
    ".SH OPTIONS",
    ...program.options.flatMap(option),
    ".SH COMMANDS",
    ...allCommands(program).slice(1).flatMap(section),
    "",
  ].join("\n");
}

function section(node: CommandNode): string[] {
  const name = node.path.join(" ");
  return [
    `.SS "${escaped(name)}${node.usage === "" ? "" : ` ${escaped(node.usage)}`}"`,
    escaped(node.description || node.summary),
    ...node.arguments.flatMap((one) => [
      ".TP",
      `.I ${escaped(one.name)}`,
      escaped(withChoices(one.description, one.choices)),
    ]),
    ...node.options.flatMap(option),
  ];
}

function option({ flags, description, choices }: OptionNode): string[] {
  return [".TP", `.B ${escaped(flags)}`, escaped(withChoices(description, choices))];
}

function withChoices(text: string, choices: readonly string[]): string {
  return choices.length === 0 ? text : `${text} (${choices.join(", ")})`;
}

/** Text that roff prints as it is, on one line: no escapes, no requests, hyphens that can be copied. */
function escaped(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(/^(?=[.'])/, "\\&");
}
