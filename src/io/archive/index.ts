// Archives: messages in. Each kind gives bytes; what they mean is for #model/mail and #model/postings.

export type { ArchiveContent, ArchiveKind } from "./read-archive.ts";
export { archiveKind, MAX_ARCHIVE_BYTES, readArchive } from "./read-archive.ts";
