// `longarm lint`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { jsonOfFinding, reportFindings, reportLintEnd } from "../report-lint.ts";

interface Options extends CommonOptions {
  readonly explain?: string;
}

export const registerLint: Register = (program, run) => {
  withCommonOptions(program.command("lint"))
    .summary("find what is wrong with patches before others see them")
    .description(
      "Look at sign-offs, Fixes:, duplicates, descriptions and how the patches apply, and ask the source tree's own checkpatch.pl and get_maintainer.pl. What each branch makes of a finding is set in longarm.toml; exit code 1 when there is an error.",
    )
    .argument("[patch...]", "file names in the queue; all of it when none is given")
    .addOption(new Option("--explain <lint>", "say what a lint looks for, why, and where to read more"))
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        if (options.explain !== undefined) {
          const { lintNamed } = await import("#checks/lint");
          const { name, level, explanation, link } = lintNamed(options.explain);
          if (options.json) terminal.json({ name, level, explanation, link });
          else
            for (const line of [
              `${terminal.paint("bold", name)}  (${level} unless longarm.toml says otherwise)`,
              explanation,
              link,
            ])
              terminal.line(line);
          return 0;
        }
        const { lint } = await import("#app");
        const report = await lint(world, { patches });
        const errors = report.findings.filter(({ level }) => level === "error").length;
        if (options.json) {
          const { patches: count, notJudged } = report;
          terminal.json({ patches: count, findings: report.findings.map(jsonOfFinding), notJudged });
        } else {
          reportFindings(terminal, report.findings);
          reportLintEnd(terminal, report);
        }
        return errors > 0 ? 1 : 0;
      }),
    );
};
