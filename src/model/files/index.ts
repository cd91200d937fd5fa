// Files of a source tree as values: a base snapshot, and patches pushed onto it.

export type { BaseEntry, FileEntry, Files } from "./files.ts";
export { fileAt, filesOf } from "./files.ts";
export type { FileChange, FileOutcome, PushOutcome, PushSettings } from "./push.ts";
export { pushAll, pushPatch } from "./push.ts";
