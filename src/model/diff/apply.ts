// Applies the hunks of one file change to the file's lines, hunk by hunk, each with its outcome.
// It knows nothing of names, modes or other files; see `files` for those.
import type { Bytes } from "#model/bytes";
import type { Run } from "./lines.ts";
import { Lines, sizeOf } from "./lines.ts";
import type { Pattern } from "./place.ts";
import { patternOf, placeHunk, Search } from "./place.ts";
import type { Hunk, HunkLine } from "./types.ts";

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

/** What came of the hunks of one file change. */
export interface Applied {
  readonly file: Lines;
  readonly outcomes: readonly HunkOutcome[];
  /** True when so many hunks fitted nowhere that not every place was looked at for each. */
  readonly givenUp: boolean;
}

/**
 * The file with every hunk that fits, and each hunk's outcome in order; a rejected hunk leaves its lines alone.
 * Placement, offsets and fuzz are those of GNU patch 2.7.6.
 * Law: with fuzz 0, reverting an applied change gives the old bytes back.
 */
export function applyHunks(file: Lines, hunks: readonly Hunk[], settings: HunkSettings): Applied {
  const outcomes: HunkOutcome[] = [];
  const output = new Output(file);
  const search = new Search();
  let drift = 0;
  let grown = 0;
  for (const hunk of hunks) {
    const pattern = patternOf(hunk, settings.reverse);
    const place = placeHunk(file, pattern, drift, output.frozen, settings.fuzz, search);
    const guessDrift = drift;
    // A place counts for the next guess even when the hunk may not go there, being out of order.
    if (place !== null) drift = place.line - pattern.first;
    if (place === null || !output.apply(hunk, settings.reverse, place.line)) {
      outcomes.push(rejection(file, hunk, pattern, guessDrift, output.frozen, settings, search));
      continue;
    }
    outcomes.push({ kind: "applied", line: place.line + grown, offset: drift, fuzz: place.fuzz });
    grown += (hunk.newCount - hunk.oldCount) * (settings.reverse ? -1 : 1);
  }
  return { file: output.finish(), outcomes, givenUp: search.givenUp };
}

/** More fuzz is not tried for a hunk that was rejected: each step looks at the whole file, and nobody would allow it. */
const MAX_FUZZ_TRIED = 20;

function rejection(
  file: Lines,
  hunk: Hunk,
  pattern: Pattern,
  drift: number,
  frozen: number,
  settings: HunkSettings,
  search: Search,
): HunkOutcome {
  const needed = placeHunk(file, pattern, drift, frozen, MAX_FUZZ_TRIED, search);
  const made = placeHunk(file, patternOf(hunk, !settings.reverse), drift, 0, 0, search);
  return {
    kind: "rejected",
    line: pattern.first + drift,
    fuzzNeeded: needed !== null && needed.fuzz > settings.fuzz ? needed.fuzz : null,
    alreadyAt: made !== null && pattern.lines.length > 0 ? made.line : null,
  };
}

const LF = 10;

/** A file in more runs than this is made one run again, so that a long chain of patches does not slow down. */
const MAX_RUNS = 512;

/** The new file while it is being made: runs of old lines, new lines between them. */
class Output {
  /** Number of old lines that are copied or dropped; beyond the file's end when a hunk was placed there. */
  frozen = 0;
  readonly #file: Lines;
  readonly #runs: Run[] = [];
  #unended = false;

  constructor(file: Lines) {
    this.#file = file;
  }

