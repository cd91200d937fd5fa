// One line of search, divided between those who can answer it: filters of the patch list, the mail search, and both. What the words
// mean is theirs.
import { FILTER_KEYS } from "#model/answers";
import { lexQuery } from "#model/search";

export interface SearchWords {
  /** Filter words for the list of patches; null when the line asks for mails only. */
  readonly patches: readonly string[] | null;
  /** A query for the mail search; null when the line asks for patches only. */
  readonly mails: string | null;
  /** Words without any prefix. */
  readonly bare: readonly string[];
}

const FILTER = new RegExp(`^(?:not:)?(?:${[...FILTER_KEYS, "text"].join("|")}):`);

/**
 * Divides a line. Words with a filter's key go to the patches, those with a prefix of the mail search to the mails, all others to both.
 * Operators and parentheses are the mail search's: patches are asked for each of the words between.
 */
export function searchWords(line: string): SearchWords {
  const words = line.match(/(?:[^\s"]+:)?"[^"]*"?|\S+/g) ?? [];
  const filters = words.filter((word) => FILTER.test(word));
  const rest = words.filter((word) => !FILTER.test(word)).join(" ");
  const lexemes = lexQuery(rest);
  const hasPrefix = lexemes.some((one) => (one.kind === "term" || one.kind === "open") && one.prefix !== null);
  // A word behind NOT must not stand there.
  const bare = lexemes.flatMap((one, index) => {
    if (one.kind !== "term" || one.prefix !== null) return [];
    const isNot = lexemes[index - 1]?.kind === "not";
    return [{ text: one.quoted ? one.text : one.text.replace(/\*+$/, ""), isNot }];
  });
  const told = bare.filter(({ text }) => text.trim() !== "");
  const asPatches = [
    ...filters.map((word) => word.replace(/:"([^"]*)"?$/, ":$1")),
    ...told.map(({ text, isNot }) => `${isNot ? "not:" : ""}text:${text}`),
  ];
  return {
    patches: hasPrefix && filters.length === 0 ? null : asPatches,
    mails: rest === "" || (filters.length > 0 && !hasPrefix) ? null : rest,
    bare: hasPrefix || filters.length > 0 ? [] : told.filter(({ isNot }) => !isNot).map(({ text }) => text),
  };
}
