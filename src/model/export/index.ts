// What leaves a mail archive ready to be used: a mailbox for `git am`, a quilt series, a record for programs.
// The patches in it are those of #model/queue's `composePatches`; nothing here knows a tree, or writes a file.

export type { IndexedMail, MailRecord } from "./mail-record.ts";
export { mailRecord, timeOf } from "./mail-record.ts";
export type { AmOptions } from "./am-mailbox.ts";
export { amMailbox } from "./am-mailbox.ts";
export { withCcTrailers } from "./cc-trailers.ts";
export { withoutCrlf } from "./line-ends.ts";
export type { PatchRecord, PostingRecord, RevisionRecord } from "./posting-record.ts";
export { patchRecord, postingRecord, trailerTexts } from "./posting-record.ts";
export type { EvidenceRecord, ShownPatch, ShownPosting, TagRecord } from "./shown-posting.ts";
export { shownPosting } from "./shown-posting.ts";
export { quiltFiles } from "./quilt-files.ts";
