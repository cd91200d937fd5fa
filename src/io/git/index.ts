// The git neighbour: reads objects, writes commits and moves refs of one repository through long-lived git processes.
// It knows nothing of patches, queues or trees of Longarm; it runs no hook, and never touches a work tree or index itself.

export type { CommitChange, CommitPlan, Ident, ParentRef } from "./commit-plan.ts";
export { cleanIdent } from "./commit-plan.ts";
export type { BlobEntry, BlockedEntry, TreeEntry, TreeFile } from "./entries.ts";
export type { FileChangeName, LogEntry, LogOptions } from "./history.ts";
export type { BlobId, CommitId, ObjectId, TreeId } from "./ids.ts";
export { parseBlobId, parseCommitId, parseTreeId } from "./ids.ts";
export type { GitObject, ObjectType } from "./object-reader.ts";
export type { ReadBlobsOptions } from "./read-objects.ts";
export type { RefUpdate } from "./refs.ts";
export type { Git } from "./repository.ts";
export { initRepository, openGit } from "./repository.ts";
export type { GitOutput, RunOptions } from "./run.ts";
export type { FileStatus } from "./status.ts";
