// `longarm update`.
import { Option } from "commander";
import { textOf } from "#model/bytes";
import { showName } from "#model/queue";
import type { UpdatedPatch, UpdatePlan } from "#app";
import type { ArchiveOptions } from "../archive-options.ts";
import { archivesOf, withArchives } from "../archive-options.ts";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";
import type { Paint, Terminal } from "../terminal.ts";

interface Options extends CommonOptions, ArchiveOptions {
  readonly to?: string;
  readonly compose: boolean;
  readonly allowControl: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
  readonly diff: boolean;
}

export const registerUpdate: Register = (program, run) => {
  withArchives(withDryRun(withCommonOptions(program.command("update"))))
    .summary("replace a queued posting by its next revision")
    .description(
      "Replace a queued posting by its next revision, in one operation: places, names and branches stay. Tells what changed in each patch, and which tags go with it or are lost.",
    )
    .argument("<patch|id>", "a queued patch, or the Message-ID of a mail of any revision of its series")
    .addOption(new Option("--to <id>", "to the revision with this mail").default(undefined, "the newest"))
    .addOption(
      new Option("--compose", "take what is proposed for a series that did not come in one piece").default(
        false,
        "ask, as [mail] compose says",
      ),
    )
    .addOption(
      new Option("--allow-control", "take patches with control, bidi or invisible characters").default(false, "refuse"),
    )
    .addOption(new Option("--keep-going", "update even if patches would not apply any more").default(false, "refuse"))
    .addOption(
      new Option("--diff", "show how each patch changed, as git range-diff does").default(false, "only whether"),
    )
    .action(
      run(async ({ terminal, world }, target: string, options: Options) => {
        const { update } = await import("#app");
        const { to = null, compose, allowControl, keepGoing, dryRun } = options;
        const from = archivesOf(options);
        const { plan, done } = await update(world, { target, to, from, compose, allowControl, keepGoing, dryRun });
        if (options.json) terminal.json({ ...jsonOf(plan), done });
        else {
          terminal.line(
            `${done === null ? "would update" : "updated"} ${terminal.paint("bold", plan.posting.subject)} from ${plan.from} to ${plan.to}`,
          );
          for (const patch of plan.patches) print(terminal, patch, options.diff);
          for (const name of plan.fixes)
            terminal.line(terminal.paint("yellow", `  look at ${showName(name)}: ${plan.to} may have it already`));
          reportConsequences(terminal, plan);
          reportDone(terminal, done);
        }
        return plan.broken.length > 0 ? 1 : 0;
      }),
    );
};

const WORDS: Readonly<Record<UpdatedPatch["change"], readonly [string, Paint]>> = {
  same: ["unchanged", "dim"],
  rebased: ["rebased", "dim"],
  log: ["log", "cyan"],
  diff: ["changed", "yellow"],
  both: ["changed", "yellow"],
  new: ["new", "green"],
  gone: ["gone", "red"],
};

function print(terminal: Terminal, patch: UpdatedPatch, withDiff: boolean): void {
  const [word, colour] = WORDS[patch.change];
  const by = patch.by === null || patch.by === "change" || patch.by === "title" ? "" : `  (by ${patch.by})`;
  terminal.line(`  ${terminal.paint(colour, word.padEnd(9))}  ${showName(patch.name)}${terminal.paint("dim", by)}`);
  for (const tag of patch.carried) terminal.line(terminal.paint("dim", `               stays: ${tag}`));
  for (const tag of patch.lost) terminal.line(terminal.paint("yellow", `               lost: ${tag}`));
  if (withDiff) terminal.write(textOf(patch.hunks).replace(/^(?=.)/gm, "    "));
}

function jsonOf({ from, to, posting, patches, fixes, broken, mended }: UpdatePlan): object {
  return {
    from,
    to,
    posting: posting.id,
    subject: posting.subject,
    patches: patches.map(({ name, hunks, ...rest }) => ({ name: showName(name), ...rest, diff: textOf(hunks) })),
    fixes: fixes.map(showName),
    broken: broken.map(showName),
    mended: mended.map(showName),
  };
}
