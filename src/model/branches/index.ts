// Branches: the queue as a plan of commits and refs.

export { BELOW, belowName, inBranchOrder, lowestPatches } from "./below.ts";
export { differingEnd, FOLDED } from "./folded.ts";
export type { Dependency } from "./dependencies.ts";
export { dependenciesOf } from "./dependencies.ts";
export { dependencyDot } from "./dependency-graph.ts";
export type { ListedTree } from "./trees-file.ts";
export { parseTreesFile } from "./trees-file.ts";
export type { Merged } from "./merge-commit.ts";
export { mergeDate, mergeMessage } from "./merge-commit.ts";
export { orderByDependency, orderByGroup } from "./order.ts";
export { pathsToDiagnose, neededContents } from "./diagnose-history.ts";
export type { PlanToDiagnose } from "./diagnose-history.ts";
export type {
  Blame,
  ChangedText,
  Diagnosis,
  DiagnosisRow,
  FileDiagnosis,
  HunkDiagnosis,
  QueueDiagnosis,
  RowText,
  Searched,
} from "./diagnose.ts";
export { describeBlame, describeFileBlame, describeHunk } from "./describe-result.ts";
export { diagnosePlan } from "./diagnose.ts";
export type { Person, PlannedCommit, Tip } from "./planned-commit.ts";
export type {
  BranchSpec,
  BuildInput,
  BuildMerging,
  BuildPlan,
  Outcome,
  PatchResult,
  PlannedBranch,
  Resumed,
  Start,
} from "./plan-build.ts";
export { planBuild, stretchesOf, touchedPaths } from "./plan-build.ts";
export type { RejectedGroup } from "./rejected-groups.ts";
export { isThereAlready, rejectedGroups } from "./rejected-groups.ts";
export type { Candidate, EnterRules, Missing } from "./promotion.ts";
export { missingFor, NO_RULES } from "./promotion.ts";
export type { Evidence, EvidenceKind, Reverts, Upstream } from "./upstream.ts";
export { judgeUpstream, makeReverts } from "./upstream.ts";
export type { ClueIndex, SeenCommit, SoughtPatch } from "./upstream-clues.ts";
export { clueIndexOf } from "./upstream-clues.ts";
export type { PatchForm, Presence } from "./upstream-content.ts";
export { presenceOf } from "./upstream-content.ts";
export { diffOfChanges } from "./upstream-diff.ts";
export type { LogClues } from "./upstream-log.ts";
export { cluesInLog, messageIdsIn } from "./upstream-log.ts";
