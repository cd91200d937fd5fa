// `longarm undo`.
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";

export const registerUndo: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("undo")))
    .summary("take an operation back")
    .description(
      "Take back the newest operation that changed the queue, or the one named. The ledger keeps both. Undoing an undo brings the operation back.",
    )
    .argument("[operation]", "id of the operation, or its beginning")
    .action(
      run(
        async (
          { terminal, world },
          operation: string | undefined,
          options: CommonOptions & { readonly dryRun: boolean },
        ) => {
          const { undo } = await import("#app");
          const { plan, done } = await undo(world, {
            operation: operation ?? null,
            dryRun: options.dryRun,
          });
          if (options.json) terminal.json({ undoes: plan.undoes.id, subject: plan.subject, done });
          else {
            terminal.line(`${done === null ? "would undo" : "undid"} operation ${plan.undoes.id}: ${plan.subject}`);
            const count = done?.withdrawn ?? 0;
            if (count > 0)
              terminal.line(
                `${count} ${count === 1 ? "notice" : "notices"} not sent yet put aside in .longarm/outbox/withdrawn`,
              );
          }
          return 0;
        },
      ),
    );
};
