// `longarm drop`.
import { Option } from "commander";
import { STANDARD_REASONS } from "#model/answers";
import { showName } from "#model/queue";
import type { CommonOptions, Register } from "../command.ts";
import { reportDone } from "../report-done.ts";
import { withCommonOptions, withDryRun } from "../command.ts";

interface Options extends CommonOptions {
  readonly reason: string;
  readonly into?: string;
  readonly note?: string;
  readonly dryRun: boolean;
}

export const registerDrop: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("drop")))
    .summary("take patches out of the queue")
    .description("Take patches out of the queue for a reason; the notice says it to everybody concerned.")
    .argument("<patch...>", "file names in the queue, with or without .patch")
    .addOption(
      new Option(
        "--reason <reason>",
        `why: ${[...STANDARD_REASONS.keys()].join(", ")}, or another of the tree's own`,
      ).makeOptionMandatory(),
    )
    .addOption(new Option("--into <name>", "branch it was merged into, or patch it was folded into"))
    .addOption(new Option("--note <text>", "more about it, said in the ledger only"))
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        const { drop } = await import("#app");
        const { plan, done } = await drop(world, {
          patches,
          reason: options.reason,
          into: options.into ?? null,
          note: options.note ?? null,
          dryRun: options.dryRun,
        });
        const names = plan.dropped.map(({ name }) => showName(name));
        if (options.json) {
          terminal.json({ dropped: names, reason: plan.reason, done });
          return 0;
        }
        for (const name of names) terminal.line(`${done === null ? "would drop" : "dropped"} ${name} (${plan.reason})`);
        reportDone(terminal, done);
        return 0;
      }),
    );
};
