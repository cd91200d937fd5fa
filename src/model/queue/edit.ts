// Edits of the queue as values: each returns a new queue and leaves every other line's bytes alone.
import type { ByteString } from "#model/bytes";
import type { BranchName, PatchName, Queue, SeriesLine } from "./series.ts";

/** The series line of a patch that is applied with `-p1`. */
function patchLine(name: PatchName): SeriesLine {
  return { kind: "patch", raw: `${name}\n`, name, strip: 1, reverse: false };
}

/**
 * Adds patches at the end of a branch's stretch. A branch without a marker gets one where `order`, the tree's branches
 * bottom first, puts it. Patches before the first marker belong to the first branch of `order`.
 */
export function insertPatches(
  queue: Queue,
  names: readonly PatchName[],
  branch: BranchName,
  order: readonly BranchName[],
): Queue {
  const lines = withFinalNewline(queue.lines);
  const marker = lines.findIndex((line) => line.kind === "branch" && line.branch === branch);
  const added: SeriesLine[] = names.map(patchLine);
  if (marker >= 0) return { lines: lines.toSpliced(endOfStretch(lines, marker + 1), 0, ...added) };
  const first = lines.findIndex((line) => line.kind === "branch");
  const leads =
    branch === order[0] && lines.slice(0, first < 0 ? lines.length : first).some((line) => line.kind === "patch");
  if (leads) return { lines: lines.toSpliced(endOfStretch(lines, 0), 0, ...added) };
  const later = new Set(order.slice(order.indexOf(branch) + 1));
  const next = lines.findIndex((line) => line.kind === "branch" && later.has(line.branch));
  const at = next < 0 ? lines.length : next;
  return { lines: lines.toSpliced(at, 0, { kind: "branch", raw: `# branch: ${branch}\n`, branch }, ...added) };
}

/** The queue without these patches; comments stay where they are. */
export function removePatches(queue: Queue, names: ReadonlySet<PatchName>): Queue {
  return { lines: queue.lines.filter((line) => line.kind !== "patch" || !names.has(line.name)) };
}

/** The line after the last patch of the stretch that begins at `from`, so that text before the next marker stays before it. */
function endOfStretch(lines: readonly SeriesLine[], from: number): number {
  let end = from;
  for (let at = from; at < lines.length; at++) {
    const kind = lines[at]?.kind;
    if (kind === "branch") break;
    if (kind === "patch") end = at + 1;
  }
  return end;
}

function withFinalNewline(lines: readonly SeriesLine[]): readonly SeriesLine[] {
  const last = lines.at(-1);
  return last === undefined || last.raw.endsWith("\n")
    ? lines
    : lines.with(lines.length - 1, { ...last, raw: `${last.raw}\n` });
}

/**
 * Takes an edit back although other lines changed since: `before` to `after` is the edit, `now` the queue as it is.
 * Lines it added go, lines it removed return behind the patch or marker they followed. Null when that is gone, or what it did was done again.
 */
export function revertLines(before: Queue, after: Queue, now: Queue): Queue | null {
  const had = new Set(before.lines.map(textOf));
  const has = new Set(after.lines.map(textOf));
  const added = new Set(after.lines.map(textOf).filter((text) => !had.has(text)));
  const present = new Set(now.lines.map(textOf));
  if ([...added].some((text) => !present.has(text))) return null;
  const isAdded = (line: SeriesLine): boolean => added.has(textOf(line));
  // A marker stays while later patches stand in its stretch; without it they would be in another branch.
  let lines = now.lines.filter((line) => !isAdded(line) || line.kind === "branch");
  lines = lines.filter((line, index) => line.kind !== "branch" || !isAdded(line) || !isStretchEmpty(lines, index + 1));
  for (const [index, line] of before.lines.entries()) {
    if (has.has(textOf(line))) continue;
    if (present.has(textOf(line))) return null;
    const at = placeBehind(before.lines.slice(0, index), lines);
    if (at === null) return null;
    lines = withFinalNewline(lines).toSpliced(at, 0, ...withFinalNewline([line]));
  }
  return { lines };
}

/** A line without its line end, which an edit below gives to a last line that had none. */
function textOf(line: SeriesLine): ByteString {
  return line.raw.replace(/\n$/, "");
}

/**
 * Where in `lines` the line stood that followed `above`: behind the nearest patch or marker and as many lines of text as
 * there were between, because texts such as empty lines are not told apart. Null when that patch or marker is gone.
 */
function placeBehind(above: readonly SeriesLine[], lines: readonly SeriesLine[]): number | null {
  const anchor = above.findLast((line) => line.kind !== "text");
  const found = anchor === undefined ? -1 : lines.findIndex((line) => textOf(line) === textOf(anchor));
  if (anchor !== undefined && found < 0) return null;
  const between = above.length - 1 - above.findLastIndex((line) => line.kind !== "text");
  let at = found + 1;
  while (at <= found + between && lines[at]?.kind === "text") at += 1;
  return at;
}

function isStretchEmpty(lines: readonly SeriesLine[], from: number): boolean {
  const next = lines.slice(from).find((line) => line.kind !== "text");
  return next === undefined || next.kind === "branch";
}
