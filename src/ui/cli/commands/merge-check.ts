// `longarm merge-check`.
import { Option } from "commander";
import type { CheckedMerge, Culprit, MergeCheck } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly branch: readonly string[];
  readonly fetch: boolean;
  readonly dryRun: boolean;
}

export const registerMergeCheck: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("merge-check")))
    .summary("try merges with other trees")
    .description(
      "Try to merge the branches with other people's trees, without a work tree, and tell each conflict: the file, the last commit of either side that touched it, and since when it is there, which the ledger remembers.",
    )
    .argument("[tree...]", "names of trees; without, those of [merge-check] in longarm.toml, or all")
    .addOption(
      new Option("--branch <branch>", "try this branch (may be repeated)")
        .argParser(collect)
        .default([], "those of [merge-check], or the merged branches"),
    )
    .addOption(new Option("--fetch", "fetch the trees first").default(false, "take them as they were fetched last"))
    .action(
      run(async ({ terminal, world }, trees: readonly string[], options: Options) => {
        const { mergeCheck } = await import("#app");
        const { branch: branches, fetch, dryRun } = options;
        const result = await mergeCheck(world, { trees, branches, fetch, dryRun });
        if (options.json) terminal.json(result);
        else report(terminal, result);
        const bad = result.merges.some(({ outcome }) => outcome === "conflict" || outcome === "not fetched");
        return bad || result.failed.length > 0 ? 1 : 0;
      }),
    );
};

function report(terminal: Terminal, { merges, gone, failed, done }: MergeCheck): void {
  for (const { name, reason } of failed)
    terminal.line(`${terminal.paint("red", "failed")}  ${terminal.paint("bold", name)}  ${reason}`);
  for (const merge of merges) reportMerge(terminal, merge);
  for (const { branch, tree, path, since } of gone)
    terminal.line(`${terminal.paint("green", "gone")}  ${branch} with ${tree}: ${path}, in conflict since ${since}`);
  const bad = merges.filter(({ outcome }) => outcome === "conflict").length;
  terminal.line(`${merges.length} ${merges.length === 1 ? "merge" : "merges"} tried, ${bad} in conflict`);
  if (done !== null) terminal.line(terminal.paint("dim", `operation ${done.operation}`));
}

function reportMerge(terminal: Terminal, merge: CheckedMerge): void {
  const { branch, tree, outcome, conflicts, resolved, said } = merge;
  const colour = outcome === "conflict" || outcome === "not fetched" ? "red" : "green";
  const hint = outcome === "not fetched" ? `: longarm fetch ${tree}` : "";
  terminal.line(`${terminal.paint(colour, outcome)}  ${terminal.paint("bold", branch)} with ${tree}${hint}`);
  for (const path of resolved) terminal.line(`  ${path}: its conflict resolved as before`);
  for (const { path, regions, reason, ours, theirs, since } of conflicts) {
    const what = reason ?? (regions === 1 ? "1 conflict" : `${regions} conflicts`);
    terminal.line(`  ${path}: ${what}, since ${since}`);
    reportCulprit(terminal, branch, ours);
    reportCulprit(terminal, tree, theirs);
  }
  for (const sentence of said) terminal.line(`  ${sentence}`);
}

function reportCulprit(terminal: Terminal, side: string, culprit: Culprit | null): void {
  if (culprit === null) return;
  const { id, subject, author, date } = culprit;
  terminal.line(`    ${side}: ${terminal.paint("cyan", id.slice(0, 12))} ${subject} (${author}, ${date})`);
}
