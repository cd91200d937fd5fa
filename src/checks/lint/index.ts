// Lint: what is wrong with a patch before others see it. Pure; gathering the facts is app's task.

export type { Finding, Level, Lint, LintedPatch, NamedCommit, Placement, Twin } from "./lint.ts";
export { LEVELS } from "./lint.ts";
export type { Levels } from "./lints.ts";
export { levelsOf, lintNamed, LINTS } from "./lints.ts";
export { FIXES, fixesTags } from "./lints/fixes.ts";
export type { StyleRemark } from "./parse-checkpatch.ts";
export { parseCheckpatch } from "./parse-checkpatch.ts";
export type { Person } from "./parse-maintainers.ts";
export { parseMaintainers } from "./parse-maintainers.ts";
export { runLints } from "./run-lints.ts";
