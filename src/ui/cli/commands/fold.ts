// `longarm fold`.
import { Option } from "commander";
import { showName } from "#model/queue";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { patchDiff } from "../patch-diff.ts";
import { reportConsequences, reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly into?: string;
  readonly dryRun: boolean;
}

export const registerFold: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("fold")))
    .summary("join fixes with what they fix")
    .description(
      "Join foo-fix.patch with foo.patch: the change, the tags, and a note of who fixed what. The fixes leave the queue.",
    )
    .argument("[patch...]", "patches whose fixes are folded, or fixes; all fixes of the queue when none is given")
    .addOption(new Option("--into <patch>", "fold the named patches into this one, whatever they are called"))
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        const { fold } = await import("#app");
        const { plan, done } = await fold(world, { patches, into: options.into ?? null, dryRun: options.dryRun });
        const folded = plan.folded.map(({ name, fixes }) => ({ name: showName(name), fixes: fixes.map(showName) }));
        const broken = plan.broken.map(showName);
        if (options.json) {
          terminal.json({ folded, broken, mended: plan.mended.map(showName), done });
          return broken.length > 0 ? 1 : 0;
        }
        for (const { name, fixes, before, bytes } of plan.folded) {
          terminal.line(
            `${done === null ? "would fold" : "folded"} ${fixes.map(showName).join(", ")} into ${showName(name)}`,
          );
          if (done === null) terminal.write(patchDiff(name, before, bytes));
        }
        reportConsequences(terminal, plan);
        reportDone(terminal, done);
        return broken.length > 0 ? 1 : 0;
      }),
    );
};
