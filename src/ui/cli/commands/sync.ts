// `longarm sync`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import type { SyncRequest, SyncResult } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { describeEvent } from "#model/ledger";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly push: boolean;
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly continue: boolean;
  readonly abort: boolean;
  readonly dryRun: boolean;
}

export const registerSync: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("sync")))
    .summary("bring two clones of this tree together")
    .description(
      "Take what was done in another clone of this tree and replay on it what was done here, one commit an operation. Where both touched one patch it stops with a question, and nothing has changed.",
    )
    .argument("[remote]", "a remote of the tree's repository; without, the one its branch follows, or origin")
    .addOption(new Option("--push", "give the other side what it does not have").default(false, "only take"))
    .addOption(new Option("--ours", "answer: what was done here holds").default(false, "ask"))
    .addOption(
      new Option("--theirs", "answer: what the other clone did holds; ours is kept, with an undo behind it").default(
        false,
        "ask",
      ),
    )
    .addOption(new Option("--continue", "go on with the answers given so far").default(false, "begin anew"))
    .addOption(new Option("--abort", "forget the question and the answers").default(false, "begin anew"))
    .action(
      run(async ({ terminal, world }, remote: string | undefined, options: Options) => {
        const { sync } = await import("#app");
        const result = await sync(world, requestOf(remote ?? null, options));
        if (options.json) terminal.json(result);
        else report(terminal, result);
        if (result.kind !== "question") return 0;
        const { operation, subject, remote: other } = result;
        terminal.note(`longarm: operation ${operation ?? "by hand"} (${subject}) and ${other} touched the same`);
        terminal.note("  nothing has changed; which holds? longarm sync --ours, or --theirs, or --abort");
        return 3;
      }),
    );
};

function requestOf(remote: string | null, options: Options): SyncRequest {
  const given = (["ours", "theirs", "continue", "abort"] as const).filter((action) => options[action]);
  if (given.length > 1) throw new UserError(`${given.map((action) => `--${action}`).join(" and ")} are given together`);
  const [action = "begin"] = given;
  return action === "abort" ? { action } : { action, remote, push: options.push, dryRun: options.dryRun };
}

function report(terminal: Terminal, result: SyncResult): void {
  switch (result.kind) {
    case "aborted":
      terminal.line("the question is forgotten, the tree is as it was");
      break;
    case "question":
      ask(terminal, result);
      break;
    case "synced": {
      const { remote, taken, operations, done, pushed, before, after } = result;
      const would = done ? "" : "would be ";
      for (const { operation, subject, how } of operations)
        terminal.line(`${would}${how.padEnd(13)}  ${operation ?? "by hand"}  ${subject}`);
      terminal.line(
        `${would}${taken === 0 ? "nothing new" : `${taken} new`} from ${remote}, ${operations.length} of our own${pushed ? ", pushed" : ""}`,
      );
      if (after !== null && before !== after) {
        terminal.line(terminal.paint("dim", `the tree was at ${before.slice(0, 12)}, and is at ${after.slice(0, 12)}`));
      }
      break;
    }
  }
}

function ask(terminal: Terminal, { remote, contested }: SyncResult & { kind: "question" }): void {
  for (const { what, ours, theirs } of contested) {
    terminal.line(`${terminal.paint("bold", what)} was changed here and in ${remote}`);
    tell(terminal, "here", ours);
    tell(terminal, remote, theirs);
  }
}

function tell(terminal: Terminal, where: string, events: readonly LedgerEvent[]): void {
  for (const event of events) terminal.line(`  ${where}: ${event.at}  ${event.by}  ${describeEvent(event)}`);
  if (events.length === 0) terminal.line(`  ${where}: by hand`);
}
