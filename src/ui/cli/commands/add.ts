// `longarm add`.
import { Option } from "commander";
import { textOf } from "#model/bytes";
import { showName } from "#model/queue";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";
import { reportDone } from "../report-done.ts";
import { jsonOfFinding, reportFindings } from "../report-lint.ts";

interface Options extends CommonOptions {
  readonly branch?: string;
  readonly from: readonly string[];
  readonly compose: boolean;
  readonly dryRun: boolean;
  readonly allowControl: boolean;
  readonly print: boolean;
  readonly refill: boolean;
}

export const registerAdd: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("add")))
    .summary("queue patches")
    .description(
      "Queue a posting, a patch file or a quilt directory. Of a mailbox with several revisions of one series the newest is taken.",
    )
    .argument("<source...>", "Message-ID, mail, mbox, Maildir, public-inbox repository, patch file or quilt directory")
    .addOption(new Option("--branch <name>", "put them into this branch, not into the tree's entry branch"))
    .addOption(
      new Option("--from <archive>", "archive to look for Message-IDs in; may be given several times")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option("--compose", "take what is proposed for a series that did not come in one piece").default(
        false,
        "ask, as [mail] compose says",
      ),
    )
    .addOption(
      new Option("--allow-control", "queue a patch with control, bidi or invisible characters").default(
        false,
        "refuse it",
      ),
    )
    .addOption(
      new Option("--refill", "fill the paragraphs of logs and cover letters anew, to 74 columns").default(
        false,
        "as mailed",
      ),
    )
    .addOption(new Option("--print", "print the patch files instead of telling about them").default(false, "tell"))
    .action(
      run(async ({ terminal, world }, sources: readonly string[], options: Options) => {
        const { add } = await import("#app");
        const { plan, done } = await add(world, {
          sources,
          from: options.from,
          branch: options.branch ?? null,
          compose: options.compose,
          dryRun: options.dryRun,
          allowControl: options.allowControl,
          refill: options.refill,
        });
        if (options.print && !options.json) {
          for (const { name, bytes } of plan.patches) {
            if (plan.patches.length > 1) terminal.line(`==> ${showName(name)} <==`);
            terminal.write(bytes);
          }
          if (done !== null) reportDone(terminal, done);
          return 0;
        }
        const patches = plan.patches.map(({ name, title, author, origin, tags, bytes }) => ({
          name: showName(name),
          title,
          author,
          origin,
          tags,
          ...(options.print ? { text: textOf(bytes) } : {}),
        }));
        if (options.json) {
          terminal.json({ branch: plan.branch, patches, findings: plan.linted.findings.map(jsonOfFinding), done });
          return 0;
        }
        terminal.line(
          `${done === null ? "would queue" : "queued"} ${patches.length === 1 ? "1 patch" : `${patches.length} patches`} in ${terminal.paint("bold", plan.branch)}`,
        );
        for (const { name, tags, origin } of patches) {
          terminal.line(`  ${name}`);
          if (origin.kind === "mail" && origin.composed !== undefined) terminal.line(`    ${origin.composed.reason}`);
          for (const { tag, verdict, revision, reason } of tags) {
            const why = verdict === "lost" ? `lost: ${reason ?? ""} since ${revision ?? ""}` : verdict;
            const taken = !["suggested", "mismatch", "refused", "objection", "lost"].includes(verdict);
            terminal.line(
              terminal.paint(
                taken ? "dim" : "yellow",
                `    ${taken ? "taken" : "not taken"}: ${tag}${taken ? "" : ` (${why})`}`,
              ),
            );
          }
        }
        reportFindings(
          terminal,
          plan.linted.findings.filter(({ level }) => level !== "note"),
        );
        reportDone(terminal, done);
        return 0;
      }),
    );
};
