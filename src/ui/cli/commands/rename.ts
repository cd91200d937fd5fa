// `longarm rename`.
import { showName } from "#model/queue";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportDone } from "../report-done.ts";

export const registerRename: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("rename")))
    .summary("give a patch another file name")
    .description("Give a patch another file name. Its place, its text and its story stay.")
    .argument("<patch>", "file name in the queue, with or without .patch")
    .argument("<name>", "the new file name")
    .action(
      run(
        async (
          { terminal, world },
          patch: string,
          name: string,
          options: CommonOptions & { readonly dryRun: boolean },
        ) => {
          const { rename } = await import("#app");
          const { plan, done } = await rename(world, { patch, to: name, dryRun: options.dryRun });
          const [from, to] = [showName(plan.from), showName(plan.to)];
          if (options.json) terminal.json({ from, to, done });
          else {
            terminal.line(`${done === null ? "would rename" : "renamed"} ${from} to ${to}`);
            reportDone(terminal, done);
          }
          return 0;
        },
      ),
    );
};
