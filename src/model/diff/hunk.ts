// Reads one hunk of a unified diff by counting its lines.
import type { Problem } from "#model/bytes";
import type { Source } from "./source.ts";
import { lineText, pieceOf } from "./source.ts";
import type { Hunk, HunkLine } from "./types.ts";

const LF = 10;
const TAB = 9;
const CR = 13;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const BACKSLASH = 92;

/** GNU patch 2.7.6 takes this many missing lines at the end of the text for blank context that a mailer chopped off. */
const MAX_CHOPPED_LINES = 2;

/** The hunk whose head is at `line`; null when there is no head; a problem when its lines do not add up. */
export function parseHunk(
  source: Source,
  line: number,
): { readonly hunk: Hunk; readonly next: number } | Problem | null {
  const head = parseHunkHead(source, line);
  if (head === null) return null;
  const { bytes, starts, lineCount } = source;
  const bodyFrom = starts[line + 1] ?? bytes.length;
  const lines: HunkLine[] = [];
  let oldLeft = head.oldCount;
  let newLeft = head.newCount;
  let at = line + 1;
  let chopped = 0;
  while (oldLeft > 0 || newLeft > 0) {
    if (at >= lineCount) {
      const isChopped = oldLeft === newLeft && oldLeft <= MAX_CHOPPED_LINES && lines.length > 0;
      if (!isChopped || bytes[bytes.length - 1] !== LF) {
        return { message: `hunk ends ${oldLeft} old and ${newLeft} new lines too early`, line: line + 1 };
      }
      const end = bytes.length - bodyFrom;
      chopped = oldLeft;
      for (; oldLeft > 0; oldLeft--, newLeft--) lines.push({ kind: "context", start: end - 1, end });
      break;
    }
    const start = starts[at] ?? 0;
    const from = start - bodyFrom;
    const to = (starts[at + 1] ?? bytes.length) - bodyFrom;
    const first = bytes[start];
    if (first === SPACE && oldLeft > 0 && newLeft > 0) {
      lines.push({ kind: "context", start: from + 1, end: to });
      oldLeft -= 1;
      newLeft -= 1;
    } else if (first === MINUS && oldLeft > 0) {
      lines.push({ kind: "delete", start: from + 1, end: to });
      oldLeft -= 1;
    } else if (first === PLUS && newLeft > 0) {
      lines.push({ kind: "insert", start: from + 1, end: to });
      newLeft -= 1;
    } else if (first === BACKSLASH && lines.length > 0) {
      dropLineEnd(lines, bytes, bodyFrom);
    } else if (
      (first === LF || first === TAB || (first === CR && bytes[start + 1] === LF)) &&
      oldLeft > 0 &&
      newLeft > 0
    ) {
      // A mailer ate the blank that marks a context line.
      lines.push({ kind: "context", start: from, end: to });
      oldLeft -= 1;
      newLeft -= 1;
    } else {
      return {
        message: `hunk is malformed: line "${lineText(source, at).slice(0, 60)}" is no part of it, ${oldLeft} old and ${newLeft} new lines are missing`,
        line: at + 1,
      };
    }
    at += 1;
  }
  if (at < lineCount && bytes[starts[at] ?? 0] === BACKSLASH && lines.length > 0) {
    dropLineEnd(lines, bytes, bodyFrom);
    at += 1;
  }
  return {
    hunk: {
      head: pieceOf(source, line, line + 1),
      body: pieceOf(source, line + 1, at),
      ...head,
      lines,
      chopped,
      leading: leadingContext(lines),
      trailing: trailingContext(lines),
    },
    next: at,
  };
}

interface HunkHead {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

function parseHunkHead(source: Source, line: number): HunkHead | null {
  const start = source.starts[line];
  if (start === undefined || source.bytes[start] !== 0x40) return null;
  const found = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/.exec(lineText(source, line));
  if (!found) return null;
  return {
    oldStart: Number(found[1]),
    oldCount: Number(found[2] ?? 1),
    newStart: Number(found[3]),
    newCount: Number(found[4] ?? 1),
  };
}

/** `\ No newline at end of file` (in any language) says that the line before it ends without LF. */
function dropLineEnd(lines: HunkLine[], bytes: Uint8Array, bodyFrom: number): void {
  const last = lines.at(-1);
  if (last && last.end > last.start && bytes[bodyFrom + last.end - 1] === LF) {
    lines[lines.length - 1] = { ...last, end: last.end - 1 };
  }
}

function leadingContext(lines: readonly HunkLine[]): number {
  const first = lines.findIndex((line) => line.kind !== "context");
  return first < 0 ? lines.length : first;
}

function trailingContext(lines: readonly HunkLine[]): number {
  const last = lines.findLastIndex((line) => line.kind !== "context");
  return lines.length - 1 - last;
}
