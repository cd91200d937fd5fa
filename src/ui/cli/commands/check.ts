// `longarm check`: `check post` and `check list`.
import { Option } from "commander";
import type { CheckState } from "#model/ledger";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportDone } from "../report-done.ts";
import { CHECK_PAINT } from "../report-patch.ts";

interface PostOptions extends CommonOptions {
  readonly context: string;
  readonly state: CheckState;
  readonly url?: string;
  readonly text?: string;
  readonly dryRun: boolean;
}

export const registerCheck: Register = (program, run) => {
  const check = program
    .command("check")
    .summary("results of tests of queued patches")
    .description(
      "Results of tests of queued patches: post one, or list them. A branch may ask for them (enter.checks).",
    );

  withDryRun(withCommonOptions(check.command("post")))
    .summary("post a result")
    .description(
      "Write what a tester or a robot found of a patch into the ledger; the newest result of a context counts.",
    )
    .argument("<patch>", "file name, Message-ID, commit of the last build, or subject")
    .addOption(new Option("--context <word>", "what was checked: build/x86_64").makeOptionMandatory())
    .addOption(
      new Option("--state <state>", "what came out")
        .choices(["success", "warning", "fail", "pending"])
        .makeOptionMandatory(),
    )
    .addOption(new Option("--url <address>", "where more is to be read"))
    .addOption(new Option("--text <line>", "the result in a sentence"))
    .action(
      run(async ({ terminal, world }, patch: string, options: PostOptions) => {
        const { postCheck } = await import("#app");
        const { context, state, url = null, text = null, dryRun } = options;
        const { plan, done } = await postCheck(world, { patch, context, state, url, text, dryRun });
        if (options.json) terminal.json({ patch: plan.patch, context, state, done });
        else {
          terminal.line(`${done === null ? "would post" : "posted"} ${plan.patch} ${context}: ${state}`);
          reportDone(terminal, done);
        }
        return 0;
      }),
    );

  withCommonOptions(check.command("list"))
    .summary("list results")
    .description("List the newest result of each context, of one patch or of all patches of the queue that have any.")
    .argument("[patch]", "file name, Message-ID, commit or subject of a patch, queued or gone")
    .action(
      run(async ({ terminal, world }, patch: string | undefined, options: CommonOptions) => {
        const { listChecks } = await import("#app");
        const checked = await listChecks(world, patch ?? null);
        if (options.json) {
          terminal.json(checked);
          return 0;
        }
        for (const { patch: name, branch, checks } of checked) {
          terminal.line(`${terminal.paint("bold", name)}  ${terminal.paint("dim", branch)}`);
          for (const { context, state, url, text, at } of checks) {
            const about = [text, url].filter((one) => one !== null).map((one) => `  ${one}`);
            const when = terminal.paint("dim", at.slice(0, 10));
            terminal.line(
              `  ${terminal.paint(CHECK_PAINT[state], state.padEnd(7))}  ${when}  ${context}${about.join("")}`,
            );
          }
          if (checks.length === 0) terminal.line("  no result");
        }
        if (checked.length === 0) terminal.line("no patch of the queue has a result");
        return 0;
      }),
    );
};
