// The file name that a patch gets from the subject of its mail. Once given, a name is the patch's identity and never follows the subject.

/** Longest stem made from a subject, so that name, suffixes (`-fix-2`) and `.patch` stay below the 255 bytes of file systems. */
const MAX_STEM = 200;
/** Longer subjects are cut before anything else. */
const MAX_SUBJECT = 2000;
const REPLY = /^\s*(?:re|fwd?|aw):/i;

/**
 * The file name for the subject of the submission, which may still have its tags and `Re:`.
 * `[...]` goes, lower-case; blanks, `/` and `:` become `-`; all but `a-z 0-9 _ = % -` vanishes; no `-` doubled or at an end; `.patch`.
 * Never empty (`patch.patch`), and a name made here gives itself.
 * Source: the names of the -mm tree, 253 of 257 with known subjects (the others were made by hand), and its maintainer's words of 2012.
 */
export function noticeName(subject: string): string {
  return `${slug(stemOf(subject) ?? withoutTags(subject.slice(0, MAX_SUBJECT)))}.patch`;
}

/** `name` if it is free, else the first free of `STEM-2.patch`, `STEM-3.patch` … */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const stem = name.replace(/\.patch$/, "");
  // Ends: only `taken.size` numbers can be taken.
  for (let number = 2; ; number++) {
    const next = `${stem}-${number}.patch`;
    if (!taken.has(next)) return next;
  }
}

function slug(text: string): string {
  const letters = text
    .toLowerCase()
    .replace(/[\s/:]+/g, "-")
    .replace(/[^a-z0-9_=%-]/g, "")
    .replace(/-+/g, "-");
  const start = letters.startsWith("-") ? 1 : 0;
  const stem = letters.slice(start, start + MAX_STEM).replace(/-$/, "");
  return stem === "" ? "patch" : stem;
}

/** A subject that is a file name already: made by hand for a fix-up, or here. */
function stemOf(subject: string): string | null {
  return /^([a-z0-9_=%-]+)\.patch$/.exec(subject)?.[1] ?? null;
}

function withoutTags(subject: string): string {
  let rest = subject.replace(/\[[^\]]*\]/g, "");
  for (let found = REPLY.exec(rest); found !== null; found = REPLY.exec(rest)) rest = rest.slice(found[0].length);
  return rest;
}
