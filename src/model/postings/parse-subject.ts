// The grammar of patch subjects: `[PATCH v5 3/8] title` and everything else that people write. Reads words only, no mail.
import { REPLY, SHORT_WORD } from "./reply-words.ts";

/** A revision number. `v5.1` has a minor; a subject that states none is revision 1. */
export interface Revision {
  readonly major: number;
  readonly minor: number | null;
  readonly stated: boolean;
}

/** What a subject says. */
export interface SubjectParts {
  /** True when it begins with a reply or forward word in any common language. */
  readonly reply: boolean;
  /** Without reply words, bracket groups and a trailing `(v3)`; blanks collapsed. */
  readonly title: string;
  /** Words in brackets that have no meaning here: project, branch, list; in order, as written. */
  readonly prefixes: readonly string[];
  /** True when the word PATCH, or a counter, is there. */
  readonly patch: boolean;
  readonly revision: Revision;
  /** The 3 of `3/8`; 0 is a cover letter; null when there is no counter. */
  readonly counter: number | null;
  /** The 8 of `3/8`; null when there is no counter, or none but `3/n`. */
  readonly total: number | null;
  readonly rfc: boolean;
  readonly resend: boolean;
  /** What it says about an earlier mail of the posting; `v5.1` says nothing here, see `revision`. */
  readonly amends: Amends | null;
}

/** `replace`: takes its place (REPLACE, `10.1/12`, `3a/6`); `fix`: goes on top of it (`v16-fix`, FIXUP, a title "fixup! …"). */
export type Amends = "replace" | "fix";

/** Longer subjects are cut before parsing. */
export const MAX_SUBJECT = 2000;

