// Prints the folded view of the branches: which fix went into which patch, which could not, and where each branch's view ends.
import { FOLDED } from "#model/branches";
import { showName } from "#model/queue";
import type { FoldedReport } from "#app";
import { reportBuild } from "./report-build.ts";
import { jsonOfMerges, reportMerges } from "./report-merges.ts";
import type { Terminal } from "./terminal.ts";

/** A line for each patch with fixes, for each fix that stays, and for each branch. */
export function reportFolded(terminal: Terminal, report: FoldedReport): void {
  if (report.rejected !== null) reportBuild(terminal, report.rejected, "with hints");
  for (const { name, fixes } of report.folded)
    terminal.line(
      `${report.written ? "folded" : "would fold"} ${fixes.map(showName).join(", ")} into ${showName(name)}`,
    );
  for (const { fix, reason } of report.left)
    terminal.line(`${terminal.paint("yellow", "left     ")} ${showName(fix)}: ${reason}`);
  const labels = report.branches.map(({ ref }) => shortRef(ref));
  const width = labels.reduce((most, label) => Math.max(most, label.length), 0);
  for (const { ref, commit, before, patches, folded } of report.branches) {
    const moved = before === commit ? "unchanged" : before === null ? "new" : `was ${before.slice(0, 12)}`;
    const count = folded === patches ? `${patches}` : `${folded} for ${patches}`;
    const where = commit === null ? "" : `  ${commit.slice(0, 12)}  ${terminal.paint("dim", moved)}`;
    terminal.line(`${terminal.paint("bold", shortRef(ref).padEnd(width))} ${count.padStart(10)}${where}`);
  }
  reportMerges(terminal, report, shortRef(FOLDED));
}

/** As git takes it. */
function shortRef(ref: string): string {
  return ref.replace(/^refs\//, "");
}

/** For machines; `rejected` is the report of the unfolded queue as `build` prints it. */
export function jsonOfFolded(report: FoldedReport, rejected: object | null): object {
  const { base, branches, left, folded, written } = report;
  return {
    base,
    folded: folded.map(({ name, fixes }) => ({ patch: showName(name), fixes: fixes.map(showName) })),
    left: left.map(({ fix, patch, reason }) => ({ fix: showName(fix), patch: showName(patch), reason })),
    branches,
    ...(report.merges.length === 0 ? {} : { merges: jsonOfMerges(report) }),
    ...(rejected === null ? {} : { rejected }),
    written,
  };
}
