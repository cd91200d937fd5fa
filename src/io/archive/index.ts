// Archives: messages in. Each kind gives bytes; what they mean is for #model/mail and #model/postings.

export type { Archive, ArchivedMail, ArchiveOptions, ArchiveStep } from "./archive.ts";
export { archiveLimits } from "./archive.ts";
export type { ArchiveKind } from "./open-archive.ts";
export { archiveKind, openArchive } from "./open-archive.ts";
export type { ArchiveContent } from "./read-archive.ts";
export { readArchive } from "./read-archive.ts";
