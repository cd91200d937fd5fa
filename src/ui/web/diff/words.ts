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
/** Pairs of words compared for one pair of lines. */
const MAX_WORDS = 40_000;

/** Pairs taken away with inserted lines, by index, both rising; lines without a likeness are in no pair. */
export function pairLines(deleted: readonly string[], inserted: readonly string[]): (readonly [number, number])[] {
  if (deleted.length * inserted.length > MAX_PAIRS) {
    if (deleted.length !== inserted.length) return [];
    return deleted.map((_line, index) => [index, index] as const);
  }
  const likeness = deleted.map((old) => inserted.map((made) => alike(old, made)));
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

/** The words that differ; null when the lines have so little in common that marking would mark everything. */
export function changedWords(old: string, made: string): WordChanges | null {
  if (old === made || old.length > MAX_LINE || made.length > MAX_LINE || alike(old, made) < ALIKE) return null;
  const [before, after] = [wordsOf(old), wordsOf(made)];
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

/** Share of characters in words that both lines have. */
function alike(old: string, made: string): number {
  if (old === made) return 1;
  if (old.length > MAX_LINE || made.length > MAX_LINE) return 0;
  const counts = new Map<string, number>();
  let [common, all] = [0, 0];
  for (const word of wordsOf(old)) {
    if (word.trim() === "") continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    all += word.length;
  }
  for (const word of wordsOf(made)) {
    if (word.trim() === "") continue;
    all += word.length;
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    common += 2 * word.length;
  }
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
