// Which words changed between a line that was taken away and the one that came in its place, and which line that is. Both are
// guesses for the eye: bounded, and given up where lines have little in common.

/** Characters `[start, end)` of a line. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface WordChanges {
  readonly old: readonly Span[];
  readonly made: readonly Span[];
}

/** Pairs of lines that are compared to find who belongs to whom; of more, lines in the same place are pairs. */
const MAX_PAIRS = 1600;
/** Share of the characters of both lines that must be common for one to be a version of the other. */
const ALIKE = 0.4;
/** Longer lines, in characters, are not compared. */
const MAX_LINE = 1000;
/** Words of lines looked up in other lines to find who belongs to whom: code has ten words a line, what is made to cost has hundreds. */
const MAX_LOOKUPS = 40_000;
/** Pairs of words compared for one pair of lines. */
const MAX_WORDS = 40_000;

/** Pairs taken away with inserted lines, by index, both rising; lines without a likeness are in no pair. */
export function pairLines(deleted: readonly string[], inserted: readonly string[]): (readonly [number, number])[] {
  if (deleted.length * inserted.length > MAX_PAIRS) return inPlace(deleted, inserted);
  const [before, after] = [deleted.map(bagOf), inserted.map(bagOf)];
  if (Math.min(wordsIn(before) * after.length, wordsIn(after) * before.length) > MAX_LOOKUPS)
    return inPlace(deleted, inserted);
  const likeness = before.map((old) => after.map((made) => alike(old, made)));
  // best[i][j]: the most likeness that can be had of lines from i and from j on.
  const best = Array.from({ length: deleted.length + 1 }, () => new Float64Array(inserted.length + 1));
  for (let i = deleted.length - 1; i >= 0; i -= 1) {
    for (let j = inserted.length - 1; j >= 0; j -= 1) {
      const skip = Math.max(best[i + 1]?.[j] ?? 0, best[i]?.[j + 1] ?? 0);
      const share = likeness[i]?.[j] ?? 0;
      const row = best[i];
      if (row !== undefined) row[j] = share < ALIKE ? skip : Math.max(skip, share + (best[i + 1]?.[j + 1] ?? 0));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < deleted.length && j < inserted.length;) {
    const here = best[i]?.[j] ?? 0;
    if (here === (best[i + 1]?.[j] ?? 0)) i += 1;
    else if (here === (best[i]?.[j + 1] ?? 0)) j += 1;
    else {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    }
  }
  return pairs;
}

/** Lines in the same place, where there are as many on both sides. */
function inPlace(deleted: readonly string[], inserted: readonly string[]): (readonly [number, number])[] {
  return deleted.length === inserted.length ? deleted.map((_line, index) => [index, index] as const) : [];
}

/** The words that differ; null when the lines have so little in common that marking would mark everything. */
export function changedWords(old: string, made: string): WordChanges | null {
  if (old === made || old.length > MAX_LINE || made.length > MAX_LINE) return null;
  const [before, after] = [wordsOf(old), wordsOf(made)];
  if (alike(bagOfWords(old, before), bagOfWords(made, after)) < ALIKE) return null;
  const keptOld = new Uint8Array(before.length);
  const keptMade = new Uint8Array(after.length);
  let [start, oldEnd, madeEnd] = [0, before.length, after.length];
  while (start < oldEnd && start < madeEnd && before[start] === after[start]) start += 1;
  while (oldEnd > start && madeEnd > start && before[oldEnd - 1] === after[madeEnd - 1]) {
    oldEnd -= 1;
    madeEnd -= 1;
  }
  keptOld.fill(1, 0, start).fill(1, oldEnd);
  keptMade.fill(1, 0, start).fill(1, madeEnd);
  if ((oldEnd - start) * (madeEnd - start) <= MAX_WORDS) {
    for (const [i, j] of commonWords(before.slice(start, oldEnd), after.slice(start, madeEnd))) {
      keptOld[start + i] = 1;
      keptMade[start + j] = 1;
    }
  }
  return { old: spansOf(before, keptOld), made: spansOf(after, keptMade) };
}

function wordsOf(line: string): readonly string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** What is in a line, in no order; nothing in one that is too long. */
interface Bag {
  readonly line: string;
  readonly counts: ReadonlyMap<string, number>;
  /** Characters of all words. */
  readonly length: number;
}

function bagOf(line: string): Bag {
  return bagOfWords(line, line.length > MAX_LINE ? [] : wordsOf(line));
}

function bagOfWords(line: string, words: readonly string[]): Bag {
  const counts = new Map<string, number>();
  let length = 0;
  for (const word of words) {
    if (word.trim() === "") continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    length += word.length;
  }
  return { line, counts, length };
}

function wordsIn(bags: readonly Bag[]): number {
  return bags.reduce((sum, { counts }) => sum + counts.size, 0);
}

/** Share of characters in words that both lines have. */
function alike(old: Bag, made: Bag): number {
  if (old.line === made.line) return 1;
  const all = old.length + made.length;
  const [few, many] = old.counts.size < made.counts.size ? [old, made] : [made, old];
  let common = 0;
  for (const [word, count] of few.counts) common += 2 * word.length * Math.min(count, many.counts.get(word) ?? 0);
  return all === 0 ? 0 : common / all;
}

/** The longest common subsequence, as pairs of indexes. */
function commonWords(old: readonly string[], made: readonly string[]): (readonly [number, number])[] {
  const width = made.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = made.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        old[i] === made[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < old.length && j < made.length;) {
    if (old[i] === made[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** What is not kept, as spans; blanks between two of them join them. */
function spansOf(words: readonly string[], kept: Uint8Array): Span[] {
  const spans: { start: number; end: number }[] = [];
  let at = 0;
  for (const [index, word] of words.entries()) {
    const last = spans.at(-1);
    if (kept[index] === 0) {
      if (last?.end === at) last.end = at + word.length;
      else spans.push({ start: at, end: at + word.length });
    } else if (word.trim() === "" && last?.end === at && kept[index + 1] === 0) last.end = at + word.length;
    at += word.length;
  }
  return spans;
}
