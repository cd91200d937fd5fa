// The git neighbour: reads objects, writes commits and moves refs of one repository, from and into its files where that is simple, else through git.
// It knows nothing of patches, queues or trees of Longarm; it runs no hook, and touches no work tree or index but those that work-tree.ts makes.

export type { CommitChange, CommitPlan, Ident, ParentRef } from "./commit-plan.ts";
export { cleanIdent } from "./commit-plan.ts";
export type { BlobEntry, BlockedEntry, TreeEntry, TreeFile } from "./entries.ts";
export type { FileChangeName, LogEntry, LogOptions } from "./history.ts";
export type { BackendAnswer, BackendRequest } from "./http-backend.ts";
export { runHttpBackend } from "./http-backend.ts";
export type { BlobId, CommitId, ObjectId, TreeId } from "./ids.ts";
export { parseBlobId, parseCommitId, parseTreeId } from "./ids.ts";
export type { GitObject, ObjectType } from "./object-reader.ts";
export type { Mainline, MainlineStep } from "./mainline.ts";
export { mainlineLimits } from "./mainline.ts";
export type { Stage, TreeMerge, UnmergedFile } from "./merge-trees.ts";
export type { CommitPair, CommitRange } from "./range-diff.ts";
export type { DiffAlgorithm, RangeCommit } from "./range.ts";
export type { RawChange, RawCommit } from "./raw-log.ts";
export { makeScratch } from "./scratch.ts";
export type { LoggedCommit, PatchLog, PatchLogLimits } from "./patch-log.ts";
export { patchLogLimits } from "./patch-log.ts";
export type { ReadBlobsOptions } from "./read-objects.ts";
export type { PushOutcome, RemoteUpdate } from "./remote.ts";
export { pushRefs, readRemoteRefs, shownRemote } from "./remote.ts";
export type { RefUpdate } from "./refs.ts";
export type { Git } from "./repository.ts";
export { initRepository, openGit } from "./repository.ts";
export type { GitOutput, RunOptions } from "./run.ts";
export type { ShownRefs } from "./shown-refs.ts";
export { showRefs } from "./shown-refs.ts";
export type { FileStatus } from "./status.ts";
export type { WorkFile, WorkTreePlan } from "./work-tree.ts";
export { makeWorkTree, readWorkTree, removeWorkTree, runInWorkTree } from "./work-tree.ts";
