// `longarm upstream`.
import { Option } from "commander";
import { showName } from "#model/queue";
import type { LandedPatch, UpstreamPlan } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";
import type { Terminal } from "../terminal.ts";
import { evidenceByCommit } from "../upstream-evidence.ts";

interface Options extends CommonOptions {
  readonly fetch: boolean;
  readonly drop: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

export const registerUpstream: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("upstream")))
    .summary("look for queued patches in the branches of others")
    .description(
      "Look whether queued patches have turned up in the branches that [[watch]] of longarm.toml names, with the commit as evidence, and whether any that had is gone from there. Only commits since the last look are read.",
    )
    .addOption(new Option("--fetch", "fetch the watched branches first").default(false, "take them as they are"))
    .addOption(new Option("--drop", "drop what has landed, with the reason merged").default(false, "only propose it"))
    .addOption(
      new Option("-k, --keep-going", "drop although a patch above would not apply any more").default(
        false,
        "change nothing",
      ),
    )
    .action(
      run(async ({ terminal, world }, options: Options) => {
        const { upstream } = await import("#app");
        const { fetch, drop, keepGoing, dryRun } = options;
        const { plan, done } = await upstream(world, { fetch, drop, keepGoing, dryRun });
        if (options.json) terminal.json(jsonOf(plan, drop, done));
        else {
          print(terminal, plan, drop ? (dryRun ? "would drop" : "dropped") : null);
          if (plan.consequences !== null) reportConsequences(terminal, plan.consequences);
          reportDone(terminal, done);
        }
        return plan.consequences !== null && plan.consequences.broken.length > 0 ? 1 : 0;
      }),
    );
};

function print(terminal: Terminal, { branches, landed, maybe, left }: UpstreamPlan, dropped: string | null): void {
  for (const patch of landed) printLanded(terminal, terminal.paint("cyan", dropped ?? "landed"), patch);
  for (const patch of maybe) printLanded(terminal, terminal.paint("yellow", "maybe"), patch);
  for (const { patch, in: where, commit, revertedBy, queued } of left) {
    const how = revertedBy === null ? "the branch was made anew without it" : `reverted by ${revertedBy.slice(0, 12)}`;
    terminal.line(`${terminal.paint("red", "left")} ${terminal.paint("bold", patch)}  ${terminal.paint("dim", where)}`);
    terminal.line(`  it was ${commit.slice(0, 12)}; ${how}${queued ? "" : "; it is not in the queue any more"}`);
  }
  for (const { ref, tip, commits, complete } of branches) {
    if (tip === null) continue;
    const much =
      commits === 0
        ? "nothing new"
        : `${commits}${complete ? "" : " newest"} ${commits === 1 ? "commit" : "commits"} looked at`;
    terminal.line(terminal.paint("dim", `${ref} at ${tip.slice(0, 12)}: ${much}`));
  }
  if (landed.length > 0 && dropped === null) terminal.line("drop what has landed with: longarm upstream --drop");
}

function printLanded(terminal: Terminal, word: string, { name, in: where, commit, upstream }: LandedPatch): void {
  terminal.line(`${word} ${terminal.paint("bold", showName(name))}  ${terminal.paint("dim", where)}`);
  if (upstream === null) terminal.line(`  ${terminal.paint("cyan", (commit ?? "").slice(0, 12))} seen before`);
  else
    for (const [one, words] of evidenceByCommit(upstream, where))
      terminal.line(`  ${one === null ? "" : `${terminal.paint("cyan", one.slice(0, 12))} `}${words}`);
}

function jsonOf({ branches, landed, maybe, left, consequences }: UpstreamPlan, drop: boolean, done: unknown): unknown {
  return {
    branches,
    landed: landed.map(jsonOfLanded),
    maybe: maybe.map(jsonOfLanded),
    left,
    dropped: drop ? landed.map(({ name }) => showName(name)) : [],
    broken: (consequences?.broken ?? []).map(showName),
    done,
  };
}

function jsonOfLanded(patch: LandedPatch): unknown {
  return { ...patch, name: showName(patch.name) };
}
