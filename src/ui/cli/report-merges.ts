// Prints the branches of a build that are merges: what they took in, and where one of them waits for a person.
import { readablePath } from "#model/bytes";
import type { BuildReport } from "#app";
import type { Terminal } from "./terminal.ts";

type Merge = BuildReport["merges"][number];
type Trial = Pick<NonNullable<Merge["stopped"]>["trial"], "conflicts" | "said">;

/** One line a merge that is made, more where it is not or where conflicts were solved as before; `prefix` goes before its name. */
export function reportMerges(
  terminal: Terminal,
  { merges, written }: Pick<BuildReport, "merges" | "written">,
  prefix = "",
): void {
  for (const { name: merged, commit, before, parts, stopped, lacks } of merges) {
    const name = `${prefix}${merged}`;
    for (const { name: part, resolved } of parts) {
      for (const { path } of resolved)
        terminal.line(
          `${terminal.paint("yellow", "resolved ")} ${name}: ${readablePath(path)} as before, at the merge of ${part}`,
        );
    }
    if (commit === null) {
      const why = stopped === null ? (lacks ?? "") : `cannot take in ${stopped.part}`;
      terminal.line(`${terminal.paint("red", "waits    ")} ${terminal.paint("bold", name)}  ${why}`);
      if (stopped === null) continue;
      reportConflicts(terminal, stopped.trial, "  ");
      if (stopped.trial.conflicts.some(({ id }) => id !== null))
        terminal.line(`  ${terminal.paint("dim", `solve it with: longarm resolve ${merged}`)}`);
      continue;
    }
    const taken = parts.filter(({ outcome }) => outcome !== "up to date").map((part) => part.name);
    const moved = before === commit ? "unchanged" : before === null ? "new" : `was ${before.slice(0, 12)}`;
    const what = `merge of ${taken.join(", ") || "nothing"}`;
    terminal.line(
      written
        ? `${terminal.paint("bold", name)}  ${what}  ${commit.slice(0, 12)}  ${terminal.paint("dim", moved)}`
        : `${terminal.paint("bold", name)}  ${what}`,
    );
  }
}

/** The files that a merge leaves to a person, or what git says when no file is at fault. */
export function reportConflicts(terminal: Terminal, { conflicts, said }: Trial, indent: string): void {
  for (const { path, conflict, reason } of conflicts) {
    const count = conflict?.regions.length ?? 0;
    terminal.line(`${indent}${readablePath(path)}: ${reason ?? (count === 1 ? "1 conflict" : `${count} conflicts`)}`);
  }
  if (conflicts.length === 0) for (const sentence of said) terminal.line(`${indent}${sentence}`);
}

/** For machines: without what only a resolution needs. */
export function jsonOfMerges({ merges, written }: Pick<BuildReport, "merges" | "written">): unknown {
  return merges.map(({ name, before, commit, parts, stopped, lacks }) => ({
    name,
    commit: written ? commit : null,
    before,
    parts: parts.map(({ resolved, commit: part, ...about }) => ({
      ...about,
      commit: written ? part : null,
      resolved: resolved.map(({ id, path }) => ({ id, path: readablePath(path) })),
    })),
    stopped: stopped && { part: stopped.part, ...jsonOfConflicts(stopped.trial) },
    lacks,
  }));
}

/** Files in conflict, and what git says. */
export function jsonOfConflicts({ conflicts, said }: Trial): object {
  return {
    conflicts: conflicts.map(({ path, id, reason, conflict }) => ({
      path: readablePath(path),
      id,
      reason,
      regions: conflict?.regions.length ?? 0,
    })),
    said,
  };
}
