// The mail index: what all archives hold, in one SQLite file that can be made anew from them at any time.
// It stores and finds mails; what was posted in them is for #model/postings.

export type { MailIndex } from "./open-index.ts";
export { INDEX_FILE, openExistingIndex, openMailIndex, withDamageTold } from "./open-index.ts";
export type { OpenByName } from "./read-mails.ts";
export { readMails } from "./read-mails.ts";
export type { Found, FoundMail, SearchLimits } from "./search-mails.ts";
export { allMails, describeMails, rootOfThread, searchMails, subjectOf } from "./search-mails.ts";
export type { IndexedArchive, SyncReport } from "./sync-archive.ts";
export { forgetArchive, indexedArchives, syncArchive } from "./sync-archive.ts";
export { MAX_RELATED_MAILS, relatedMails, relatedMailsSince } from "./related-threads.ts";
export { mailsOfThread, threadsOf } from "./threads.ts";
