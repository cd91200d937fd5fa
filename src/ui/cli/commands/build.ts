// `longarm build`.
import { Option } from "commander";
import { readablePath, UserError } from "#model/bytes";
import type { BuildReport, World } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportBuild } from "../report-build.ts";
import { jsonOfFolded, reportFolded } from "../report-folded.ts";
import { jsonOfMerges, reportMerges } from "../report-merges.ts";
import { reportMoved } from "../report-moved.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly check: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
  readonly takeOver: boolean;
  readonly watch: boolean;
  readonly folded: boolean;
}

export const registerBuild: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("build")))
    .summary("make the branches")
    .description(
      "Apply the queue on its base in memory, write one commit a patch and move the branches, all at once. Without --keep-going it ends at the first rejected patch.",
    )
    .argument("[branch]", "build only this branch and those it starts from")
    .addOption(new Option("--check", "look whether every patch applies, write nothing").default(false, "build"))
    .addOption(
      new Option("--watch", "with --check: check again whenever the queue changes, until interrupted").default(
        false,
        "once",
      ),
    )
    .addOption(new Option("-k, --keep-going", "skip rejected patches and go on").default(false, "stop at the first"))
    .addOption(
      new Option("--take-over", "move branches of the source repository that this tree did not build").default(
        false,
        "refuse",
      ),
    )
    .addOption(
      new Option("--folded", "make the view with every fix in its patch instead, at longarm/folded/BRANCH").default(
        false,
        "a commit a patch",
      ),
    )
    .action(
      run(async ({ terminal, world }, branch: string | undefined, options: Options) => {
        if (options.folded) return await folded(terminal, world, branch ?? null, options);
        if (options.watch) return await watch(terminal, world, branch ?? null, options);
        const { build } = await import("#app");
        const report = await build(world, {
          check: options.check,
          keepGoing: options.keepGoing,
          dryRun: options.dryRun,
          branch: branch ?? null,
          takeOver: options.takeOver,
        });
        if (options.json) terminal.json(jsonOf(report));
        else {
          reportBuild(terminal, report, "with hints");
          reportMerges(terminal, report);
          reportMoved(terminal, report);
        }
        if (report.results.some(({ outcome }) => outcome === "rejected")) return 1;
        return report.merges.some(({ commit }) => commit === null) ? 3 : 0;
      }),
    );
};

async function folded(terminal: Terminal, world: World, branch: string | null, options: Options): Promise<0 | 1 | 3> {
  const { check, keepGoing, dryRun } = options;
  if (options.watch || options.takeOver) {
    throw new UserError(`"--folded" does not go with "${options.watch ? "--watch" : "--take-over"}"`, {
      hint: "the folded view moves no branch; it is made when it is asked for",
    });
  }
  const { buildFolded } = await import("#app");
  const report = await buildFolded(world, { check, keepGoing, dryRun, branch });
  if (options.json) terminal.json(jsonOfFolded(report, report.rejected && jsonOf(report.rejected)));
  else reportFolded(terminal, report);
  if (report.rejected !== null) return 1;
  return report.merges.some(({ commit }) => commit === null) ? 3 : 0;
}

/** Prints one report after the other; as JSON each is one line. It ends when the process is interrupted. */
async function watch(terminal: Terminal, world: World, branch: string | null, options: Options): Promise<0> {
  if (!options.check) {
    throw new UserError('"--watch" goes with "--check" only', { hint: "run: longarm build --check --watch" });
  }
  const { watchBuild } = await import("#app");
  for await (const { result, took } of watchBuild(world, branch)) {
    if (result.kind === "failed" && !(result.error instanceof UserError)) throw result.error;
    const milliseconds = Math.round(took * 10) / 10;
    if (options.json) {
      const value = result.kind === "checked" ? jsonOf(result.report) : { error: errorOf(result.error) };
      terminal.write(`${JSON.stringify({ ...value, milliseconds })}\n`);
      continue;
    }
    if (result.kind === "checked") reportBuild(terminal, result.report, "with hints");
    else terminal.line(`longarm: ${errorOf(result.error).message}`);
    terminal.line(terminal.paint("dim", `checked in ${milliseconds} ms, waiting for changes`));
  }
  return 0;
}

function errorOf(error: unknown): { readonly message: string } {
  return { message: error instanceof Error ? error.message : String(error) };
}

function jsonOf(whole: BuildReport): object {
  const { moved, maps, merges, ...report } = whole;
  return {
    ...report,
    // Said only of a tree that has merged branches.
    ...(merges.length === 0 ? {} : { merges: jsonOfMerges(whole) }),
    // Said only when commit ids changed.
    ...(moved.length === 0 ? {} : { moved, maps }),
    results: report.results.map((result) => ({
      ...result,
      name: readablePath(result.name),
      because: result.because.map(readablePath),
      files: result.files.map((file) => ({ ...file, path: readablePath(file.path) })),
    })),
  };
}
