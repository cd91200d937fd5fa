// Answers: what queue and ledger say to the questions that people have about a patch, for the command line and for pages.

export type { BranchBuild, BranchProgress } from "./branch-builds.ts";
export { branchProgress } from "./branch-builds.ts";
export type { Asked, Candidate, Found } from "./find.ts";
export { findAsked, looksLikeCommit, messageIdsOf, titleKey } from "./find.ts";
export type { Condition, Filter, FilterKey } from "./filter.ts";
export { FILTER_KEYS, isKnownState, matches, parseFilter, STATES, wantsGone } from "./filter.ts";
export { joinFilter, splitFilter } from "./filter-line.ts";
export type { GivenTag, TagFate } from "./given-tags.ts";
export { givenTags, isTaken } from "./given-tags.ts";
export type { LastBuilt } from "./last-built.ts";
export { lastBuiltOf } from "./last-built.ts";
export type { Arrival, Gone, Life, Stay } from "./life.ts";
export { emptyLife, livesOf } from "./life.ts";
export type { KnownConflict } from "./open-conflicts.ts";
export { conflictKey, openConflicts } from "./open-conflicts.ts";
export type { QueueSize } from "./queue-sizes.ts";
export { queueSizes } from "./queue-sizes.ts";
export { STANDARD_REASONS } from "./reasons.ts";
export type { PatchRow } from "./row.ts";
