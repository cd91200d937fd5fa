// Where a hunk that fits nowhere was probably meant to go, and how what it expects differs from what stands there.
// For reports to people only; nothing is applied by it.
import type { Bytes } from "#model/bytes";
import { concatBytes } from "#model/bytes";
import { compareLines } from "./compare.ts";
import type { FlatText } from "./intern-lines.ts";
import { flatText, internLines } from "./intern-lines.ts";
import { Lines } from "./lines.ts";
import type { Pattern } from "./place.ts";

/** A place for a pattern, however bad. */
export interface NearPlace {
  /** Line of the file, 1-based, where the pattern's first line belongs; 0 or less when the lines above are missing. */
  readonly line: number;
  /** Lines of the pattern that stand exactly where they would be, of `pattern.lines.length`. */
  readonly matching: number;
}

/** One row of a comparison; at least one of `expected` and `found` is there. Texts are bytes with their line end. */
export interface ComparedLine {
  readonly expected: Bytes | null;
  /** What the file has; `line` is its number in the file, 1-based. */
  readonly found: { readonly line: number; readonly text: Bytes } | null;
  readonly same: boolean;
}

/** Lines of a pattern that are looked for. */
const MAX_PATTERN = 5000;
/** Occurrences of one line that speak for a place; when there are more, those nearest to the guess. */
const MAX_OCCURRENCES = 100;
/** What a line with a word in it counts, shared among its occurrences, and what each gets at least. */
const WORD_WEIGHT = 64;
const LEAST_WORD_WEIGHT = 2;
/** What a blank line or a lone brace counts. */
const FILLER_WEIGHT = 1;

/**
 * The place where the most of the pattern's lines stand, distinctive ones counting more; of equals the one nearest to
 * `guess` (1-based); null when none of its lines is in the file.
 */
export function nearestPlace(file: Lines, pattern: Pattern, guess: number): NearPlace | null {
  const wanted = patternText(pattern, MAX_PATTERN);
  const text = flatText(wanted);
  const numbers = internLines(file, wanted);
  const occurrences = new Occurrences(numbers.before, numbers.count);
  const votes = new Map<number, NearPlace & { readonly weight: number }>();
  for (const [index, number] of numbers.after.entries()) {
    const { lines, count } = occurrences.near(number, guess - 1 + index);
    const weight = hasWord(text, index) ? Math.max(WORD_WEIGHT / count, LEAST_WORD_WEIGHT) : FILLER_WEIGHT;
    for (const at of lines) {
      const line = at - index + 1;
      const vote = votes.get(line);
      votes.set(line, { line, weight: (vote?.weight ?? 0) + weight, matching: (vote?.matching ?? 0) + 1 });
    }
  }
  const away = (line: number): number => Math.abs(line - guess);
  let best: (NearPlace & { readonly weight: number }) | null = null;
  for (const vote of votes.values()) {
    const nearer =
      best === null || vote.weight > best.weight || (vote.weight === best.weight && away(vote.line) < away(best.line));
    if (nearer) best = vote;
  }
  return best && { line: best.line, matching: best.matching };
}

/** Lines of the file around the pattern's place that are compared too, because lines may have come or gone. */
const MARGIN = 3;

/**
 * What the pattern expects beside what the file has around `line` (1-based, from {@link nearestPlace}), in order.
 * The rows hold every expected line once, and every line of the file between the first and the last row once.
 */
export function sideBySide(file: Lines, pattern: Pattern, line: number): ComparedLine[] {
  const wanted = patternText(pattern, pattern.lines.length);
  const exact = compareAround(file, wanted, line, 0);
  const wider = compareAround(file, wanted, line, MARGIN);
  // Lines further away are of use only when more of the pattern stands there.
  return sameRows(wider) > sameRows(exact) ? wider : exact;
}

function sameRows(rows: readonly ComparedLine[]): number {
  return rows.reduce((sum, row) => sum + Number(row.same), 0);
}

