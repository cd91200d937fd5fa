// Archives: messages in. Each kind gives bytes; what they mean is for #model/mail and #model/postings.

export type { Archive, ArchivedMail, ArchiveOptions, ArchiveStep } from "./archive.ts";
export { archiveLimits } from "./archive.ts";
export type { ArchiveKind, OpenOptions } from "./open-archive.ts";
export { archiveKind, openArchive } from "./open-archive.ts";
export type { ArchiveContent } from "./read-archive.ts";
export { readArchive } from "./read-archive.ts";
export { remoteScheme } from "./remote/address.ts";
export type { RemoteOptions } from "./remote/options.ts";
export type { SecretSource } from "./remote/secret.ts";
export { wholeArchive } from "./whole-archive.ts";
export { fetchMessage, fetchThread } from "./web/fetch-thread.ts";
