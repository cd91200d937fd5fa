// Applies the hunks of one file change to the file's lines, hunk by hunk, each with its outcome.
// It knows nothing of names, modes or other files; see `files` for those.
import type { Bytes } from "#model/bytes";
import { concatBytes, lineStarts } from "#model/bytes";
import type { Lines, Pattern } from "./place.ts";
import { patternOf, placeHunk } from "./place.ts";
import type { Hunk } from "./types.ts";

/** What became of one hunk. Lines are 1-based. */
export type HunkOutcome =
  | {
      readonly kind: "applied";
      /** Where the hunk's first line now stands in the new file. */
      readonly line: number;
      /** Lines between the header's place and the real one, as GNU patch reports it. */
      readonly offset: number;
      /** Context lines ignored at each end. */
      readonly fuzz: number;
    }
  | {
      readonly kind: "rejected";
      /** Where the hunk was looked for first, in the old file. */
      readonly line: number;
      /** The smallest fuzz over the limit with which it would have applied. */
      readonly fuzzNeeded: number | null;
      /** Line where the file already has what the hunk would make. */
      readonly alreadyAt: number | null;
    };

export interface HunkSettings {
  /** Most context lines that may be ignored at each end: 2 for quilt, 0 to be strict. */
  readonly fuzz: number;
  readonly reverse: boolean;
}

/** A file cut into lines, for {@link applyHunks}. */
export function linesOf(bytes: Bytes): Lines {
  return { bytes, starts: lineStarts(bytes) };
}

/**
 * The file with every hunk that fits, and each hunk's outcome in order; a rejected hunk leaves its lines alone.
 * Placement, offsets and fuzz are those of GNU patch 2.7.6.
 * Law: with fuzz 0, reverting an applied change gives the old bytes back.
 */
export function applyHunks(
  file: Lines,
  hunks: readonly Hunk[],
  settings: HunkSettings,
): { readonly file: Lines; readonly outcomes: readonly HunkOutcome[] } {
  const outcomes: HunkOutcome[] = [];
  const output = new Output(file);
  let drift = 0;
  let grown = 0;
  for (const hunk of hunks) {
    const pattern = patternOf(hunk, settings.reverse);
    const place = placeHunk(file, pattern, drift, output.frozen, settings.fuzz);
    const guessDrift = drift;
    // A place counts for the next guess even when the hunk may not go there, being out of order.
    if (place !== null) drift = place.line - pattern.first;
    if (place === null || !output.apply(hunk, settings.reverse, place.line)) {
      outcomes.push(rejection(file, hunk, pattern, guessDrift, output.frozen, settings));
      continue;
    }
    outcomes.push({ kind: "applied", line: place.line + grown, offset: drift, fuzz: place.fuzz });
    grown += (hunk.newCount - hunk.oldCount) * (settings.reverse ? -1 : 1);
  }
  return { file: output.finish(), outcomes };
}

function rejection(
  file: Lines,
  hunk: Hunk,
  pattern: Pattern,
  drift: number,
  frozen: number,
  settings: HunkSettings,
): HunkOutcome {
  const context = Math.max(pattern.leading, pattern.trailing);
  const needed = placeHunk(file, pattern, drift, frozen, context);
  const made = placeHunk(file, patternOf(hunk, !settings.reverse), drift, 0, 0);
  return {
    kind: "rejected",
    line: pattern.first + drift,
    fuzzNeeded: needed !== null && needed.fuzz > settings.fuzz ? needed.fuzz : null,
    alreadyAt: made !== null && pattern.lines.length > 0 ? made.line : null,
  };
}

const LF = 10;
const LINE_END = Uint8Array.of(LF);
const ONE_LINE = Uint32Array.of(0);

/** The line starts moved so that the first one is `to`. */
function shifted(starts: Uint32Array, to: number): Uint32Array {
  const shift = to - (starts[0] ?? 0);
  const moved = starts.slice();
  if (shift !== 0) for (let i = 0; i < moved.length; i++) moved[i] = (moved[i] ?? 0) + shift;
  return moved;
}

/** The new file while it is being made: old lines copied in runs, new lines between them. */
class Output {
  /** Number of old lines that are copied or dropped; beyond the file's end when a hunk was placed there. */
  frozen = 0;
  readonly #file: Lines;
  readonly #pieces: Bytes[] = [];
  readonly #starts: Uint32Array[] = [];
  #length = 0;
  #unended = false;

  constructor(file: Lines) {
    this.#file = file;
  }

  /** Puts the hunk at `line` (1-based, old file); false when earlier hunks have passed that place. */
  apply(hunk: Hunk, reverse: boolean, line: number): boolean {
    const dropped = reverse ? "insert" : "delete";
    let at = line - 1;
    const first = hunk.lines.findIndex((one) => one.kind !== "context");
    if (first >= 0 && at + first < this.frozen) return false;
    const lastOld = hunk.lines.findLastIndex((one) => one.kind === "context" || one.kind === dropped);
    for (const [index, one] of hunk.lines.entries()) {
      if (one.kind === "context") {
        at += 1;
      } else if (one.kind === dropped) {
        this.#copyTo(at);
        at += 1;
        this.frozen = at;
      } else {
        this.#copyTo(at);
        if (index > lastOld) this.#endLine();
        this.#add(hunk.body.subarray(one.start, one.end), ONE_LINE);
        this.#unended = hunk.body[one.end - 1] !== LF;
      }
    }
    return true;
  }

  finish(): Lines {
    if (this.#pieces.length === 0 && this.frozen === 0) return this.#file;
    this.#copyTo(this.#lineCount);
    const bytes = concatBytes(this.#pieces);
    const count = this.#starts.reduce((sum, piece) => sum + piece.length, 0);
    const starts = new Uint32Array(count + 1);
    let at = 0;
    for (const piece of this.#starts) {
      starts.set(piece, at);
      at += piece.length;
    }
    starts[count] = bytes.length;
    return { bytes, starts };
  }

  get #lineCount(): number {
    return this.#file.starts.length - 1;
  }

  /** Copies old lines up to, not including, 0-based line `to`. */
  #copyTo(to: number): void {
    if (to <= this.frozen) return;
    const { bytes, starts } = this.#file;
    const end = Math.min(to, this.#lineCount);
    if (end > this.frozen)
      this.#add(bytes.subarray(starts[this.frozen], starts[end]), starts.subarray(this.frozen, end));
    this.frozen = to;
  }

  #add(piece: Bytes, starts: Uint32Array): void {
    if (piece.length === 0) return;
    if (this.#unended) this.#endLine();
    // Also as in GNU patch, a fuzzy hunk whose old lines reach beyond the file's end joins its new lines to an unended last line.
    this.#starts.push(shifted(starts, this.#length).subarray(this.#lineIsOpen() ? 1 : 0));
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #lineIsOpen(): boolean {
    const last = this.#pieces.at(-1);
    return last !== undefined && last[last.length - 1] !== LF;
  }

  /** Gives an open last line its line end: a new one when something follows it, an old one when the hunk's end follows. */
  #endLine(): void {
    this.#unended = false;
    if (!this.#lineIsOpen()) return;
    this.#pieces.push(LINE_END);
    this.#length += 1;
  }
}
