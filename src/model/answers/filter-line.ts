// Filter words in one line of text, as a page's search field and address have them: what a shell does for the command line.

/**
 * The words of a line, apart by white space. Double quotes keep white space in a word, `author:"Ada L"`, and may be left open at the
 * end; a backslash before a quote or a backslash takes its meaning away.
 */
export function splitFilter(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (const [piece] of line.matchAll(/\\["\\]|[^]/gu)) {
    if (piece === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && /^\s$/u.test(piece)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + (piece.length === 2 && piece.startsWith("\\") ? piece.slice(1) : piece);
  }
  if (word !== null) words.push(word);
  return words;
}

/** The line that {@link splitFilter} reads as these words again. */
export function joinFilter(words: readonly string[]): string {
  return words
    .map((word) => {
      const safe = word.replace(/["\\]/g, "\\$&");
      if (safe !== "" && !/\s/u.test(safe)) return safe;
      const [, key = "", value = ""] = /^((?:not:)?[a-z]+:)?([^]*)$/u.exec(safe) ?? [];
      return `${key}"${value}"`;
    })
    .join(" ");
}
