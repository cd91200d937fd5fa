// The store: a tree directory on disk. It reads and writes bytes; what they mean is the model's task.

export type { BuildMemory, BuiltPatch } from "./build-memory.ts";
export { firstKey, hasBuildMemory, nextKey, readBuildMemory, writeBuildMemory } from "./build-memory.ts";
export type { TreeBranch, TreeConfig } from "./config.ts";
export { parseConfig, presetNames, readWording, withBase } from "./config.ts";
export type { DatedWording, PatchSettings, Wording } from "./wording.ts";
export { wordingAt } from "./wording.ts";
export { namesIn, readIfThere } from "./disk.ts";
export type { Lock } from "./lock.ts";
export { takeLock, tryLock } from "./lock.ts";
export type { ArchiveConfig, AttestationSettings, MailSettings } from "./mail-settings.ts";
export { DEFAULT_MAIL } from "./mail-settings.ts";
export { writeNewDirectory, writeNewFile } from "./new-file.ts";
export type { OperationContext, OperationDone, TreeChange } from "./operation.ts";
export { runOperation } from "./operation.ts";
export type { PendingBuild } from "./pending-build.ts";
export { readPendingBuild, removePendingBuild, writePendingBuild } from "./pending-build.ts";
export type { PendingWork } from "./pending-work.ts";
export { leftWorkDirs, readPendingWork, removePendingWork, workDir, writePendingWork } from "./pending-work.ts";
export { readResolutions, resolutionFiles } from "./resolutions.ts";
export type { FileStamp, Tree } from "./tree.ts";
export {
  CONFIG_FILE,
  findTree,
  ledgerProblems,
  openTree,
  patchPath,
  patchStamp,
  PRIVATE_DIR,
  readConfigAbove,
  readLedger,
  readPatchBytes,
  readPatches,
  readQueue,
  SERIES_FILE,
} from "./tree.ts";
export type { TreeWatch } from "./watch.ts";
export { watchTree } from "./watch.ts";
