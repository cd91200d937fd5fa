// Prints what became of the patches of a build: one line for what is worth a line, and for what was rejected, why.
// The tables of expected and found lines are in report-hunk.ts.
import { readablePath } from "#model/bytes";
import type { Blame, FileDiagnosis, RejectedGroup } from "#model/branches";
import { describeBlame, describeFileBlame, describeHunk, isThereAlready, rejectedGroups } from "#model/branches";
import type { BuildReport } from "#app";
import { reportHunk } from "./report-hunk.ts";
import type { Paint, Terminal } from "./terminal.ts";

type Result = BuildReport["results"][number];
type File = Result["files"][number];
type Group = RejectedGroup<Result>;

const COLOUR: Record<Result["outcome"], Paint> = {
  applied: "green",
  offset: "green",
  fuzz: "yellow",
  merged: "yellow",
  empty: "yellow",
  rejected: "red",
  "not tried": "dim",
};

/** Outcomes that are worth a line of their own though the patch is in. */
const NOTABLE: ReadonlySet<Result["outcome"]> = new Set(["fuzz", "empty", "merged"]);

/**
 * Prints the report of a build; the rejected patches come in the order of the queue, with those that fail because of them.
 * Hints tell how to mend a rejected patch, which is right only for the queue as it is.
 */
export function reportBuild(terminal: Terminal, report: BuildReport, hints: "with hints" | "plain" = "plain"): void {
  const groups = rejectedGroups(report);
  for (const result of report.results) {
    if (NOTABLE.has(result.outcome)) reportNotable(terminal, result);
    const group = groups.get(result);
    if (group !== undefined) reportRejected(terminal, result, group, hints);
    if (result.outcome !== "rejected") reportLeftOut(terminal, result);
  }
  reportSummary(terminal, report, groups);
  if (report.written) reportBranches(terminal, report);
}

function reportNotable(terminal: Terminal, { name, outcome, files }: Result): void {
  terminal.line(`${terminal.paint(COLOUR[outcome], outcome.padEnd(9))} ${readablePath(name)}`);
  for (const file of files) {
    if (file.kind !== "merged") continue;
    const resolved = file.resolved === null ? "" : ", its conflict resolved as before";
    terminal.line(`  ${readablePath(file.path)}: merged three-way with ${MERGED_WITH[file.with]}${resolved}`);
  }
}

const MERGED_WITH: Record<(File & { readonly kind: "merged" })["with"], string> = {
  index: "the version that its index line names",
  posting: "the version that it was posted for",
  base: "the version of the base",
  hunks: "the lines that its hunks show",
};

/** More files or hunks that apply are counted, not listed. */
const MAX_LISTED = 4;

function reportRejected(
  terminal: Terminal,
  result: Result,
  { diagnosis, others }: Group,
  hints: "with hints" | "plain",
): void {
  terminal.line(
    `${terminal.paint("red", "rejected ")} ${terminal.paint("bold", readablePath(result.name))}  ${terminal.paint("dim", result.branch)}`,
  );
  if (result.reason !== null) terminal.line(`  ${result.reason}`);
  const fine = result.files.filter(({ kind }) => kind !== "rejected");
  const known = [...(diagnosis?.files ?? [])];
  for (const file of result.files) {
    const path = readablePath(file.path);
    switch (file.kind) {
      case "rejected":
        terminal.line(`  ${path}: ${file.reason}`);
        reportFile(terminal, file, known.shift());
        break;
      case "applied":
        if (fine.length <= MAX_LISTED) terminal.line(`  ${path}: applies`);
        break;
      case "merged":
        if (fine.length <= MAX_LISTED) terminal.line(`  ${path}: merged three-way`);
        break;
      case "left out":
        if (fine.length <= MAX_LISTED) terminal.line(`  ${path}: ${file.reason}`);
        break;
    }
  }
  if (fine.length > MAX_LISTED) terminal.line(terminal.paint("dim", `  ${fine.length} other files apply`));
  if (isThereAlready(result)) terminal.line(`  all of it is there already: longarm drop ${readablePath(result.name)}`);
  else if (hints === "with hints" && result.files.some(({ kind, hunks }) => kind === "rejected" && hunks.length > 0)) {
    terminal.line(`  ${terminal.paint("dim", `mend it with: longarm resolve ${readablePath(result.name)}`)}`);
  }
  if (diagnosis?.searched?.cut) {
    const { oldBase, cut } = diagnosis.searched;
    terminal.line(
      `  ${terminal.paint("dim", `not all commits since ${oldBase.slice(0, 12)} were looked at (${cut})`)}`,
    );
  }
  if (others.length > 0) reportOthers(terminal, others);
}