const RE = /^re:\s*/i;
// "RESEND: [PATCH]", "RFC: [PATCH]".
const OUTSIDE = /^(rfc|resend|repost)\s*[:：]?\s*(?=\[)/i;
// What a mail gateway put before the subject: "*** SPAM ***".
const GATEWAY = /^(?:\*{2,}[^*[\]]{1,40}\*{2,}|\{[^{}]{1,40}\?\})\s*/;
// What a bug tracker puts before the subject of a mail with a patch: "Bug#123456: [PATCH]", "[Bug 123] " is a project's word.
const TRACKER = /^(?:bug\s*#?|issue\s*#?|#)\d{1,9}\s*[:.-]?\s*(?=\[)/i;
// Brackets forgotten: "PATCH v2 1/2: title", "PATCH: title"; a subsystem called patch has small letters and no number.
const BARE = /^(patch(?:[\s,]*v\d{1,3}(?:\.\d{1,3})?)?(?:[\s,]+\d{1,4}\/\d{1,4})?)\s*[:：]\s+/i;
// "(v3)", "[ver #2]", "(take 3)", "(v2, resend)" at the end.
const TAIL =
  /\s*[([]\s*(?:v|ver(?:sion)?|rev(?:ision)?|take|try)[\s.#]*(\d{1,3})(?:\.(\d{1,3}))?\s*(?:[,;]?\s*(resend|repost))?\s*[)\]]$/i;

/** Reads a decoded subject. Never fails: what is not understood stays in `prefixes` or `title`. */
export function parseSubject(subject: string): SubjectParts {
  let rest = subject.slice(0, MAX_SUBJECT).replace(/\s+/g, " ").trim().replace(GATEWAY, "");
  const said = newFacts();
  let reply = false;
  for (;;) {
    // Behind "[PATCH]" a short word with a colon is a subsystem.
    const word = isMarked(said) ? RE.exec(rest) : (REPLY.exec(rest) ?? SHORT_WORD.exec(rest));
    if (word !== null) {
      reply = true;
      rest = rest.slice(word[0].length);
      continue;
    }
    rest = rest.replace(TRACKER, "");
    const outside = OUTSIDE.exec(rest);
    if (outside !== null) {
      readWord(outside[1] ?? "", said);
      rest = rest.slice(outside[0].length);
    }
    const end = rest.startsWith("[") ? closingBracket(rest) : -1;
    if (end < 0) break;
    readGroup(rest.slice(1, end), said);
    // A colon after the group ("[PATCH]: title") is no part of the title.
    rest = rest.slice(end + 1).replace(/^[\s:]+/, "");
  }
  const bare = isMarked(said) ? null : BARE.exec(rest);
  if (bare?.[1] !== undefined && (/\d/.test(bare[1]) || bare[1] === "PATCH")) {
    readGroup(bare[1], said);
    rest = rest.slice(bare[0].length);
  }
  const tail = TAIL.exec(rest);
  if (tail !== null && said.revision === null) {
    setRevision(said, tail[1], tail[2]);
    if (tail[3] !== undefined) said.resend = true;
    rest = rest.slice(0, tail.index);
  }
  return {
    reply,
    title: rest.trim(),
    prefixes: said.prefixes,
    patch: said.patch || said.counter !== null,
    revision: said.revision ?? { major: 1, minor: null, stated: false },
    counter: said.counter,
    total: said.total,
    rfc: said.rfc,
    resend: said.resend,
    amends: said.amends ?? (/^(?:fixup|squash|amend)! /.test(rest) ? "fix" : null),
  };
}

/** `v5`, `v5.1`. */
export function printRevision({ major, minor }: Revision): string {
  return minor === null ? `v${major}` : `v${major}.${minor}`;
}

interface Facts {
  readonly prefixes: string[];
  patch: boolean;
  revision: Revision | null;
  counter: number | null;
  total: number | null;
  rfc: boolean;
  resend: boolean;
  amends: Amends | null;
}

function newFacts(): Facts {
  return {
    prefixes: [],
    patch: false,
    revision: null,
    counter: null,
    total: null,
    rfc: false,
    resend: false,
    amends: null,
  };
}

function isMarked({ patch, counter, rfc, revision }: Facts): boolean {
  return patch || rfc || counter !== null || revision !== null;
}

function closingBracket(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) return i;
  }
  return text.indexOf("]");
}

function readGroup(group: string, said: Facts): void {
  // "1 of 3" is Mercurial's counter, "take 2" and "version 2" are old spellings of a revision: one word each from here on.
  const words = group
    .replace(/[[\]]/g, " ")
    .replace(/\b(\d{1,4})\s*of\s*(\d{1,4})\b/gi, "$1/$2")
    .replace(/\bpatch[-_ ](?:set|series)\b/gi, "patchset")
    .replace(/(\d)\s*\/\s*(?=\d)/g, "$1/")
    .replace(/\b(?:take|try|version|ver|rev|v(?=\s))[\s.#]*(\d{1,3})(?![\d/])/gi, "v$1")
    .split(/[\s,;|]+/);
  for (const word of words) {
    const bare = word.replace(/^[(<{"':]+|[)>}"':.]+$/g, "");
    if (/[\p{L}\p{N}]/u.test(bare) && !readWord(bare, said)) said.prefixes.push(bare);
  }
}

// The last ones are how it is mistyped.
const PATCH_WORD = /^(?:patch|patches|patchset|patchs|pacth|pacht|ptach|pathc)$/i;

// True when the word has a meaning of its own and was taken.
function readWord(word: string, said: Facts): boolean {
  // "10.1/12" and "3a/6" stand beside 10/12 and 3/6.
  const counter = /^#?(\d{1,4})(\.\d{1,2}|[a-z])?\/(\d{1,4}|[nx?])$/i.exec(word);
  if (counter !== null) {
    if (said.counter !== null) return false;
    said.counter = Number(counter[1]);
    said.total = /\d/.test(counter[3] ?? "") ? Number(counter[3]) : null;
    if (counter[2] !== undefined) said.amends = "replace";
    return true;
  }
  const revision = /^v\.?(\d{1,3})(?:\.(\d{1,3}))?$/i.exec(word);
  if (revision !== null) {
    if (said.revision === null) setRevision(said, revision[1], revision[2]);
    return true;
  }
  const fixed = /^(v\.?\d{1,3}(?:\.\d{1,3})?)[-_]?fix(?:up)?$/i.exec(word)?.[1];
  if (fixed !== undefined) return readWord(fixed, said) && amend(said, "fix");
  if (/^-?(?:fix|fixup|fixlet|squash)$/i.test(word)) return amend(said, "fix");
  if (/^-?(?:fixed|replace|replaces|replacement|replacing|update|updated|corrected)$/i.test(word))
    return amend(said, "replace");
  if (PATCH_WORD.test(word)) return (said.patch = true);
  if (/^rfc$/i.test(word)) return (said.rfc = true);
  if (/^(?:resend|resent|repost|re-send|reposted)$/i.test(word)) return (said.resend = true);
  return readJoined(word, said);
}

// Words written without a blank between them: PATCHv3, PATCH1/8, v2PATCH, RESEND-PATCH, RFC/PATCH, RFCv2.
const JOINED = /^(.*?)(patch(?:es|set)?|rfc|resend|repost)(?![a-z])(.*)$/i;
const JOINED_REVISION = /^(.*?)(patch(?:es|set)?|rfc|resend|repost)(v\d.*)$/i;
const COUNTER_REVISION = /^(\d{1,4}\/\d{1,4})[-_]?(v\d.*)$|^(v\d{1,3}(?:\.\d{1,3})?)[-_:](\d{1,4}\/\d{1,4})$/i;

function readJoined(word: string, said: Facts): boolean {
  const pair = COUNTER_REVISION.exec(word);
  if (pair !== null) {
    for (const piece of pair.slice(1)) if (piece !== undefined && !readWord(piece, said)) said.prefixes.push(piece);
    return true;
  }
  const found = JOINED_REVISION.exec(word) ?? JOINED.exec(word);
  if (found === null) return false;
  const [, before = "", middle = "", after = ""] = found;
  // "dispatch" is a word of its own: what stands before must be separated or have a meaning itself.
  if (before !== "" && !/[^\p{L}]$/u.test(before) && !/^(?:rfc|resend)$/i.test(before)) return false;
  readWord(middle, said);
  for (const piece of [before, after]) {
    const bare = piece.replace(/^[-_/.#:+]+|[-_/.#:+]+$/g, "");
    if (bare !== "" && !readWord(bare, said)) said.prefixes.push(bare);
  }
  return true;
}

function amend(said: Facts, how: Amends): true {
  said.amends ??= how;
  return true;
}

function setRevision(said: Facts, major: string | undefined, minor: string | undefined): void {
  said.revision = { major: Number(major), minor: minor === undefined ? null : Number(minor), stated: true };
}
