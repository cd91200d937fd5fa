// `longarm edit`.
import { Option } from "commander";
import { readablePath, textOf, UserError } from "#model/bytes";
import { showName } from "#model/queue";
import type { EditPlan, EditRequest, EditResult } from "#app";
import type { CommonOptions, Exit, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";
import { patchDiff } from "../patch-diff.ts";
import { reportBuild } from "../report-build.ts";
import type { Terminal } from "../terminal.ts";
import { workFor } from "../work-for.ts";
import { reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly with: readonly string[];
  readonly continue: boolean;
  readonly abort: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

export const registerEdit: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("edit")))
    .summary("change a patch in a work tree of its own")
    .description(
      "Open a small git work tree at a patch, with the files that it touches. When the command, or the shell on a terminal, ends well, what was changed goes into the patch, if the patches above still apply. Without either, the work tree waits for --continue.",
    )
    .argument("[patch]", "file name in the queue, with or without .patch")
    .argument("[command...]", "behind --, what to run in the work tree in place of a shell")
    .addOption(
      new Option("--with <path>", "have this file or directory too; may be given several times")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(new Option("--continue", "take back what waits").default(false, "begin"))
    .addOption(new Option("--abort", "throw away what waits").default(false, "begin"))
    .addOption(
      new Option("-k, --keep-going", "accept that patches above do not apply any more").default(
        false,
        "change nothing then",
      ),
    )
    .addHelpText(
      "after",
      "\nExample:\n  longarm edit words-be-polite -- sed -i s/hello/welcome/ lib/words.c\n  longarm edit words-be-polite --with Makefile",
    )
    .action(
      run(
        async (
          { terminal, world },
          patch: string | undefined,
          command: readonly string[],
          options: Options,
        ): Promise<Exit> => {
          const { edit } = await import("#app");
          const result = await edit(world, requestOf(terminal, patch, command, options));
          if (options.json) terminal.json(jsonOf(result, options.dryRun));
          else report(terminal, result, options.dryRun);
          const failed = result.kind === "put back" && result.exitCode !== null;
          const broke = result.kind === "edited" && result.plan.broken.length > 0;
          return failed || broke || result.kind === "refused" ? 1 : 0;
        },
      ),
    );
};

function requestOf(
  terminal: Terminal,
  patch: string | undefined,
  command: readonly string[],
  options: Options,
): EditRequest {
  const { keepGoing, dryRun } = options;
  if (options.continue || options.abort) {
    if (options.continue && options.abort) throw new UserError("--continue and --abort are given together");
    if (patch !== undefined) throw new UserError(`"${patch}" is given, but what waits has its patch already`);
    return options.abort ? { action: "abort" } : { action: "continue", keepGoing, dryRun };
  }
  if (patch === undefined) throw new UserError("no patch is named", { hint: "see: longarm edit --help" });
  const how = workFor(terminal, command, options);
  return { action: "open", patch, with: options.with, how, keepGoing, dryRun };
}

function report(terminal: Terminal, result: EditResult, dryRun: boolean): void {
  switch (result.kind) {
    case "waiting":
      terminal.line(result.dir);
      terminal.note(
        `longarm: change the files of ${showName(result.name)} there, then: longarm edit --continue, or --abort`,
      );
      break;
    case "unchanged":
      terminal.line(`nothing was changed, ${showName(result.name)} stays as it is`);
      break;
    case "put back":
      terminal.line(
        `${showName(result.name)} stays as it is${result.exitCode === null ? "" : `, the command ended with ${result.exitCode}`}`,
      );
      break;
    case "refused":
      if (dryRun) printEdited(terminal, result.plan, false, true);
      else if (result.plan.report !== null) reportBuild(terminal, result.plan.report);
      terminal.note(
        `longarm: nothing was changed, because with this edit ${countOf(result.plan.broken)} above would not apply any more`,
      );
      if (dryRun) terminal.note("  accept it with --keep-going");
      else
        terminal.note(
          `  mend it in "${result.dir}" and run: longarm edit --continue; accept it with --keep-going, or throw the edit away with --abort`,
        );
      break;
    case "edited":
      printEdited(terminal, result.plan, result.done !== null, dryRun);
      reportDone(terminal, result.done);
      break;
  }
}

function printEdited(terminal: Terminal, plan: EditPlan, done: boolean, dryRun: boolean): void {
  terminal.line(
    `${done ? "edited" : "would edit"} ${terminal.paint("bold", showName(plan.name))}: ${plan.paths.map(readablePath).join(", ")}`,
  );
  if (dryRun) terminal.write(patchDiff(plan.name, plan.before, plan.after));
  if (plan.report !== null) reportBuild(terminal, plan.report);
  if (plan.mended.length > 0) terminal.line(`now applies: ${plan.mended.map(showName).join(", ")}`);
}

function countOf(names: readonly unknown[]): string {
  return names.length === 1 ? "1 patch" : `${names.length} patches`;
}

function jsonOf(result: EditResult, dryRun: boolean): unknown {
  if (!("plan" in result)) return { ...result, name: showName(result.name) };
  const { name, before, after, paths, broken, mended, report: build } = result.plan;
  return {
    kind: result.kind,
    name: showName(name),
    files: paths.map(readablePath),
    broken: broken.map(showName),
    mended: mended.map(showName),
    diagnoses: build?.diagnoses ?? [],
    ...(dryRun ? { diff: textOf(patchDiff(name, before, after)) } : {}),
    ...(result.kind === "refused" ? { dir: result.dir, done: null } : { done: result.done }),
  };
}
