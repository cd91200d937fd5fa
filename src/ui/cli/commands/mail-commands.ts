// `longarm mail commands`: what people wrote to the tree in replies.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";

interface Options extends CommonOptions {
  readonly from: readonly string[];
  readonly run: boolean;
  readonly dryRun: boolean;
}

export const registerMailCommands: Register = (mail, run) => {
  withDryRun(withCommonOptions(mail.command("commands")))
    .summary("obey commands in replies")
    .description(
      'List the commands that replies hold ("#longarm hold REASON" at the start of a line) and what would come of them; with --run, do it and put the answers into the outbox.',
    )
    .addOption(
      new Option("--from <archive>", "archive to read; may be given several times")
        .argParser(collect)
        .default([], "the tree's index"),
    )
    .addOption(new Option("--run", "carry them out").default(false, "list them"))
    .action(
      run(async ({ terminal, world }, options: Options) => {
        const { mailCommands } = await import("#app");
        const dryRun = options.dryRun || !options.run;
        const mails = await mailCommands(world, { archives: options.from, dryRun });
        if (options.json) {
          terminal.json({ dryRun, mails });
          return 0;
        }
        for (const { from, subject, results, silent } of mails) {
          terminal.line(`${from}: ${subject}`);
          for (const { line, outcome, text } of results) {
            if (line !== "") terminal.line(`  ${line}`);
            const word = outcome === "refused" ? "refused" : dryRun ? "would be done" : "done";
            terminal.line(`    ${terminal.paint(outcome === "done" ? "green" : "yellow", word)}: ${text}`);
          }
          if (silent !== null) terminal.line(terminal.paint("dim", `    not answered: ${silent}`));
        }
        terminal.line(
          terminal.paint(
            "dim",
            mails.length === 0 ? "no new command" : `${mails.length} ${mails.length === 1 ? "mail" : "mails"}`,
          ),
        );
        return 0;
      }),
    );
};
