// Files of a source tree as values: a base snapshot, and patches pushed onto it.

export { changesOf } from "./changed-files.ts";
export type { BaseEntry, FileEntry, Files } from "./files.ts";
export { fileAt, filesOf } from "./files.ts";
export type { FileConflict, MergedWith, Merging } from "./merge-change.ts";
export { pushAll, pushPatch, tryPush } from "./push.ts";
export type { FileChange, FileOutcome, PushOutcome, PushSettings, PushTrial } from "./push-outcome.ts";
