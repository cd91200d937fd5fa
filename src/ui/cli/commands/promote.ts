// `longarm promote`.
import { Option } from "commander";
import { showName } from "#model/queue";
import type { Considered } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly to?: string;
  readonly explain: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
}

export const registerPromote: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("promote")))
    .summary("move patches up to the next branch")
    .description(
      "Move patches up to the branch that takes them, when they have what it asks. The patches of one posting move together; what lacks something stays.",
    )
    .argument("[patch...]", "file names in the queue; all that some branch takes when none is given")
    .addOption(new Option("--to <branch>", "only into this branch"))
    .addOption(new Option("--explain", "list what each patch lacks, change nothing").default(false, "promote"))
    .addOption(new Option("--force", "promote although something is lacking").default(false, "keep it back"))
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        const { explainPromotion, promote } = await import("#app");
        const to = options.to ?? null;
        if (options.explain) {
          const { considered } = await explainPromotion(world, { patches, to });
          if (options.json) terminal.json({ considered: considered.map(jsonOf) });
          else for (const one of considered) explain(terminal, one);
          return considered.every(isReady) ? 0 : 1;
        }
        const { force, dryRun } = options;
        const { plan, done } = await promote(world, { patches, to, force, dryRun });
        const moved = plan.moved.map(({ name, from, to: branch }) => ({ name: showName(name), from, to: branch }));
        if (options.json) {
          terminal.json({
            promoted: moved,
            considered: plan.considered.map(jsonOf),
            broken: plan.broken.map(showName),
            done,
          });
        } else {
          for (const { name, from, to: branch } of moved)
            terminal.line(`${done === null ? "would promote" : "promoted"} ${name} from ${from} to ${branch}`);
          const kept = plan.considered.length - moved.length;
          if (kept > 0)
            terminal.line(`${kept} ${kept === 1 ? "stays" : "stay"}; see why with: longarm promote --explain`);
          reportConsequences(terminal, plan);
          reportDone(terminal, done);
        }
        return plan.broken.length > 0 ? 1 : 0;
      }),
    );
};

function isReady({ missing, waitsFor }: Considered): boolean {
  return missing.length === 0 && waitsFor.length === 0;
}

function explain(terminal: Terminal, one: Considered): void {
  const { name, from, to, missing, waitsFor } = one;
  const word = isReady(one) ? terminal.paint("green", "ready  ") : terminal.paint("yellow", "lacking");
  terminal.line(`${word}  ${showName(name)}  ${terminal.paint("dim", `${from} to ${to}`)}`);
  for (const { message } of missing) terminal.line(`  ${message}`);
  if (waitsFor.length > 0) terminal.line(`  waits for ${waitsFor.map(showName).join(", ")}`);
}

function jsonOf({ name, from, to, missing, waitsFor }: Considered): unknown {
  return { name: showName(name), from, to, missing, waitsFor: waitsFor.map(showName) };
}
