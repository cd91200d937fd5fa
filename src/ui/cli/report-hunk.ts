// Prints the lines that a rejected hunk expects beside those that the file has: in two columns on a wide terminal,
// else one below the other. It shows what fits on a screen; JSON has every line.
import type { DiagnosisRow, HunkDiagnosis, RowText } from "#model/branches";
import type { Terminal } from "./terminal.ts";

/** Lines of one hunk that are shown. */
const MAX_ROWS = 12;
/** Narrower terminals, in characters, get one column. */
const WIDE = 100;
const TAB = 8;

/** Prints the comparison of a hunk, if there is one, below a line that says what became of it. */
export function reportHunk(terminal: Terminal, { rows }: HunkDiagnosis, indent: string): void {
  if (rows.length === 0) return;
  const shown = essential(rows);
  const numbers = rows.flatMap(({ expected, found }) => [expected?.line ?? 0, found?.line ?? 0]);
  const digits = String(Math.max(...numbers.slice(0, 2), ...numbers.slice(-2), 0)).length;
  if (terminal.columns !== null && terminal.columns >= WIDE)
    sideBySide(terminal, shown, digits, indent, terminal.columns);
  else oneBelowTheOther(terminal, shown, digits, indent);
}

/** Rows to show; a number stands for so many rows that are left out. */
type Shown = DiagnosisRow | number;

/** Common rows around a difference, if there is room for them. */
const CONTEXTS = [3, 2, 1, 0];

/** The differing rows with as much around them as can be shown, or the first of them. */
function essential(rows: readonly DiagnosisRow[]): Shown[] {
  if (rows.length <= MAX_ROWS) return [...rows];
  const near = (context: number): readonly boolean[] => {
    const kept = rows.map(() => false);
    for (const [index, { same }] of rows.entries())
      if (!same) kept.fill(true, Math.max(index - context, 0), index + context + 1);
    return kept;
  };
  const fitting = CONTEXTS.map(near).find((all) => all.filter(Boolean).length <= MAX_ROWS) ?? near(0);
  const shown: Shown[] = [];
  let count = 0;
  for (const [index, row] of rows.entries()) {
    const last = shown.at(-1);
    if (fitting[index] === true && count < MAX_ROWS) {
      shown.push(row);
      count += 1;
    } else if (typeof last === "number") shown[shown.length - 1] = last + 1;
    else shown.push(1);
  }
  return shown;
}

function leftOut(terminal: Terminal, count: number, indent: string): void {
  terminal.line(`${indent}${terminal.paint("dim", `… ${count} ${count === 1 ? "line" : "lines"}`)}`);
}

/** As `sdiff` does: `|` between lines that differ, `<` and `>` beside a line that only one side has. */
function sideBySide(terminal: Terminal, rows: readonly Shown[], digits: number, indent: string, columns: number): void {
  const width = Math.floor((columns - indent.length - 3) / 2);
  const sides = rows.flatMap((row) => (typeof row === "number" ? [] : [row.expected, row.found]));
  const common = Math.min(...sides.flatMap(indentOf));
  const cell = (row: RowText | null): string => {
    const text = row === null ? "" : `${String(row.line).padStart(digits)}  ${textOf(row).slice(common)}`;
    const chars = Array.from(text);
    return chars.length > width ? `${chars.slice(0, width - 1).join("")}…` : text + " ".repeat(width - chars.length);
  };
  const title = " ".repeat(digits + 2);
  const head = `${title}expected`.padEnd(width);
  terminal.line(`${indent}${terminal.paint("cyan", head)}   ${terminal.paint("yellow", `${title}found`)}`);
  for (const row of rows) {
    if (typeof row === "number") {
      leftOut(terminal, row, `${indent}${title}`);
      continue;
    }
    const sign = row.same ? " " : row.found === null ? "<" : row.expected === null ? ">" : "|";
    const left = terminal.paint(row.same ? "dim" : "cyan", cell(row.expected));
    const right = terminal.paint(row.same ? "dim" : "yellow", cell(row.found).trimEnd());
    terminal.line(`${indent}${left} ${sign} ${right}`.trimEnd());
  }
}

function oneBelowTheOther(terminal: Terminal, rows: readonly Shown[], digits: number, indent: string): void {
  // Only the file's own numbers: those of the patch would count the same lines differently.
  const line = (mark: string, row: RowText): string => {
    const number = mark === "expected" ? "" : String(row.line);
    return `${indent}${mark.padEnd(8)} ${number.padStart(digits)}  ${textOf(row)}`.trimEnd();
  };
  // All expected lines of a difference come before all found ones, as in a unified diff.
  let found: RowText[] = [];
  const flush = (): void => {
    for (const row of found) terminal.line(terminal.paint("yellow", line("found", row)));
    found = [];
  };
  for (const row of rows) {
    if (typeof row === "number") {
      flush();
      leftOut(terminal, row, `${indent}${" ".repeat(digits + 11)}`);
    } else if (row.same && row.found !== null) {
      flush();
      terminal.line(terminal.paint("dim", line("", row.found)));
    } else {
      if (row.expected !== null) terminal.line(terminal.paint("cyan", line("expected", row.expected)));
      if (row.found !== null) found.push(row.found);
    }
  }
  flush();
}

/** The blanks that a line begins with: what all lines of a table have of them takes room and tells nothing. */
function indentOf(row: RowText | null): number[] {
  const text = row === null ? "" : textOf(row);
  return text.trim() === "" ? [] : [text.length - text.trimStart().length];
}

/** The line with its tabs as blanks, so that columns hold, and what a person could not see said. */
function textOf({ text, unended }: RowText): string {
  let shown = "";
  for (const char of text) shown += char === "\t" ? " ".repeat(TAB - (shown.length % TAB)) : char;
  return unended ? `${shown}  (no newline at end)` : shown;
}
