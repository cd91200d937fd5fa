// A file cut into lines, as runs of lines that it shares with the files it was made from: a new version of a large file
// costs a few small objects. What hunks do to it is in apply.ts.
import type { Bytes } from "#model/bytes";
import { equalBytes, lineStarts } from "#model/bytes";

/** Lines `[from, to)` of some bytes, which are never empty; `starts` is what `lineStarts` gave for them. */
export interface Run {
  readonly bytes: Bytes;
  readonly starts: Uint32Array;
  readonly from: number;
  readonly to: number;
}

/** A file's content by line. Immutable; lines end after their LF, and only the last one may lack it. */
export class Lines {
  readonly runs: readonly Run[];
  /** Index of each run's first line, then the number of all lines. */
  readonly firsts: Uint32Array;
  /** Bytes of all lines together. */
  readonly size: number;
  #flat: Run | null = null;

  constructor(runs: readonly Run[]) {
    const firsts = new Uint32Array(runs.length + 1);
    let count = 0;
    let size = 0;
    for (let index = 0; index < runs.length; index++) {
      const run = runs[index];
      if (run === undefined) continue;
      count += run.to - run.from;
      size += sizeOf(run);
      firsts[index + 1] = count;
    }
    this.runs = runs;
    this.firsts = firsts;
    this.size = size;
  }

  get count(): number {
    return this.firsts[this.runs.length] ?? 0;
  }

  /** The whole content. Made when first asked for and kept; {@link copyTo} keeps nothing. */
  get bytes(): Bytes {
    return this.#flattened().bytes;
  }

  /** Offsets of all line starts in {@link bytes}, then its length. */
  get starts(): Uint32Array {
    return this.#flattened().starts;
  }

  /** The run that line `line` (0-based) is in; the last one for a line behind the end. */
  runAt(line: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.firsts[middle] ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Writes the content to the beginning of `target`, which must have room for {@link size} bytes. */
  copyTo(target: Uint8Array): void {
    let at = 0;
    for (const { bytes, starts, from, to } of this.runs) {
      const start = starts[from] ?? 0;
      const end = starts[to] ?? start;
      target.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at);
      at += end - start;
    }
  }

  #flattened(): Run {
    if (this.#flat !== null) return this.#flat;
    const [only] = this.runs;
    if (this.runs.length === 1 && only !== undefined && only.from === 0 && only.to === only.starts.length - 1) {
      this.#flat = only;
    } else {
      const bytes = Buffer.allocUnsafeSlow(this.size);
      this.copyTo(bytes);
      const starts = new Uint32Array(this.count + 1);
      let line = 0;
      let shift = 0;
      for (const run of this.runs) {
        const origin = run.starts[run.from] ?? 0;
        for (let index = run.from; index < run.to; index++) starts[line++] = (run.starts[index] ?? 0) - origin + shift;
        shift += sizeOf(run);
      }
      starts[line] = this.size;
      this.#flat = { bytes, starts, from: 0, to: this.count };
    }
    return this.#flat;
  }
}

/** A file cut into lines. */
export function linesOf(bytes: Bytes): Lines {
  const starts = lineStarts(bytes);
  return new Lines(starts.length > 1 ? [{ bytes, starts, from: 0, to: starts.length - 1 }] : []);
}

/** Bytes of a run. */
export function sizeOf({ starts, from, to }: Run): number {
  return (starts[to] ?? 0) - (starts[from] ?? 0);
}

/** Whether two files have the same content; runs that both share are not looked into. */
export function equalLines(left: Lines, right: Lines): boolean {
  if (left === right) return true;
  if (left.size !== right.size || left.count !== right.count) return false;
  let [leftRun, rightRun] = [0, 0];
  let [leftAt, rightAt] = [0, 0];
  while (leftRun < left.runs.length && rightRun < right.runs.length) {
    const one = left.runs[leftRun];
    const other = right.runs[rightRun];
    if (one === undefined || other === undefined) return false;
    const [oneFrom, otherFrom] = [one.from + leftAt, other.from + rightAt];
    const count = Math.min(one.to - oneFrom, other.to - otherFrom);
    if (one.bytes !== other.bytes || oneFrom !== otherFrom) {
      const first = one.bytes.subarray(one.starts[oneFrom], one.starts[oneFrom + count]);
      const second = other.bytes.subarray(other.starts[otherFrom], other.starts[otherFrom + count]);
      if (!equalBytes(first, second)) return false;
    }
    leftAt += count;
    rightAt += count;
    if (one.from + leftAt === one.to) [leftRun, leftAt] = [leftRun + 1, 0];
    if (other.from + rightAt === other.to) [rightRun, rightAt] = [rightRun + 1, 0];
  }
  return true;
}
