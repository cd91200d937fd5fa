// `longarm show`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { describeEvent } from "../describe-event.ts";

export const registerShow: Register = (program, run) => {
  withCommonOptions(program.command("show"))
    .summary("show one patch")
    .description("Show where a patch is, where it came from and what happened to it, then the patch file itself.")
    .argument("<patch>", "file name in the queue, with or without .patch")
    .addOption(new Option("--raw", "print the patch file and nothing else").default(false, "with its story"))
    .action(
      run(async ({ terminal, world }, name: string, options: CommonOptions & { readonly raw: boolean }) => {
        const { show } = await import("#app");
        const patch = await show(world, name);
        if (options.json) {
          terminal.json(patch);
          return 0;
        }
        if (!options.raw) {
          terminal.line(terminal.paint("bold", patch.name));
          terminal.line(`branch     ${patch.branch}, number ${patch.position} of the queue`);
          terminal.line(`patch-id   ${patch.patchId}`);
          terminal.line(`patchwork  ${patch.patchworkHash}`);
          if (patch.base !== null)
            terminal.line(`next       base-commit: ${patch.base.commit}, which is ${patch.base.ref}`);
          for (const event of patch.story) terminal.line(`${event.at}  ${describeEvent(event)}`);
          terminal.line();
        }
        terminal.write(patch.text);
        return 0;
      }),
    );
};
