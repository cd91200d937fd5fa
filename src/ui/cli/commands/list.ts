// `longarm list`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";

export const registerList: Register = (program, run) => {
  withCommonOptions(program.command("list"))
    .summary("show the queue")
    .description("Show the queue, branch by branch, in the order in which patches are applied.")
    .addOption(new Option("--branch <name>", "only this branch"))
    .action(
      run(async ({ terminal, world }, options: CommonOptions & { readonly branch?: string }) => {
        const { list } = await import("#app");
        const branches = await list(world, options.branch ?? null);
        if (options.json) {
          terminal.json(branches);
          return 0;
        }
        for (const { name, start, patches } of branches) {
          const count = patches.length === 0 ? "empty" : patches.length === 1 ? "1 patch" : `${patches.length} patches`;
          terminal.line(`${terminal.paint("bold", name)}  ${terminal.paint("dim", `${count}, starts at ${start}`)}`);
          for (const patch of patches) {
            const revision = patch.revision === null ? "" : terminal.paint("cyan", `  ${patch.revision}`);
            const state = [...(patch.disabled ? ["disabled"] : []), ...(patch.hold === null ? [] : ["held"])].join(
              ", ",
            );
            terminal.line(`  ${patch.name}${revision}${state === "" ? "" : terminal.paint("yellow", `  ${state}`)}`);
          }
        }
        return 0;
      }),
    );
};
