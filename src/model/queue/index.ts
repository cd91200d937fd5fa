// The queue: the series file and the patch files it names, as values.

export type { ComposedPatch, ComposeSettings } from "./compose.ts";
export { composePatches } from "./compose.ts";
export { insertPatches, removePatches, revertLines } from "./edit.ts";
export type { EditedPatch, PatchEdit } from "./edit-patch.ts";
export { editPatch } from "./edit-patch.ts";
export type { PatchFile } from "./patch-file.ts";
export { parsePatchFile } from "./patch-file.ts";
export type { HunkRefresh, TakenLine } from "./refresh-hunks.ts";
export type { FileRefresh, PushedPatch, RefreshedPatch } from "./refresh-patch.ts";
export { refreshPatch } from "./refresh-patch.ts";
export type { BranchName, PatchName, QueuedPatch, Queue, SeriesLine } from "./series.ts";
export { parseBranchName, parsePatchName, parseSeries, patchesOf, printSeries, showName, typedName } from "./series.ts";
