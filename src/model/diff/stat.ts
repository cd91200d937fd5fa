// Counts insertions and deletions, and draws them as diffstat(1) does.
import type { Path } from "#model/bytes";
import { readablePath } from "#model/bytes";
import { stripPath } from "./names.ts";
import type { Diff } from "./types.ts";

/** Changed lines of one file. */
export interface FileStat {
  readonly path: Path;
  readonly insertions: number;
  readonly deletions: number;
}

/** One row a file, in byte order of the names; a file changed twice is one row. The new name stands for a file, the old for a deleted one. */
export function statOf(diff: Diff, strip: number): FileStat[] {
  const rows = new Map<Path, { path: Path; insertions: number; deletions: number }>();
  for (const file of diff.files) {
    const name = file.newPath ?? file.oldPath;
    if (name === null) continue;
    const path = stripPath(name, strip) ?? name;
    const row = rows.get(path) ?? { path, insertions: 0, deletions: 0 };
    for (const hunk of file.hunks) {
      for (const line of hunk.lines) {
        if (line.kind === "insert") row.insertions += 1;
        else if (line.kind === "delete") row.deletions += 1;
      }
    }
    rows.set(path, row);
  }
  return [...rows.values()].sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}

const COUNT_WIDTH = 5;
const MIN_BAR = 10;
/** A longer name sticks out of its column, which would otherwise make each of many rows as long. */
const MAX_NAME_WIDTH = 500;

/**
 * The text that `diffstat -p1 -w70` of diffstat 1.64 prints (with `strip` 1, `width` 70), its summary line included.
 * Scaled bars carry the rounding error from `+` to `-`, as diffstat does and git does not.
 */
export function diffstat(diff: Diff, strip = 1, width = 70): string {
  const rows = statOf(diff, strip).map((row) => ({ ...row, name: readablePath(row.path) }));
  const nameWidth = rows.reduce((most, row) => Math.max(most, Math.min(row.name.length, MAX_NAME_WIDTH)), 0) + 1;
  const bar = Math.max(MIN_BAR, width - nameWidth - COUNT_WIDTH - 3);
  const scale = rows.reduce((most, row) => Math.max(most, row.insertions + row.deletions), bar);
  let text = "";
  for (const { name, insertions, deletions } of rows) {
    const plus = Math.floor((bar * insertions) / scale);
    const carry = (bar * insertions) % scale;
    const minus = Math.floor((bar * deletions + carry) / scale);
    const count = String(insertions + deletions).padStart(COUNT_WIDTH);
    text += ` ${name.padEnd(nameWidth)}|${count} ${"+".repeat(plus)}${"-".repeat(minus)}\n`;
  }
  const insertions = rows.reduce((sum, row) => sum + row.insertions, 0);
  const deletions = rows.reduce((sum, row) => sum + row.deletions, 0);
  text += ` ${rows.length} file${rows.length === 1 ? "" : "s"} changed`;
  if (insertions > 0) text += `, ${insertions} insertion${insertions === 1 ? "" : "s"}(+)`;
  if (deletions > 0) text += `, ${deletions} deletion${deletions === 1 ? "" : "s"}(-)`;
  return `${text}\n`;
}
