// How alike two titles are, for guessing that one posting is a revision of another. No language knowledge.

/** The words of a title in lower case, each once. Underscores divide, so `cache_is_aliasing` and `cpu_dcache_is_aliasing` share words. */
export function titleWords(title: string): ReadonlySet<string> {
  return new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

/** Common words over all words (Jaccard index), 0 to 1; 0 when either has none. */
export function wordOverlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  let common = 0;
  for (const word of left) if (right.has(word)) common++;
  return common / (left.size + right.size - common);
}