function reportFile(terminal: Terminal, file: File, diagnosis: FileDiagnosis | undefined): void {
  const fine = file.hunks.filter(({ kind }) => kind === "applied").length;
  for (const [index, hunk] of file.hunks.entries()) {
    if (hunk.kind === "applied") {
      if (fine <= MAX_LISTED) terminal.line(`    hunk ${index + 1}: ${describeHunk(hunk, false, false)}`);
      continue;
    }
    const why = diagnosis?.hunks.find((one) => one.hunk === index + 1);
    terminal.line(
      `    hunk ${index + 1}: ${describeHunk(hunk, why?.rows[0] !== undefined, why?.onlyWhiteSpace ?? false)}`,
    );
    if (why === undefined) continue;
    reportHunk(terminal, why, "      ");
    reportBlame(terminal, why.blame, "      ");
    for (const name of why.because)
      terminal.line(`      ${terminal.paint("cyan", name)}, rejected, would have changed that`);
  }
  if (fine > MAX_LISTED) terminal.line(terminal.paint("dim", `    ${fine} other hunks apply`));
  if (diagnosis === undefined || diagnosis.hunks.length > 0) return;
  const reason = file.kind === "rejected" ? file.reason : "";
  reportBlame(terminal, diagnosis.blame, "    ", describeFileBlame(reason, diagnosis.movedTo));
}

function reportBlame(terminal: Terminal, { patches, commits }: Blame, indent: string, whole?: string): void {
  for (const one of patches)
    terminal.line(`${indent}${whole ?? describeBlame(one)} ${terminal.paint("cyan", one.patch)}`);
  for (const one of commits) {
    const id = terminal.paint("cyan", one.id.slice(0, 12));
    const day = new Date(one.date * 1000).toISOString().slice(0, 10);
    const lost = one.side === "old" ? ", which this base does not have" : "";
    terminal.line(
      `${indent}${whole ?? describeBlame(one)} commit ${id} ${one.subject} (${one.author.name}, ${day})${lost}`,
    );
  }
}

function reportOthers(terminal: Terminal, others: Group["others"]): void {
  terminal.line(`  ${others.length} more only because of it:`);
  for (const { result, diagnosis } of others) {
    const places = diagnosis.files.map(({ path, hunks }) => {
      const numbers = hunks.map(({ hunk }) => hunk);
      if (numbers.length === 0) return path;
      return `${path} ${numbers.length === 1 ? "hunk" : "hunks"} ${numbers.join(", ")}`;
    });
    const more = diagnosis.because.length > 1 ? `, because of ${diagnosis.because.join(", ")}` : "";
    terminal.line(
      `    ${terminal.paint("bold", readablePath(result.name))}  ${terminal.paint("dim", result.branch)}  ${places.join("; ")}${more}`,
    );
  }
}

function reportLeftOut(terminal: Terminal, result: Result): void {
  for (const file of result.files) {
    if (file.kind !== "left out") continue;
    terminal.line(
      `${terminal.paint("yellow", "left out ")} ${readablePath(result.name)}: ${readablePath(file.path)} ${file.reason}`,
    );
  }
}

function reportSummary(terminal: Terminal, report: BuildReport, groups: ReadonlyMap<Result, Group>): void {
  const counts = new Map<string, number>();
  for (const { outcome } of report.results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const all = counts.get("rejected") ?? 0;
  const words = [...counts].map(([outcome, count]) => {
    if (outcome !== "rejected" || groups.size === all) return `${count} ${outcome}`;
    return `${groups.size} rejected, ${all - groups.size} more because of ${groups.size === 1 ? "it" : "them"}`;
  });
  const patches = report.results.length === 1 ? "1 patch" : `${report.results.length} patches`;
  terminal.line(`${patches} on ${report.base.slice(0, 12)}: ${words.join(", ") || "nothing in the queue"}`);
}

function reportBranches(terminal: Terminal, report: BuildReport): void {
  const width = report.branches.reduce((most, { name }) => Math.max(most, name.length), 0);
  const countWidth = report.branches.some(({ applied: made, patches }) => made !== patches) ? 10 : 5;
  for (const { name, commit, before, patches, applied: made, complete } of report.branches) {
    const moved = before === commit ? "unchanged" : before === null ? "new" : `was ${before.slice(0, 12)}`;
    const count = (made === patches ? `${patches}` : `${made} of ${patches}`).padStart(countWidth);
    const missing = complete ? "" : terminal.paint("yellow", lacking(report, name));
    terminal.line(
      `${terminal.paint("bold", name.padEnd(width))} ${count}  ${commit?.slice(0, 12) ?? ""}  ${terminal.paint("dim", moved)}${missing}`,
    );
  }
}

/** What keeps a branch from being whole. */
function lacking(report: BuildReport, branch: string): string {
  const broken = report.results.filter((result) => result.outcome === "rejected");
  const own = broken.filter((result) => result.branch === branch);
  const stopped = report.results.some(({ outcome }) => outcome === "not tried");
  if (own.length === 0) return "  on a branch that is not whole";
  return stopped ? `  stopped at ${readablePath(own[0]?.name ?? "")}` : `  without ${own.length} rejected`;
}
