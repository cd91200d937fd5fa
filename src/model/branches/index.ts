// Branches: the queue as a plan of commits and refs.

export type {
  BranchSpec,
  BuildInput,
  BuildPlan,
  Outcome,
  PatchResult,
  Person,
  PlannedBranch,
  PlannedCommit,
} from "./plan-build.ts";
export { planBuild, stretchesOf, touchedPaths } from "./plan-build.ts";
