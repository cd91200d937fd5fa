// Sentences about a base: "based on v6.8-rc3", "This series applies on top of mm-unstable", "Base: net-next/main".
// Reads shapes of words, no language; a sentence that names nothing like a commit, tag or branch says nothing.

/** What a text names as its base. */
export interface NamedBase {
  /** 12 to 64 hex digits. */
  readonly commit: string | null;
  /** Tag or branch as written. */
  readonly name: string | null;
}

const SENTENCE =
  /\b(?:(?:re)?based|appl(?:y|ies)|made|generated)\s+(?:cleanly\s+)?(?:up)?(?:on|to|against)\b:?\s+(?:top\s+of:?\s+)?([^\n]{1,160}(?:\n(?!\s*\n)[^\n]{1,80})?)/gi;
const LINE = /^base(?:line|[ -]?(?:branch|tree|tag))?[ \t]*:[ \t]*([^\n]{1,160})/gim;
/** Sentences that are read. */
const MAX_SENTENCES = 20;

/** The first sentence that names a commit, and the first that names a tag or branch. */
export function readNamedBase(text: string): NamedBase {
  let commit: string | null = null;
  let name: string | null = null;
  const places = [...text.matchAll(LINE), ...text.matchAll(SENTENCE)].slice(0, MAX_SENTENCES);
  for (const { 1: rest = "", index } of places) {
    // A quoted sentence is about another posting.
    if (/(?:^|\n)\s*>[^\n]*$/.test(text.slice(Math.max(0, index - 200), index + 1))) continue;
    const place = rest.replace(/\s+/g, " ");
    commit ??= /\b(?=[0-9a-f]*\d)([0-9a-f]{12,64})\b/.exec(place)?.[1] ?? null;
    name ??= refIn(place);
    if (commit !== null && name !== null) break;
  }
  return { commit, name };
}

const ARTICLES = "(?:(?:the|latest|current|today's)\\s+)*";

// In order of certainty: a tag of a release, a tag of a day, "branch X", "X branch", a word with a slash, and one with a hyphen that ends
// the sentence ("copy-on-write semantics" is no branch).
function refIn(place: string): string | null {
  const sentence = place.split(/[.,;](?:\s|$)|[()]/)[0] ?? "";
  return (
    /\bv\d+\.\d+(?:\.\d+)*(?:-[\w.-]*\w)?/.exec(place)?.[0] ??
    /\bnext-\d{8}\b/.exec(place)?.[0] ??
    /\b(?:branch|tag)\s+["'`]?(\w[\w./-]*\w)["'`]?/i.exec(sentence)?.[1] ??
    /["'`]?(\w[\w./-]*\w)["'`]?\s+(?:branch|tag)\b/i.exec(sentence)?.[1] ??
    new RegExp(`^${ARTICLES}["'\`]?([a-z][\\w.-]*(?:/[\\w.-]+)+)`, "i").exec(sentence)?.[1] ??
    new RegExp(`^${ARTICLES}["'\`]?([a-z]\\w*(?:-\\w+)+)["'\`]?(?=\\s*$|:|\\s+(?:tree|at|as of|commit)\\b)`, "i").exec(
      sentence,
    )?.[1] ??
    null
  );
}