  /** Puts the hunk at `line` (1-based, old file); false when earlier hunks have passed that place. */
  apply(hunk: Hunk, reverse: boolean, line: number): boolean {
    const dropped = reverse ? "insert" : "delete";
    const { lines, body } = hunk;
    let at = line - 1;
    const first = lines.findIndex((one) => one.kind !== "context");
    if (first >= 0 && at + first < this.frozen) return false;
    const lastOld = lines.findLastIndex((one) => one.kind === "context" || one.kind === dropped);
    for (let index = 0; index < lines.length; index++) {
      const kind = lines[index]?.kind;
      if (kind === "context") {
        at += 1;
      } else if (kind === dropped) {
        this.#copyTo(at);
        at += 1;
        this.frozen = at;
      } else {
        this.#copyTo(at);
        let end = index + 1;
        while (end < lines.length && lines[end]?.kind === kind && body[(lines[end - 1]?.end ?? 0) - 1] === LF) end += 1;
        if (index > lastOld) this.#endLine();
        this.#add(insertedRun(body, lines.slice(index, end)));
        this.#unended = body[(lines[end - 1]?.end ?? 0) - 1] !== LF;
        index = end - 1;
      }
    }
    return true;
  }

  finish(): Lines {
    if (this.#runs.length === 0 && this.frozen === 0) return this.#file;
    this.#copyTo(this.#file.count);
    const made = new Lines(this.#runs);
    return this.#runs.length <= MAX_RUNS
      ? made
      : new Lines([{ bytes: made.bytes, starts: made.starts, from: 0, to: made.count }]);
  }

  /** Copies old lines up to, not including, 0-based line `to`. */
  #copyTo(to: number): void {
    if (to <= this.frozen) return;
    const end = Math.min(to, this.#file.count);
    const { runs, firsts } = this.#file;
    for (let next = this.#file.runAt(this.frozen); this.frozen < end; next++) {
      const run = runs[next];
      const first = firsts[next];
      if (run === undefined || first === undefined) break;
      const from = run.from + this.frozen - first;
      const until = Math.min(run.to, run.from + end - first);
      this.#add({ bytes: run.bytes, starts: run.starts, from, to: until });
      this.frozen += until - from;
    }
    this.frozen = to;
  }

  #add(run: Run): void {
    if (sizeOf(run) === 0) return;
    if (this.#unended) this.#endLine();
    // Also as in GNU patch, a fuzzy hunk whose old lines reach beyond the file's end joins its new lines to an unended last line.
    const open = this.#takeOpenLine();
    if (open === null) {
      this.#runs.push(run);
      return;
    }
    const { bytes, starts, from, to } = run;
    this.#runs.push(lineRun(open, bytes.subarray(starts[from], starts[from + 1])));
    if (from + 1 < to) this.#runs.push({ bytes, starts, from: from + 1, to });
  }

  /** Gives an open last line its line end: a new one when something follows it, an old one when the hunk's end follows. */
  #endLine(): void {
    this.#unended = false;
    const open = this.#takeOpenLine();
    if (open !== null) this.#runs.push(lineRun(open, LINE_END));
  }

  /** Takes the last line away if it has no line end. */
  #takeOpenLine(): Bytes | null {
    const last = this.#runs.at(-1);
    if (last === undefined) return null;
    const { bytes, starts, from, to } = last;
    const end = starts[to] ?? 0;
    if (bytes[end - 1] === LF) return null;
    this.#runs.pop();
    if (from < to - 1) this.#runs.push({ bytes, starts, from, to: to - 1 });
    return bytes.subarray(starts[to - 1], end);
  }
}

const LINE_END = Uint8Array.of(LF);

/** One line made of two pieces. */
function lineRun(head: Bytes, tail: Bytes): Run {
  const bytes = Buffer.concat([head, tail]);
  return { bytes, starts: Uint32Array.of(0, bytes.length), from: 0, to: 1 };
}

/** The lines of a hunk as a run of their own, without the marks that stand before them in its body. */
function insertedRun(body: Bytes, lines: readonly HunkLine[]): Run {
  const starts = new Uint32Array(lines.length + 1);
  let size = 0;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined) continue;
    size += line.end - line.start;
    starts[index + 1] = size;
  }
  const bytes = Buffer.allocUnsafe(size);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line !== undefined) bytes.set(body.subarray(line.start, line.end), starts[index]);
  }
  return { bytes, starts, from: 0, to: lines.length };
}
