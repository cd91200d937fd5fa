// `longarm fetch`.
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
}

export const registerFetch: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("fetch")))
    .summary("get other people's trees")
    .description(
      "Fetch the trees that merged branches take in, and that merge-check tries, into the source repository, and note their commits in the tree: builds take those, on every machine the same, until the next fetch.",
    )
    .argument("[tree...]", "names of trees; all without")
    .action(
      run(async ({ terminal, world }, names: readonly string[], options: Options) => {
        const { fetchTrees } = await import("#app");
        const { trees, failed, done } = await fetchTrees(world, { names, dryRun: options.dryRun });
        if (options.json) terminal.json({ trees, failed, done });
        else {
          const width = trees.reduce((most, { name }) => Math.max(most, name.length), 0);
          for (const { name, before, commit } of trees) {
            const was = before === commit ? "unchanged" : before === null ? "new" : `was ${before.slice(0, 12)}`;
            terminal.line(
              `${terminal.paint("bold", name.padEnd(width))}  ${commit.slice(0, 12)}  ${terminal.paint("dim", was)}`,
            );
          }
          for (const { name, reason } of failed)
            terminal.line(`${terminal.paint("red", "failed")}  ${terminal.paint("bold", name)}  ${reason}`);
          reportDone(terminal, done);
        }
        return failed.length > 0 ? 1 : 0;
      }),
    );
};
