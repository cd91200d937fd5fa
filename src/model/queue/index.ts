// The queue: the series file and the patch files it names, as values.

export type { ComposedPatch, ComposeSettings } from "./compose.ts";
export { composePatches } from "./compose.ts";
export type { Place, SeriesUpdate } from "./arrange.ts";
export { markMerges, movePatches, namesOf, renamePatch, reorderPatches, setDisabled, updateSeries } from "./arrange.ts";
export { insertPatches, removePatches } from "./edit.ts";
export type { EditedPatch, PatchEdit } from "./edit-patch.ts";
export { editPatch } from "./edit-patch.ts";
export { fixesIn } from "./fixes.ts";
export type { Fix } from "./fold-trailers.ts";
export { foldTrailers } from "./fold-trailers.ts";
export type { PatchComparison } from "./compare-patches.ts";
export { changedPath, comparePatches } from "./compare-patches.ts";
export type { Match, MatchReason, RevisedPatch } from "./match-revision.ts";
export { matchRevision } from "./match-revision.ts";
export type { PatchFile } from "./patch-file.ts";
export { parsePatchFile } from "./patch-file.ts";
export type { HunkRefresh, TakenLine } from "./refresh-hunks.ts";
export type { FileRefresh, PushedPatch, RefreshedPatch } from "./refresh-patch.ts";
export { refreshPatch } from "./refresh-patch.ts";
export type { SeriesMerge, SeriesTouch } from "./merge-series.ts";
export { mergeSeries, seriesTouches } from "./merge-series.ts";
export type { Retagged } from "./retag.ts";
export { retagPatch } from "./retag.ts";
export { revertLines } from "./revert.ts";
export type { BranchName, DisabledPatch, PatchName, QueuedPatch, Queue, SeriesLine } from "./series.ts";
export {
  coverLetters,
  disabledOf,
  parseBranchName,
  parsePatchName,
  parseSeries,
  patchesOf,
  placedPatches,
  printSeries,
  showName,
  typedName,
} from "./series.ts";
export type { TrailerOrder } from "./trailer-order.ts";
export { orderTrailers, standingTags } from "./trailer-order.ts";
export type { MailedPeople } from "./mailed-people.ts";
export { fitsGlob, printPerson } from "./mailed-people.ts";
export type { ComposedCover } from "./compose-cover.ts";
export { composeCover, renameInCover } from "./compose-cover.ts";
export { REFILL_WIDTH, refill } from "./refill.ts";
