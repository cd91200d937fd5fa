// `longarm list`.
import { Option } from "commander";
import { FILTER_KEYS } from "#model/answers";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions } from "../command.ts";
import { reportRow } from "../report-row.ts";

interface Options extends CommonOptions {
  readonly branch?: string;
  readonly names: boolean;
  readonly long: boolean;
}

/** Options that are filter words spelled out. */
const WORDS = [
  ["author", "<who>", "only patches of this author: an address, a name, or a piece of one"],
  ["file", "<path>", 'only patches to this file or directory; "*" and "**" may be in it'],
  [
    "state",
    "<state>",
    "only patches that are so: held, disabled, noted, failed, landed, gone, or a reason for leaving",
  ],
  ["tag", "<text>", "only patches with such a tag: Reviewed-by, an address, or a piece of either"],
  ["older", "<age>", "only patches queued that long ago or on that day: 7d, 2w, 3m, 2026-03-01"],
  ["newer", "<age>", "only patches queued since"],
] as const;

export const registerList: Register = (program, run) => {
  const command = withCommonOptions(program.command("list"))
    .summary("show the queue")
    .description(
      "Show the queue, branch by branch, in the order in which patches are applied; or what of it passes a filter. Patches that left are shown where the filter asks for them.",
    )
    .argument("[filter...]", `filter words such as author:ada state:held older:7d, or bare ones for name and title`)
    .addOption(new Option("--branch <name>", "only this branch"));
  for (const [key, value, description] of WORDS)
    command.addOption(new Option(`--${key} ${value}`, description).argParser(collect).default([], "any"));
  command
    .addOption(new Option("-l, --long", "with titles, authors, ages and notes").default(false, "names"))
    .addOption(new Option("--names", "print file names and nothing else").default(false, "with their branches"))
    .addHelpText(
      "after",
      `\nFilter words: ${FILTER_KEYS.map((key) => `${key}:`).join(" ")}, all of which must hold; not: before one turns it round.\nExample:\n  longarm list --author ada@example.org state:any not:tag:Reviewed-by`,
    )
    .action(
      run(async ({ terminal, world }, words: readonly string[], options: Options) => {
        const { list } = await import("#app");
        const given = options as unknown as Readonly<Record<string, readonly string[]>>;
        const spelled = WORDS.flatMap(([key]) => (given[key] ?? []).map((value) => `${key}:${value}`));
        const all = [...words, ...spelled];
        const branches = await list(world, { branch: options.branch ?? null, words: all });
        if (options.json) {
          terminal.json(branches);
          return 0;
        }
        if (options.names) {
          for (const { patches } of branches) for (const { name } of patches) terminal.line(name);
          return 0;
        }
        for (const { name, start, patches } of branches) {
          const count = patches.length === 0 ? "empty" : patches.length === 1 ? "1 patch" : `${patches.length} patches`;
          terminal.line(`${terminal.paint("bold", name)}  ${terminal.paint("dim", `${count}, starts at ${start}`)}`);
          for (const patch of patches) reportRow(terminal, patch, { long: options.long, branch: false });
        }
        if (branches.length === 0) terminal.line("no patch passes the filter");
        return 0;
      }),
    );
};
