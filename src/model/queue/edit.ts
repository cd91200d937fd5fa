// Edits of the queue as values: each returns a new queue and leaves every other line's bytes alone.
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
  return { lines: withLinesIn(withFinalNewline(queue.lines), names.map(patchLine), { kind: "end", branch }, order) };
}

/** An end of a branch's stretch. */
export interface StretchEnd {
  readonly kind: "start" | "end";
  readonly branch: BranchName;
}

/** The lines, each with a line end, with `added` at one end of a stretch; see {@link insertPatches} for a branch without a marker. */
export function withLinesIn(
  lines: readonly SeriesLine[],
  added: readonly SeriesLine[],
  { kind, branch }: StretchEnd,
  order: readonly BranchName[],
): readonly SeriesLine[] {
  const marker = lines.findIndex((line) => line.kind === "branch" && line.branch === branch);
  const first = lines.findIndex((line) => line.kind === "branch");
  const leads = marker < 0 && branch === order[0] && lines.slice(0, first < 0 ? lines.length : first).some(isPatch);
  if (marker >= 0 || leads) {
    const at = kind === "end" ? endOfStretch(lines, marker + 1) : leads ? lines.findIndex(isPatch) : marker + 1;
    return lines.toSpliced(at, 0, ...added);
  }
  const later = new Set(order.slice(order.indexOf(branch) + 1));
  const next = lines.findIndex((line) => line.kind === "branch" && later.has(line.branch));
  const at = next < 0 ? lines.length : next;
  return lines.toSpliced(at, 0, { kind: "branch", raw: `# branch: ${branch}\n`, branch }, ...added);
}

/** The queue without these patches, disabled ones too; comments stay where they are. */
export function removePatches(queue: Queue, names: ReadonlySet<PatchName>): Queue {
  return { lines: queue.lines.filter((line) => !isPatch(line) || !names.has(line.name)) };
}

/** Whether a line names a patch, applied or disabled. */
export function isPatch(line: SeriesLine): line is Extract<SeriesLine, { readonly name: PatchName }> {
  return line.kind === "patch" || line.kind === "disabled";
}

/** The line after the last patch of the stretch that begins at `from`, so that text before the next marker stays before it. */
function endOfStretch(lines: readonly SeriesLine[], from: number): number {
  let end = from;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined || line.kind === "branch") break;
    if (isPatch(line)) end = at + 1;
  }
  return end;
}

/** The lines, the last one with a line end, so that more can follow. */
export function withFinalNewline(lines: readonly SeriesLine[]): readonly SeriesLine[] {
  const last = lines.at(-1);
  return last === undefined || last.raw.endsWith("\n")
    ? lines
    : lines.with(lines.length - 1, { ...last, raw: `${last.raw}\n` });
}