function compareAround(file: Lines, wanted: Lines, line: number, margin: number): ComparedLine[] {
  const from = Math.min(Math.max(line - 1 - margin, 0), file.count);
  const to = Math.min(Math.max(line - 1 + wanted.count + margin, from), file.count);
  const [old, made] = [flatText(wanted), flatText(file)];
  const rows: ComparedLine[] = [];
  const add = (expected: number | null, found: number | null, same: boolean): void => {
    rows.push({
      expected: expected === null ? null : lineOf(old, expected),
      found: found === null ? null : { line: from + found + 1, text: lineOf(made, from + found) },
      same,
    });
  };
  let [oldAt, newAt] = [0, 0];
  for (const run of compareLines(wanted, stretchOf(made, from, to))) {
    while (oldAt < run.oldStart) add(oldAt++, newAt++, true);
    // Above the first line that both have, what is too much in the file is what stands higher up.
    if (run.oldStart === 0 && run.oldEnd < wanted.count) {
      while (run.newEnd - newAt > run.oldEnd) add(null, newAt++, false);
    }
    while (oldAt < run.oldEnd || newAt < run.newEnd) {
      add(oldAt < run.oldEnd ? oldAt++ : null, newAt < run.newEnd ? newAt++ : null, false);
    }
  }
  while (oldAt < wanted.count) add(oldAt++, newAt++, true);
  const first = rows.findIndex((row) => row.expected !== null);
  return first < 0 ? rows : rows.slice(first, rows.findLastIndex((row) => row.expected !== null) + 1);
}

/** The first lines that the pattern wants, as a text. */
function patternText({ body, lines }: Pattern, limit: number): Lines {
  const taken = lines.slice(0, limit).map(({ start, end }) => body.subarray(start, end));
  const starts = new Uint32Array(taken.length + 1);
  for (const [index, line] of taken.entries()) starts[index + 1] = (starts[index] ?? 0) + line.length;
  return stretchOf({ bytes: concatBytes(taken), starts }, 0, taken.length);
}

function stretchOf({ bytes, starts }: FlatText, from: number, to: number): Lines {
  return new Lines(from < to ? [{ bytes, starts, from, to }] : []);
}

function lineOf({ bytes, starts }: FlatText, line: number): Bytes {
  return bytes.subarray(starts[line], starts[line + 1]);
}

function hasWord(text: FlatText, line: number): boolean {
  return lineOf(text, line).some((byte) => {
    const letter = byte | 0x20;
    return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
  });
}

/** Where each line of a text occurs, by its number. */
class Occurrences {
  /** All lines of the text, those of one number together and in order. */
  readonly #lines: Int32Array;
  /** Where in `#lines` each number begins. */
  readonly #begins: Int32Array;

  constructor(numbers: Int32Array, count: number) {
    this.#begins = new Int32Array(count + 1);
    for (const number of numbers) this.#begins[number + 1] = (this.#begins[number + 1] ?? 0) + 1;
    for (let number = 0; number < count; number++) {
      this.#begins[number + 1] = (this.#begins[number + 1] ?? 0) + (this.#begins[number] ?? 0);
    }
    const next = this.#begins.slice();
    this.#lines = new Int32Array(numbers.length);
    for (const [line, number] of numbers.entries()) {
      const at = next[number] ?? 0;
      this.#lines[at] = line;
      next[number] = at + 1;
    }
  }

  /** Occurrences (0-based) of a line, at most MAX_OCCURRENCES around `target`, and how many there are in all. */
  near(number: number, target: number): { readonly lines: Int32Array; readonly count: number } {
    const all = this.#lines.subarray(this.#begins[number], this.#begins[number + 1]);
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle] ?? 0) < target) low = middle + 1;
      else high = middle;
    }
    const from = Math.max(0, Math.min(low - MAX_OCCURRENCES / 2, all.length - MAX_OCCURRENCES));
    return { lines: all.subarray(from, from + MAX_OCCURRENCES), count: all.length };
  }
}
