// Prints what lint found, patch by patch.
import { readablePath } from "#model/bytes";
import type { Finding } from "#checks/lint";
import type { LintReport } from "#app";
import type { Paint, Terminal } from "./terminal.ts";

const COLOUR: Record<Finding["level"], Paint> = { error: "red", warn: "yellow", note: "dim" };

/** The findings by patch, each with its level and the lint's name. */
export function reportFindings(terminal: Terminal, findings: readonly Finding[]): void {
  let patch: string | null = null;
  for (const finding of findings) {
    if (finding.patch !== patch)
      terminal.line(`${terminal.paint("bold", readablePath(finding.patch))}  ${terminal.paint("dim", finding.branch)}`);
    ({ patch } = finding);
    terminal.line(
      `  ${terminal.paint(COLOUR[finding.level], finding.level.padEnd(5))} ${finding.message}  ${terminal.paint("dim", `[${finding.lint}]`)}`,
    );
  }
}

/** How many of each level, and what could not be judged. */
export function reportLintEnd(terminal: Terminal, { findings, patches, notJudged }: LintReport): void {
  for (const sentence of notJudged) terminal.note(`longarm: ${sentence}`);
  const counts = (["error", "warn", "note"] as const).map((level) => {
    const count = findings.filter((one) => one.level === level).length;
    const word = { error: "error", warn: "warning", note: "note" }[level];
    return `${count} ${word}${count === 1 ? "" : "s"}`;
  });
  terminal.line(`${patches} ${patches === 1 ? "patch" : "patches"}: ${counts.join(", ")}`);
}

/** A finding as JSON. */
export function jsonOfFinding({ patch, ...rest }: Finding): unknown {
  return { patch: readablePath(patch), ...rest };
}
