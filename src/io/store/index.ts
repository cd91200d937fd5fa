// The store: a tree directory on disk. It reads and writes bytes; what they mean is the model's task.

export type { BuildMemory, BuiltPatch } from "./build-memory.ts";
export { contentHash, firstKey, hasBuildMemory, nextKey, readBuildMemory, writeBuildMemory } from "./build-memory.ts";
export type { MergePart, MergeSpec, OtherTree, TreeBranch, TreeConfig, WatchedRef } from "./tree-config.ts";
export { parseConfig, presetNames, readWording } from "./config.ts";
export { withBase } from "./config-base.ts";
export type { DatedWording, PatchSettings, Wording } from "./wording.ts";
export { wordingAt } from "./wording.ts";
export type { AccessToken, TokenRight } from "./access-tokens.ts";
export { holderOf, makeToken, readTokens, writeTokens } from "./access-tokens.ts";
export type { SendingConfig } from "./config-sending.ts";
export type { WebConfig, Webhook } from "./config-web.ts";
export { namesIn, readIfThere } from "./disk.ts";
export type { LintMemory } from "./lint-memory.ts";
export { lintKey, readLintMemory, writeLintMemory } from "./lint-memory.ts";
export type { Lock } from "./lock.ts";
export { takeLock, tryLock } from "./lock.ts";
export type { ArchiveConfig, AttestationSettings, MailSettings } from "./mail-settings.ts";
export { DEFAULT_MAIL } from "./mail-settings.ts";
export { writeNewDirectory, writeNewFile } from "./new-file.ts";
export type { OperationContext, OperationDone, TreeChange } from "./operation.ts";
export { operationId, runOperation, withdrawals } from "./operation.ts";
export type { Landing } from "./land.ts";
export { landCommits } from "./land.ts";
export type { PendingSync, SyncAnswer } from "./pending-sync.ts";
export { readPendingSync, removePendingSync, writePendingSync } from "./pending-sync.ts";
export type { MailPlace } from "./outbox.ts";
export {
  appendOutboxLog,
  finishDigests,
  mailNames,
  mailsOnTheirWay,
  nextMailNumber,
  outboxState,
  placeMail,
  readMail,
  readOutboxLog,
  writeDigest,
} from "./outbox.ts";
export type { PendingBuild, PendingRef } from "./pending-build.ts";
export { readPendingBuild, removePendingBuild, writePendingBuild } from "./pending-build.ts";
export type { PendingPublish } from "./pending-publish.ts";
export { readPendingPublish, removePendingPublish, writePendingPublish } from "./pending-publish.ts";
export type { PendingWork } from "./pending-work.ts";
export { leftWorkDirs, readPendingWork, removePendingWork, workDir, writePendingWork } from "./pending-work.ts";
export { readFetchedTrees, printFetchedTrees, TREES_FILE } from "./fetched-trees.ts";
export { readResolutions, resolutionFiles } from "./resolutions.ts";
export type { PrivateNote } from "./private-notes.ts";
export { addPrivateNotes, readPrivateNotes } from "./private-notes.ts";
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
export { mailStamp, treeStamp } from "./stamps.ts";
export type { TreeWatch } from "./watch.ts";
export { watchTree } from "./watch.ts";
export type { WatchedLook, WatchMemory } from "./watch-memory.ts";
export { readWatchMemory, writeWatchMemory } from "./watch-memory.ts";
export type { DeadLetter } from "./webhook-state.ts";
export {
  deadLetters,
  forgetRetry,
  hookKey,
  keepDeadLetter,
  lettersToRetry,
  readHook,
  retryLetter,
  tryHookLock,
  writeHook,
} from "./webhook-state.ts";
