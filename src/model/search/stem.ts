// The stem of an English word by Porter's second algorithm (https://snowballstem.org/algorithms/english/stemmer.html),
// the one Xapian and so lore.kernel.org uses: "caching" finds "cache". What is no English word gets a stem all the same.

/** Longer words are their own stems; no English word is as long. */
export const MAX_STEMMED = 64;

/**
 * Whether lore would look for the stem of this word of a query: it is one word and begins with a lower-case letter
 * (or one of a script without case); names in capitals, numbers and phrases are meant as written.
 */
export function isStemmed(word: string): boolean {
  return /^[\p{Ll}\p{Lo}\p{Lm}\p{Lt}][\p{L}\p{M}\p{N}_]*$/u.test(word);
}

/** The stem of a word in lower case. A stem need not be a word. */
export function stemOf(word: string): string {
  if (word.length <= 2 || word.length > MAX_STEMMED || !/^[a-z0-9_]+$/.test(word)) return word;
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  // A capital Y is a consonant from here on.
  const marked = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  const r1 = /^(?:gener|commun|arsen)/.exec(marked)?.[0].length ?? regionAfter(marked, 0);
  const regions = { r1, r2: regionAfter(marked, r1) };
  const singular = step1a(marked);
  if (INVARIANT.has(singular)) return singular.toLowerCase();
  let stem = step1c(step1b(singular, regions));
  stem = longestSuffix(stem, STEP_2, regions);
  stem = longestSuffix(stem, STEP_3, regions);
  stem = longestSuffix(stem, STEP_4, regions);
  return step5(stem, regions).toLowerCase();
}

/** Offsets where the regions of the algorithm begin. */
interface Regions {
  readonly r1: number;
  readonly r2: number;
}

const IRREGULAR = new Map([
  ["skis", "ski"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["idly", "idl"],
  ["gently", "gentl"],
  ["ugly", "ugli"],
  ["early", "earli"],
  ["only", "onli"],
  ["singly", "singl"],
  ...["sky", "news", "howe", "atlas", "cosmos", "bias", "andes"].map((word) => [word, word] as const),
]);
const INVARIANT = new Set(["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"]);

const VOWEL = /[aeiouy]/;

// Behind the first consonant that follows a vowel.
function regionAfter(word: string, from: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
  return found === null ? word.length : from + found.index + 2;
}

// A short syllable at the end: consonant, vowel, consonant but w, x, Y; or a word of vowel and consonant only.
function endsShort(word: string): boolean {
  return /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$/.test(word);
}

function step1a(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(?:us|ss)$/.test(word) || !word.endsWith("s")) return word;
  return VOWEL.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function step1b(word: string, { r1 }: Regions): string {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed) return eed.index >= r1 ? `${word.slice(0, eed.index)}ee` : word;
  const suffix = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (suffix === null) return word;
  const rest = word.slice(0, suffix.index);
  if (!VOWEL.test(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return r1 >= rest.length && endsShort(rest) ? `${rest}e` : rest;
}

function step1c(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

/** What becomes of a suffix: which one replaces it, in which region it must be, what must stand before it. */
interface Rule {
  readonly suffix: string;
  readonly to: string;
  readonly region: keyof Regions;
  readonly behind?: RegExp;
}

function rules(region: keyof Regions, table: readonly (readonly [string, string, RegExp?])[]): readonly Rule[] {
  return table
    .flatMap(([suffixes, to, behind]) =>
      suffixes.split(" ").map((suffix) => ({ suffix, to, region, ...(behind && { behind }) })),
    )
    .toSorted((a, b) => b.suffix.length - a.suffix.length);
}

const STEP_2 = rules("r1", [
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["abli", "able"],
  ["entli", "ent"],
  ["izer ization", "ize"],
  ["ational ation ator", "ate"],
  ["alism aliti alli", "al"],
  ["fulness", "ful"],
  ["ousli ousness", "ous"],
  ["iveness iviti", "ive"],
  ["biliti bli", "ble"],
  ["ogi", "og", /l$/],
  ["fulli", "ful"],
  ["lessli", "less"],
  ["li", "", /[cdeghkmnrt]$/],
]);
const STEP_3 = [
  ...rules("r1", [
    ["tional", "tion"],
    ["ational", "ate"],
    ["alize", "al"],
    ["icate iciti ical", "ic"],
    ["ful ness", ""],
  ]),
  ...rules("r2", [["ative", ""]]),
].toSorted((a, b) => b.suffix.length - a.suffix.length);
const STEP_4 = rules("r2", [
  ["al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize", ""],
  ["ion", "", /[st]$/],
]);

// Only the longest suffix that the word has is looked at, whether its rule then applies or not.
function longestSuffix(word: string, table: readonly Rule[], regions: Regions): string {
  const rule = table.find(({ suffix }) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const at = word.length - rule.suffix.length;
  const rest = word.slice(0, at);
  return at >= regions[rule.region] && (rule.behind?.test(rest) ?? true) ? rest + rule.to : word;
}

function step5(word: string, { r1, r2 }: Regions): string {
  const at = word.length - 1;
  const rest = word.slice(0, -1);
  if (word.endsWith("e")) return at >= r2 || (at >= r1 && !endsShort(rest)) ? rest : word;
  return word.endsWith("ll") && at >= r2 ? rest : word;
}
