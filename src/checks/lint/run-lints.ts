// Runs all lints on one patch at the levels of its branch.
import type { Finding, LintedPatch } from "./lint.ts";
import type { Levels } from "./lints.ts";
import { LINTS } from "./lints.ts";

/** Findings of one lint on one patch that are kept; a foreign program may find thousands. */
const MAX_FINDINGS = 100;

/** What is found, in the order of the lints; what is at level `off` is not among it. */
export function runLints(patch: LintedPatch, levels: Levels): Finding[] {
  return LINTS.flatMap((lint) => {
    const own = levels.get(lint.name) ?? lint.level;
    // A type may have a level although the lint itself is off.
    if (own === "off" && !lint.name.startsWith("checkpatch-")) return [];
    const findings = lint.find(patch).flatMap((found): Finding[] => {
      const { message, type } = typeof found === "string" ? { message: found, type: null } : found;
      const level = (type === null ? undefined : levels.get(`checkpatch:${type}`)) ?? own;
      if (level === "off") return [];
      const name = type === null ? lint.name : `checkpatch:${type}`;
      return [{ patch: patch.name, branch: patch.branch, lint: name, level, message }];
    });
    return findings.slice(0, MAX_FINDINGS);
  });
}
