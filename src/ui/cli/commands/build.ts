// `longarm build`.
import { Option } from "commander";
import { readablePath } from "#model/bytes";
import type { BuildReport } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import type { Paint, Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly check: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
  readonly takeOver: boolean;
}

export const registerBuild: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("build")))
    .summary("make the branches")
    .description(
      "Apply the queue on its base in memory, write one commit a patch and move the branches, all at once. Without --keep-going it ends at the first rejected patch.",
    )
    .argument("[branch]", "build only this branch and those it starts from")
    .addOption(new Option("--check", "look whether every patch applies, write nothing").default(false, "build"))
    .addOption(new Option("-k, --keep-going", "skip rejected patches and go on").default(false, "stop at the first"))
    .addOption(
      new Option("--take-over", "move branches of the source repository that this tree did not build").default(
        false,
        "refuse",
      ),
    )
    .action(
      run(async ({ terminal, world }, branch: string | undefined, options: Options) => {
        const { build } = await import("#app");
        const report = await build(world, {
          check: options.check,
          keepGoing: options.keepGoing,
          dryRun: options.dryRun,
          branch: branch ?? null,
          takeOver: options.takeOver,
        });
        if (options.json) terminal.json(jsonOf(report));
        else printReport(terminal, report);
        return report.results.some(({ outcome }) => outcome === "rejected") ? 1 : 0;
      }),
    );
};

const COLOUR: Record<BuildReport["results"][number]["outcome"], Paint> = {
  applied: "green",
  offset: "green",
  fuzz: "yellow",
  empty: "yellow",
  rejected: "red",
  "not tried": "dim",
};

function printReport(terminal: Terminal, report: BuildReport): void {
  const counts = new Map<string, number>();
  for (const { outcome } of report.results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const result of report.results) {
    if (result.outcome === "fuzz" || result.outcome === "empty") {
      terminal.line(`${terminal.paint(COLOUR[result.outcome], result.outcome.padEnd(9))} ${readablePath(result.name)}`);
    } else if (result.outcome === "rejected") printRejected(terminal, result);
    if (result.outcome !== "rejected") printLeftOut(terminal, result);
  }
  const summary = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ") || "nothing in the queue";
  terminal.line(
    `${report.results.length === 1 ? "1 patch" : `${report.results.length} patches`} on ${report.base.slice(0, 12)}: ${summary}`,
  );
  if (!report.written) return;
  const width = report.branches.reduce((most, { name }) => Math.max(most, name.length), 0);
  const countWidth = report.branches.some(({ applied, patches }) => applied !== patches) ? 10 : 5;
  for (const { name, commit, before, patches, applied, complete } of report.branches) {
    const moved = before === commit ? "unchanged" : before === null ? "new" : `was ${before.slice(0, 12)}`;
    const count = (applied === patches ? `${patches}` : `${applied} of ${patches}`).padStart(countWidth);
    const missing = complete ? "" : terminal.paint("yellow", lacking(report, name));
    terminal.line(
      `${terminal.paint("bold", name.padEnd(width))} ${count}  ${commit?.slice(0, 12) ?? ""}  ${terminal.paint("dim", moved)}${missing}`,
    );
  }
}

/** What keeps a branch from being whole. */
function lacking(report: BuildReport, branch: string): string {
  const rejected = report.results.filter((result) => result.outcome === "rejected");
  const own = rejected.filter((result) => result.branch === branch);
  const stopped = report.results.some(({ outcome }) => outcome === "not tried");
  if (own.length === 0) return "  on a branch that is not whole";
  return stopped ? `  stopped at ${readablePath(own[0]?.name ?? "")}` : `  without ${own.length} rejected`;
}

function printRejected(terminal: Terminal, result: BuildReport["results"][number]): void {
  terminal.line(
    `${terminal.paint("red", "rejected ")} ${readablePath(result.name)}  ${terminal.paint("dim", result.branch)}`,
  );
  if (result.reason !== null) terminal.line(`  ${result.reason}`);
  for (const file of result.files) {
    const path = readablePath(file.path);
    if (file.kind === "applied") {
      terminal.line(`  ${path}: applies`);
      continue;
    }
    terminal.line(`  ${path}: ${file.reason}`);
    for (const [index, hunk] of file.hunks.entries()) terminal.line(`    hunk ${index + 1}: ${describeHunk(hunk)}`);
  }
  if (result.because.length > 0) {
    terminal.line(`  perhaps because these were rejected before it: ${result.because.map(readablePath).join(", ")}`);
  }
}

function printLeftOut(terminal: Terminal, result: BuildReport["results"][number]): void {
  for (const file of result.files) {
    if (file.kind !== "left out") continue;
    terminal.line(
      `${terminal.paint("yellow", "left out ")} ${readablePath(result.name)}: ${readablePath(file.path)} ${file.reason}`,
    );
  }
}

type HunkOutcome = BuildReport["results"][number]["files"][number]["hunks"][number];

function describeHunk(hunk: HunkOutcome): string {
  if (hunk.kind === "applied") {
    const offset = hunk.offset === 0 ? "" : `, offset ${hunk.offset}`;
    return `applies at line ${hunk.line}${offset}${hunk.fuzz === 0 ? "" : `, fuzz ${hunk.fuzz}`}`;
  }
  if (hunk.alreadyAt !== null) return `rejected: line ${hunk.alreadyAt} already has what it would make`;
  if (hunk.fuzzNeeded !== null) return `rejected at line ${hunk.line}: would apply with fuzz ${hunk.fuzzNeeded}`;
  return `rejected at line ${hunk.line}: its lines are nowhere in the file`;
}

function jsonOf(report: BuildReport): unknown {
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      name: readablePath(result.name),
      because: result.because.map(readablePath),
      files: result.files.map((file) => ({ ...file, path: readablePath(file.path) })),
    })),
  };
}
