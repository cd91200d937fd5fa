// `longarm publish`.
import { Option } from "commander";
import { readablePath, UserError } from "#model/bytes";
import type { PublishReport } from "#app";
import type { CommonOptions, Exit, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportBuild } from "../report-build.ts";
import { reportSending, sendingJson } from "../report-sending.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
  readonly takeOver: boolean;
  readonly watch: boolean;
  readonly every?: string;
}

export const registerPublish: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("publish")))
    .summary("make the branches public, then send")
    .description(
      "Build and lint, push all branches at once and the queue to its repository, and when they are seen there, send the mails that waited for it.",
    )
    .addOption(
      new Option("--take-over", "replace branches of the remote that this tree did not put there").default(
        false,
        "refuse",
      ),
    )
    .addOption(new Option("--watch", "publish whenever it is due, until interrupted").default(false, "once"))
    .addOption(new Option("--every <time>", "with --watch: how often, as 2 days, 3 working days, 6 hours"))
    .action(
      run(async ({ terminal, world }, options: Options) => {
        const { takeOver, dryRun } = options;
        const { publish, watchPublish } = await import("#app");
        if (!options.watch) {
          if (options.every !== undefined)
            throw new UserError('"--every" goes with "--watch" only', {
              hint: `run: longarm publish --watch --every "${options.every}"`,
            });
          return report(terminal, options, await publish(world, { takeOver, dryRun }));
        }
        const { parseSchedule } = await import("#model/outbox");
        const every = options.every === undefined ? null : parseSchedule(options.every);
        if (options.every !== undefined && every === null)
          throw new UserError(`"${options.every}" is no time`, {
            hint: 'write it as "2 days", "3 working days" or "6 hours"',
          });
        for await (const one of watchPublish(world, { takeOver, dryRun }, every)) {
          if (one.kind === "published") report(terminal, options, one.report);
          else terminal.line(`longarm: ${one.error instanceof Error ? one.error.message : String(one.error)}`);
        }
        return 0;
      }),
    );
};

const HEADS = "refs/heads/";

function report(terminal: Terminal, options: Options, done: PublishReport): Exit {
  const { plan, build, finished, sending, rejected } = done;
  const exit = rejected.length > 0 ? 1 : sending !== null && sending.uncertain.length > 0 ? 3 : 0;
  if (options.json) {
    terminal.json({
      dryRun: options.dryRun,
      plan,
      finished,
      rejected: rejected.map(readablePath),
      unbuilt: done.unbuilt,
      cancelled: done.cancelled,
      sending: sending === null ? null : sendingJson(sending),
    });
    return exit;
  }
  if (rejected.length > 0 && build !== null) {
    reportBuild(terminal, build, "with hints");
    terminal.line("nothing was published");
    return exit;
  }
  if (done.unbuilt)
    terminal.line("the queue changed since its branches were built: they are built first, and move to what that makes");
  if (plan === null && done.unbuilt) terminal.line("all that was built is public");
  else if (plan === null) terminal.line("everything is public already");
  else {
    const branches = plan.refs.filter(({ ref }) => ref.startsWith(HEADS));
    for (const { ref, before, commit } of branches)
      terminal.line(
        `${options.dryRun ? "would publish" : "published"} ${ref.slice(HEADS.length)} ${before === null ? "new" : before.slice(0, 12)}..${commit?.slice(0, 12) ?? "gone"}`,
      );
    const below = plan.refs.length - branches.length;
    if (below > 0)
      terminal.line(
        `${options.dryRun ? "would publish" : "published"} what ${below} ${below === 1 ? "posting" : "postings"} can be based on`,
      );
    if (plan.queueRemote !== null)
      terminal.line(`${options.dryRun ? "would publish" : "published"} the queue to ${plan.queueBranch}`);
    if (plan.map !== null && !options.dryRun) terminal.line(`old and new commits are in ${plan.map.path}`);
    if (plan.mails.length > 0)
      terminal.line(
        `${plan.mails.length} ${plan.mails.length === 1 ? "mail" : "mails"} ${options.dryRun ? "would be set free" : "set free"}${done.cancelled.length === 0 ? "" : `, ${done.cancelled.length} of them cancelled`}`,
      );
  }
  if (sending !== null) reportSending(terminal, sending);
  return exit;
}
