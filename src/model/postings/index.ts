// Postings: which mails make one version of a patch series, which posting replaces which, and the tags that replies gave.

export { isInBodyHeader, isScissors, parsePatchMail } from "./patch-mail.ts";
export type { PatchMail } from "./patch-mail.ts";
export { parseSubject, printRevision } from "./parse-subject.ts";
export type { Amends, Revision, SubjectParts } from "./parse-subject.ts";
export type { BaseInfo, Dependency } from "./base-info.ts";
export { parseBase } from "./base-info.ts";
export type { Composition, SlotChoice } from "./composition.ts";
export { composedPosting, composition } from "./composition.ts";
export type { Fixlet } from "./fixlets.ts";
export { findPostings } from "./find-postings.ts";
export { UNTHREADED_WINDOW } from "./join-groups.ts";
export type { Cover, Extra, FoundPostings, Posting, Reply } from "./posting.ts";
export type { CollectedTrailer, Evidence, SlotTrailers } from "./collect-trailers.ts";
export { collectTrailers } from "./collect-trailers.ts";
export type { Verdict } from "./judge-tag.ts";
export { judgeTag } from "./judge-tag.ts";
export type { ChainTags, LostTag, PatchTags } from "./carry-tags.ts";
export { carryTags } from "./carry-tags.ts";
export { isSamePerson, personOf, scopeOf, tagIdentity } from "./same-tag.ts";
export type { TagFlag } from "./tag-flags.ts";
export type { Objection } from "./tag-objections.ts";
export type { LinkReason } from "./find-older.ts";
export type { Confidence, ManualLink, RevisionChain, RevisionLink } from "./revision-chains.ts";
export { revisionChains } from "./revision-chains.ts";
export type { KeyKind, TagRules, TagSettings } from "./tag-rules.ts";
export { DEFAULT_RULES, DEFAULT_TAG_SETTINGS, tagRules } from "./tag-rules.ts";
