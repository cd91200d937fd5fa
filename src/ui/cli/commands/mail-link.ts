// `longarm mail link`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";
import { reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly unrelated: boolean;
  readonly remove: boolean;
  readonly from: readonly string[];
  readonly dryRun: boolean;
}

export const registerMailLink: Register = (mail, run) => {
  withDryRun(withCommonOptions(mail.command("link")))
    .summary("say which posting replaces which")
    .description(
      "Record that one posting is the next revision of another one, whatever the mails say; or that they are not of one series.",
    )
    .argument("<newer>", "Message-ID of one of its mails")
    .argument("<older>", "Message-ID of a mail of the posting that it replaces")
    .addOption(new Option("--unrelated", "they are not of one series").default(false, "the newer replaces the older"))
    .addOption(
      new Option("--remove", "forget what was said of the two").default(false, "record it").conflicts("unrelated"),
    )
    .addOption(
      new Option("--from <archive>", "look there whether both are known; may be given several times")
        .argParser(collect)
        .default([], "not checked"),
    )
    .action(
      run(async ({ terminal, world }, newer: string, older: string, options: Options) => {
        const { linkPostings } = await import("#app");
        const relation = options.remove ? "forgotten" : options.unrelated ? "unrelated" : "revision";
        const { from, dryRun } = options;
        const { plan, done } = await linkPostings(world, { newer, older, relation, from, dryRun });
        if (options.json) {
          terminal.json({ newer: plan.newer, older: plan.older, relation, done });
          return 0;
        }
        const what = { revision: "replaces", unrelated: "is unrelated to", forgotten: "is no longer linked to" }[
          relation
        ];
        terminal.line(`${done === null ? "would record: " : ""}<${plan.newer}> ${what} <${plan.older}>`);
        reportDone(terminal, done);
        return 0;
      }),
    );
};
