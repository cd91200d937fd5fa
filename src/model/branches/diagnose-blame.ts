// Which earlier patches of the queue took away what a hunk expects, or put there what it does not expect.
// It follows the file backwards through the queue; what the base did before that is told in diagnose-commits.ts.
import type { ByteString, Path } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { LineRun } from "#model/diff";
import { compareLines, Lines } from "#model/diff";
import type { PatchName } from "#model/queue";
import type { Misfit } from "./diagnose-misfit.ts";
import { isTelling } from "./diagnose-misfit.ts";

/** One patch's change of one file; null where the file does not exist. */
export interface FileStep {
  readonly patch: PatchName;
  readonly before: Lines | null;
  readonly after: Lines | null;
  /** The path that the patch moved it from, when it was a rename. */
  readonly movedFrom: Path | null;
  /** The path that the patch moved it to, when it is gone because of that. */
  readonly movedTo: Path | null;
}

/** Lines that some change took from a file, and that it put there. */
export interface LineBlame {
  readonly removed: readonly ByteString[];
  readonly added: readonly ByteString[];
}

export interface Blamed {
  /** The newest patch first. */
  readonly patches: ReadonlyMap<PatchName, LineBlame>;
  /** What none of them accounts for. */
  readonly rest: Unexplained;
}

export interface Unexplained extends LineBlame {
  /** Lines that may only be neighbours; they count for a change that took an expected line away as well. */
  readonly nearby: readonly ByteString[];
}

/** Lines above and below the compared part in which a lost line is looked for, because alignment is a guess. */
const SLACK = 3;

/**
 * Blames the differing lines on the steps, given newest first; the newest one ends with the file that was compared.
 * A line is blamed once, on the last patch that made it differ.
 */
export function blameSteps(steps: Iterable<FileStep>, misfit: Misfit): Blamed {
  const patches = new Map<PatchName, LineBlame>();
  let missing = misfit.missing;
  let extra = misfit.extra;
  let window = { from: misfit.from - SLACK, to: misfit.to + SLACK };
  for (const step of steps) {
    if (missing.length === 0 && extra.length === 0) break;
    const runs = runsOf(step);
    const isNew = ({ line }: { readonly line: number }): boolean => {
      return runs.some((run) => line >= run.newStart && line < run.newEnd);
    };
    const lost = lostLines(step, runs, window, new Set(missing));
    const removed = missing.filter((text) => lost.has(text));
    const added = extra.filter((one) => isNew(one) && (one.firm || removed.length > 0)).map(({ text }) => text);
    if (removed.length > 0 || added.length > 0) {
      patches.set(step.patch, joined(patches.get(step.patch), { removed, added }));
    }
    missing = missing.filter((text) => !lost.has(text));
    extra = extra.filter((one) => !isNew(one)).map((one) => ({ ...one, line: lineBefore(runs, one.line) }));
    window = windowBefore(runs, window);
  }
  const texts = (firm: boolean): ByteString[] => extra.filter((one) => one.firm === firm).map(({ text }) => text);
  return { patches, rest: { removed: missing, added: texts(true), nearby: texts(false) } };
}

function joined(before: LineBlame | undefined, blame: LineBlame): LineBlame {
  if (before === undefined) return blame;
  return { removed: [...before.removed, ...blame.removed], added: [...before.added, ...blame.added] };
}

const NO_LINES = new Lines([]);
const RUNS = new WeakMap<FileStep, readonly LineRun[]>();

/** Compared once a step: many hunks of many patches may ask. */
function runsOf(step: FileStep): readonly LineRun[] {
  const known = RUNS.get(step);
  if (known !== undefined) return known;
  // Copies, so that the plan's own values do not keep every version of a large file in one piece.
  const runs = compareLines(new Lines((step.before ?? NO_LINES).runs), new Lines((step.after ?? NO_LINES).runs));
  RUNS.set(step, runs);
  return runs;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The wanted lines that a step took away: near the window, or, when they say anything, from the whole file. */
function lostLines(
  { before, after }: FileStep,
  runs: readonly LineRun[],
  window: Window,
  wanted: ReadonlySet<ByteString>,
): ReadonlySet<ByteString> {
  const near = new Set<ByteString>();
  const gone = new Set<ByteString>();
  if (before === null) return near;
  for (const { oldStart, oldEnd, newStart, newEnd } of runs) {
    const isNear = newStart <= window.to && newEnd >= window.from;
    for (const text of linesBetween(before, oldStart, oldEnd)) {
      if (wanted.has(text) && (isNear || isTelling(text))) (isNear ? near : gone).add(text);
    }
  }
  if (gone.size > 0 && after !== null) for (const text of linesBetween(after, 0, after.count)) gone.delete(text);
  return near.union(gone);
}

/** The texts of lines `[from, to)`, 0-based. */
function* linesBetween({ runs, firsts }: Lines, from: number, to: number): Generator<ByteString> {
  for (const [index, { bytes, starts, from: row, to: end }] of runs.entries()) {
    const first = firsts[index] ?? 0;
    const last = Math.min(end, row + to - first);
    for (let at = Math.max(row, row + from - first); at < last; at++)
      yield byteString(bytes, starts[at], starts[at + 1]);
  }
}

/** Where an unchanged line stood before the runs. */
function lineBefore(runs: readonly LineRun[], line: number): number {
  const run = runs.findLast(({ newEnd }) => newEnd <= line);
  return run === undefined ? line : line - run.newEnd + run.oldEnd;
}

/** The window in the file before the runs, widened by what changed inside of it. */
function windowBefore(runs: readonly LineRun[], { from, to }: Window): Window {
  const above = runs.findLast(({ newEnd }) => newEnd < from);
  const first = runs.find(({ newStart, newEnd }) => newStart <= from && newEnd >= from);
  const last = runs.findLast(({ newStart }) => newStart <= to);
  const start = above === undefined ? from : from - above.newEnd + above.oldEnd;
  const end = last === undefined ? to : last.newEnd >= to ? last.oldEnd : to - last.newEnd + last.oldEnd;
  return { from: first === undefined ? start : Math.min(first.oldStart, start), to: Math.max(end, start) };
}
