// Merges of three texts: the merged text or its conflicts as values, their print with markers, their resolutions.
// It knows texts only; files, modes and names are in `files`.

export type { MarkerStyle, Sides } from "./combine.ts";
export type { Labels } from "./markers.ts";
export { hasMarkers, printConflict } from "./markers.ts";
export type { Conflict, ConflictRegion, MergePiece, MergeResult, RegionSide } from "./merge-lines.ts";
export { mergeLines } from "./merge-lines.ts";
export type { ConflictId, Resolution } from "./resolution.ts";
export { conflictId, markedText, replay } from "./resolution.ts";
