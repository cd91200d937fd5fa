// `longarm undo` and `longarm redo`.
import type { Changed, UndoPlan } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
}

export const registerUndo: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("undo")))
    .summary("take an operation back")
    .description(
      "Take back the newest operation that changed the queue, or the one named. The ledger keeps both. Undoing an undo brings the operation back.",
    )
    .argument("[operation]", "id of the operation, or its beginning")
    .action(
      run(async ({ terminal, world }, operation: string | undefined, options: Options) => {
        const { undo } = await import("#app");
        report(terminal, options, "undo", await undo(world, { operation: operation ?? null, dryRun: options.dryRun }));
        return 0;
      }),
    );
};

export const registerRedo: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("redo")))
    .summary("bring back what was just undone")
    .description("Bring back the operation that the newest undo took back, unless the queue was changed since.")
    .action(
      run(async ({ terminal, world }, options: Options) => {
        const { redo } = await import("#app");
        report(terminal, options, "redo", await redo(world, { dryRun: options.dryRun }));
        return 0;
      }),
    );
};

function report(terminal: Terminal, { json }: Options, work: "undo" | "redo", { plan, done }: Changed<UndoPlan>): void {
  if (json) {
    terminal.json({ undoes: plan.undoes.id, subject: plan.subject, told: plan.told, revived: plan.revived, done });
    return;
  }
  // An undo of an undo is told as what it brings back.
  const subject = work === "redo" ? plan.subject.replace(/^undo: /, "") : plan.subject;
  const id = work === "redo" ? (plan.brings ?? plan.undoes.id) : plan.undoes.id;
  const verb = work === "redo" ? ["would redo", "redid"] : ["would undo", "undid"];
  terminal.line(`${verb[done === null ? 0 : 1] ?? ""} operation ${id}: ${subject}`);
  const count = done?.withdrawn ?? 0;
  if (count > 0)
    terminal.line(`${count} ${count === 1 ? "notice" : "notices"} not sent yet put aside in .longarm/outbox/withdrawn`);
  const revived = plan.revived.length;
  if (revived > 0) {
    const wait = done === null ? "would wait" : revived === 1 ? "waits" : "wait";
    terminal.line(`${revived} ${revived === 1 ? "notice" : "notices"} ${wait} in .longarm/outbox again`);
  }
  if (plan.told.length > 0)
    terminal.line(
      `${plan.told.length} ${plan.told.length === 1 ? "mail" : "mails"} about it had gone already; who has them is not told of this`,
    );
}
