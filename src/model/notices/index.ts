// Notices: the mails that tell people what happened to a patch, as values and as text, and the file name a subject gives.
// The wording is data (a preset's `[notices]` table); sending them is no task of the model.

export { addedNotice, removedNotice } from "./notice.ts";
export type { Announced, Notice, NoticeBase, Removal } from "./notice.ts";
export { printNotice } from "./print-notice.ts";
export type { DigestTemplate, MailTemplate, NoticeTemplates, ReasonTemplate, RecipientRule } from "./templates.ts";
export type { Digest } from "./digest.ts";
export { digestNotice } from "./digest.ts";
export type { ReceivedNotice } from "./received.ts";
export { readReceived } from "./received.ts";
export type { Uploaded } from "./uploaded.ts";
export { uploadedNotice } from "./uploaded.ts";
export type { Difference, VerifiedNotice } from "./verify-notice.ts";
export { verifyNotice } from "./verify-notice.ts";
export { checkTemplates } from "./check-templates.ts";
export { noticeName, uniqueName } from "./notice-name.ts";
export { noticeDiff } from "./notice-diff.ts";
export { patchBlock } from "./patch-block.ts";
export type { DiffStyle, PatchParts } from "./patch-block.ts";
export { noticeRecipients } from "./recipients.ts";
export type { NoticeTrailer } from "./recipients.ts";
export { addressesIn } from "./addresses.ts";
export { roster } from "./roster.ts";
export type { RosterEntry } from "./roster.ts";
export { compareIgnoringPunctuation } from "./collation.ts";
export { contentDigest, messageIdFor } from "./message-id.ts";
export type { NoticeDate } from "./notice-date.ts";
export { printDate } from "./notice-date.ts";
