// `longarm log`.
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { describeEvent } from "#model/ledger";

export const registerLog: Register = (program, run) => {
  withCommonOptions(program.command("log"))
    .summary("show the ledger")
    .description(
      "Show what happened, operation by operation, newest first; of one patch only when it is named, also after it left.",
    )
    .argument("[patch]", "file name, Message-ID, commit or subject of a patch, queued or gone")
    .action(
      run(async ({ terminal, world }, patch: string | undefined, options: CommonOptions) => {
        const { log } = await import("#app");
        const operations = (await log(world, patch ?? null)).toReversed();
        if (options.json) {
          terminal.json(operations);
          return 0;
        }
        for (const operation of operations) {
          const undone =
            operation.undoneBy === null ? "" : terminal.paint("yellow", `  undone by ${operation.undoneBy}`);
          terminal.line(`${terminal.paint("bold", operation.id)}  ${operation.at}  ${operation.by}${undone}`);
          for (const event of operation.events) terminal.line(`  ${describeEvent(event)}`);
        }
        return 0;
      }),
    );
};
