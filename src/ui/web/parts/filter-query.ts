// The filter of a list as its address has it, in the words of `longarm list`: every filter is a URL, and a form without script makes it.
import { FILTER_KEYS, joinFilter, splitFilter } from "#model/answers";
import type { Filter } from "#model/answers";
import { UserError } from "#model/bytes";
import { filterOf } from "#app";
import type { TreeView } from "#app";

/** Characters of a filter that are read; more is no question. */
export const MAX_FILTER = 2000;

/** Words of which another one takes the place: no patch is in two branches. */
const ONE_OF = new Set(["branch", "older", "newer"]);

/** What an address asks for. */
export type AskedFilter =
  | { readonly kind: "filter"; readonly words: readonly string[]; readonly filter: Filter }
  /** The words as they were written, and why they are no filter. */
  | { readonly kind: "problem"; readonly words: readonly string[]; readonly problem: string; readonly hint: string };

/**
 * The words of `?q=`, and what a form adds to them: `add=state:held`, or keys of filters as names, `author=ada`. `isPlain` says that
 * they stand in `q` alone, as they should in the address that is shown.
 */
export function wordsOf(params: URLSearchParams): { readonly words: readonly string[]; readonly isPlain: boolean } {
  const words = splitFilter((params.get("q") ?? "").slice(0, MAX_FILTER));
  const spelled = FILTER_KEYS.flatMap((key) => params.getAll(key).map((value) => ({ key, value })));
  const added = [
    ...params.getAll("add"),
    ...spelled.flatMap(({ key, value }) => (value === "" ? [] : [`${key}:${value}`])),
  ].filter((word) => word !== "");
  const all = added.reduce((before, word) => [...before.filter((one) => !isReplaced(one, word)), word], words);
  return { words: all, isPlain: spelled.length === 0 && !params.has("add") };
}

function isReplaced(before: string, word: string): boolean {
  const [key = ""] = word.split(":");
  return before === word || (ONE_OF.has(key) && before.startsWith(`${key}:`));
}

/** The filter that the words make in this tree; what is wrong with them is a sentence to show. */
export function readFilter(view: TreeView, words: readonly string[]): AskedFilter {
  try {
    return { kind: "filter", words, filter: filterOf(view.tree, words, view.events) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "problem", words, problem: error.message, hint: error.hint ?? "" };
  }
}

/** The address of a list with these words. */
export function filteredHref(path: string, words: readonly string[]): string {
  return words.length === 0 ? path : `${path}?q=${encodeURIComponent(joinFilter(words))}`;
}
