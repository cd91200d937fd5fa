// Makes the hunks between two versions of a file, as `git diff` and `diff -u` write them.
// File headers are not made here, and nothing is said of modes or names.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { LineRun } from "./compare.ts";
import { compareLines } from "./compare.ts";
import type { FlatText } from "./intern-lines.ts";
import { flatText } from "./intern-lines.ts";
import type { Lines } from "./lines.ts";
import { printHunkHead } from "./print.ts";
import type { Hunk, HunkLine } from "./types.ts";

/**
 * The hunks that turn `before` into `after`, with up to `context` unchanged lines around each change; none for equal files.
 * They are those of `git diff -U<context>` (git 2.39: myers, indent heuristic, default function names) where its answer
 * is in reach, see `compareLines`.
 * Laws: applied to `before` with fuzz 0 they give `after`; printed and parsed they are the same.
 */
export function makeHunks(before: Lines, after: Lines, context: number): Hunk[] {
  const old = flatText(before);
  const made = flatText(after);
  const hunks: Hunk[] = [];
  let heading: ByteString = "";
  let searched = 0;
  for (const runs of groups(compareLines(before, after), 2 * context)) {
    const first = runs[0];
    const last = runs.at(-1);
    if (first === undefined || last === undefined) continue;
    const above = Math.min(context, first.oldStart);
    const below = Math.min(context, before.count - last.oldEnd);
    const oldFrom = first.oldStart - above;
    const newFrom = first.newStart - above;
    const oldCount = last.oldEnd + below - oldFrom;
    const newCount = last.newEnd + below - newFrom;
    heading = headingAbove(old, oldFrom, searched) ?? heading;
    searched = oldFrom;
    const range = {
      // A side without lines is named by the line before it.
      oldStart: oldFrom + (oldCount === 0 ? 0 : 1),
      oldCount,
      newStart: newFrom + (newCount === 0 ? 0 : 1),
      newCount,
    };
    hunks.push({
      head: printHunkHead(range, heading),
      ...range,
      ...bodyOf(old, made, runs, oldFrom, oldFrom + oldCount),
      chopped: 0,
      leading: above,
      trailing: below,
    });
  }
  return hunks;
}

/** The runs that share a hunk, because no more than `gap` unchanged lines lie between them. */
function groups(runs: readonly LineRun[], gap: number): LineRun[][] {
  const all: LineRun[][] = [];
  let previous: LineRun | undefined;
  for (const run of runs) {
    if (previous !== undefined && run.oldStart - previous.oldEnd <= gap) all.at(-1)?.push(run);
    else all.push([run]);
    previous = run;
  }
  return all;
}

const LF = 10;
const SIGNS = { context: 32, delete: 45, insert: 43 } as const;
const NO_NEWLINE = bytesOf("\n\\ No newline at end of file\n");

function bodyOf(
  old: FlatText,
  made: FlatText,
  runs: readonly LineRun[],
  oldFrom: number,
  oldTo: number,
): { readonly body: Bytes; readonly lines: readonly HunkLine[] } {
  const body = new Body(roomFor(old, made, runs, oldFrom, oldTo));
  let at = oldFrom;
  for (const run of runs) {
    body.add("context", old, at, run.oldStart);
    body.add("delete", old, run.oldStart, run.oldEnd);
    body.add("insert", made, run.newStart, run.newEnd);
    at = run.oldEnd;
  }
  body.add("context", old, at, oldTo);
  return { body: body.bytes, lines: body.lines };
}

/** Bytes that are enough for a hunk: each line and its sign; the last line of either text may have no end. */
function roomFor(old: FlatText, made: FlatText, runs: readonly LineRun[], oldFrom: number, oldTo: number): number {
  return runs.reduce(
    (sum, run) => sum + signedSize(made, run.newStart, run.newEnd),
    signedSize(old, oldFrom, oldTo) + 2 * NO_NEWLINE.length,
  );
}

function signedSize({ starts }: FlatText, from: number, to: number): number {
  return (starts[to] ?? 0) - (starts[from] ?? 0) + to - from;
}

/** The text of a hunk while it grows. */
class Body {
  readonly lines: HunkLine[] = [];
  readonly #room: Uint8Array;
  #length = 0;

  constructor(room: number) {
    this.#room = new Uint8Array(room);
  }

  get bytes(): Bytes {
    return this.#room.subarray(0, this.#length);
  }

  add(kind: HunkLine["kind"], { bytes, starts }: FlatText, from: number, to: number): void {
    for (let line = from; line < to; line++) {
      const [first, last] = [starts[line] ?? 0, starts[line + 1] ?? 0];
      this.#room[this.#length++] = SIGNS[kind];
      const start = this.#length;
      for (let at = first; at < last; at++) this.#room[this.#length++] = bytes[at] ?? 0;
      this.lines.push({ kind, start, end: this.#length });
      if (bytes[last - 1] === LF) continue;
      this.#room.set(NO_NEWLINE, this.#length);
      this.#length += NO_NEWLINE.length;
    }
  }
}

/** Bytes of a function's line that a head shows. */
const MAX_HEADING = 80;

/** The nearest line above old line `to`, but not above `from`, that looks like the head of a function; null when there is none. */
function headingAbove({ bytes, starts }: FlatText, to: number, from: number): ByteString | null {
  for (let line = to - 1; line >= from; line--) {
    const start = starts[line] ?? 0;
    if (!opensFunction(bytes[start] ?? 0)) continue;
    const end = Math.min(starts[line + 1] ?? start, start + MAX_HEADING);
    return byteString(bytes, start, end).replace(/[ \t\r\n]+$/, "");
  }
  return null;
}

/** Git's rule for files of no known language: a letter, `_` or `$` in the first column. */
function opensFunction(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x5f || byte === 0x24;
}
