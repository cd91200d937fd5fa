// Diffs: parse, print, place, apply, revert, count, identify. It knows files only as bytes; trees are in `files`.

export type { HunkOutcome, HunkSettings } from "./apply.ts";
export { applyHunks } from "./apply.ts";
export { applyBinary } from "./binary.ts";
export { blobId } from "./blob-id.ts";
export type { LineRun, Sliding } from "./compare.ts";
export { compareLines } from "./compare.ts";
export { hunksToApply } from "./line-ends.ts";
export type { Target } from "./names.ts";
export type { Run } from "./lines.ts";
export { equalLines, Lines, linesOf } from "./lines.ts";
export { makeHunks } from "./make-hunks.ts";
export { nameProblem, pathsOf, stripPath, targetOf } from "./names.ts";
export type { ComparedLine, NearPlace } from "./near.ts";
export { nearestPlace, sideBySide } from "./near.ts";
export { parseDiff } from "./parse.ts";
export { patchId, patchworkHash } from "./patch-id.ts";
export type { Pattern } from "./place.ts";
export { patternOf } from "./place.ts";
export { reverseFileDiff } from "./reverse.ts";
export { printDiff, printFileDiff, printHunkHead } from "./print.ts";
export type { FileStat } from "./stat.ts";
export { diffstat, statOf } from "./stat.ts";
export type { BinaryChange, BinaryHunk, Diff, FileDiff, FileMode, Hunk, HunkLine } from "./types.ts";
