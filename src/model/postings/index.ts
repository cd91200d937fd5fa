// Postings: which mails make one version of a patch series, which posting replaces which, and the tags that replies gave.

export { isScissors, parsePatchMail } from "./patch-mail.ts";
export type { PatchMail } from "./patch-mail.ts";
export { parseSubject, printRevision } from "./parse-subject.ts";
export type { Revision, SubjectParts } from "./parse-subject.ts";
export type { BaseInfo } from "./base-info.ts";
export { parseBase } from "./base-info.ts";
export { findPostings } from "./find-postings.ts";
export { UNTHREADED_WINDOW } from "./group-patches.ts";
export type { Cover, Extra, FoundPostings, Posting, Reply } from "./posting.ts";
export type { CollectedTrailer, Evidence, SlotTrailers } from "./collect-trailers.ts";
export { collectTrailers } from "./collect-trailers.ts";
export type { Verdict } from "./judge-tag.ts";
export { judgeTag } from "./judge-tag.ts";
export type { LinkReason, RevisionChain, RevisionLink } from "./revision-chains.ts";
export { revisionChains, SUBJECT_WINDOW } from "./revision-chains.ts";
export { titleWords, wordOverlap } from "./title-words.ts";
export type { KeyKind, TagRules } from "./tag-rules.ts";
export { COMMON_ROBOTS, DEFAULT_RULES } from "./tag-rules.ts";
