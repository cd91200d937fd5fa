// Branches: the queue as a plan of commits and refs.

export type { Person, PlannedCommit, Tip } from "./commit-of.ts";
export type {
  BranchSpec,
  BuildInput,
  BuildPlan,
  Outcome,
  PatchResult,
  PlannedBranch,
  Resumed,
  Start,
} from "./plan-build.ts";
export { planBuild, stretchesOf, touchedPaths } from "./plan-build.ts";
