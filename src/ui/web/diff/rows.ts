// A file's change as rows to be shown: one below the other, or old beside new. It decides what stands in a row, not how it looks.
import { textOf } from "#model/bytes";
import type { FileDiff, Hunk } from "#model/diff";
import type { Span, WordChanges } from "./words.ts";
import { changedWords, pairLines } from "./words.ts";

/** A line of one side. */
export interface ShownLine {
  readonly kind: "same" | "delete" | "insert";
  /** Its number in that file, as the patch has it; null where it is not. */
  readonly old: number | null;
  readonly made: number | null;
  /** Without its line end. */
  readonly text: string;
  /** Whether the file ends without a line end here. */
  readonly unended: boolean;
  /** What changed in it, when it is a version of another line. */
  readonly marks: readonly Span[];
}

export type DiffRow =
  | { readonly kind: "hunk"; readonly hunk: number }
  | { readonly kind: "line"; readonly line: ShownLine }
  /** Old beside new; a line that did not change is on both sides. */
  | { readonly kind: "pair"; readonly old: ShownLine | null; readonly made: ShownLine | null };

/** How a diff is laid out. */
export type Layout = "unified" | "split";

/**
 * All rows of a file's hunks in order, made one by one, so that whoever shows the first hundred pays for no more. Whoever shows those
 * from row `from` on does not pay for what changed within the lines before; those have no marks.
 */
export function* rowsOf(file: FileDiff, layout: Layout, from = 0): Generator<DiffRow> {
  let at = 0;
  for (const [index, hunk] of file.hunks.entries()) {
    yield { kind: "hunk", hunk: index };
    at += 1;
    for (const block of blocksOf(hunk)) {
      // Two columns have as many rows as that, at most.
      const isBefore = at + block.same.length + block.deleted.length + block.inserted.length < from;
      for (const row of layout === "unified" ? unified(marked(block, isBefore)) : split(marked(block, false))) {
        yield row;
        at += 1;
      }
    }
  }
}

/** How many rows there are; of two columns as many as lines, at most. */
export function rowCount(file: FileDiff): number {
  return file.hunks.reduce((sum, { lines }) => sum + lines.length + 1, 0);
}

/** A run of lines that did not change, or of lines that were taken away and what came in their place. */
interface Block {
  readonly same: readonly ShownLine[];
  readonly deleted: readonly ShownLine[];
  readonly inserted: readonly ShownLine[];
  readonly pairs: readonly (readonly [number, number])[];
}

function* blocksOf(hunk: Hunk): Generator<Block> {
  let [same, deleted, inserted]: [ShownLine[], ShownLine[], ShownLine[]] = [[], [], []];
  const take = (): Block | null => {
    const block = { same, deleted, inserted, pairs: [] };
    const isEmpty = same.length + deleted.length + inserted.length === 0;
    [same, deleted, inserted] = [[], [], []];
    return isEmpty ? null : block;
  };
  for (const line of linesIn(hunk)) {
    const goesOn = line.kind === "same" ? deleted.length + inserted.length === 0 : same.length === 0;
    const before = goesOn ? null : take();
    if (before !== null) yield before;
    if (line.kind === "same") same.push(line);
    else if (line.kind === "delete") deleted.push(line);
    else inserted.push(line);
  }
  const last = take();
  if (last !== null) yield last;
}

const LF = 10;

function* linesIn({ oldStart, newStart, lines, body }: Hunk): Generator<ShownLine> {
  let [old, made] = [oldStart, newStart];
  for (const { kind, start, end } of lines) {
    const unended = body[end - 1] !== LF;
    const text = textOf(body.subarray(start, unended ? end : end - 1));
    yield {
      kind: kind === "context" ? "same" : kind,
      old: kind === "insert" ? null : old,
      made: kind === "delete" ? null : made,
      text,
      unended,
      marks: [],
    };
    if (kind !== "insert") old += 1;
    if (kind !== "delete") made += 1;
  }
}

function marked(block: Block, isBefore: boolean): Block {
  return isBefore || block.same.length > 0 ? block : changed(block.deleted, block.inserted);
}

function changed(deleted: readonly ShownLine[], inserted: readonly ShownLine[]): Block {
  const pairs = pairLines(
    deleted.map(({ text }) => text),
    inserted.map(({ text }) => text),
  );
  const [old, made] = [[...deleted], [...inserted]];
  for (const [i, j] of pairs) {
    const [before, after] = [old[i], made[j]];
    const words: WordChanges | null = before && after ? changedWords(before.text, after.text) : null;
    if (before === undefined || after === undefined || words === null) continue;
    old[i] = { ...before, marks: words.old };
    made[j] = { ...after, marks: words.made };
  }
  return { same: [], deleted: old, inserted: made, pairs };
}

function* unified({ same, deleted, inserted }: Block): Generator<DiffRow> {
  for (const line of [...same, ...deleted, ...inserted]) yield { kind: "line", line };
}

function* split({ same, deleted, inserted, pairs }: Block): Generator<DiffRow> {
  for (const line of same) yield { kind: "pair", old: line, made: line };
  let [i, j] = [0, 0];
  // Lines that are no version of one another stand beside one another too, as long as there are some on both sides.
  const upTo = function* (oldEnd: number, madeEnd: number): Generator<DiffRow> {
    while (i < oldEnd || j < madeEnd) {
      yield {
        kind: "pair",
        old: i < oldEnd ? (deleted[i++] ?? null) : null,
        made: j < madeEnd ? (inserted[j++] ?? null) : null,
      };
    }
  };
  for (const [old, made] of pairs) {
    yield* upTo(old, made);
    yield { kind: "pair", old: deleted[i++] ?? null, made: inserted[j++] ?? null };
  }
  yield* upTo(deleted.length, inserted.length);
}
