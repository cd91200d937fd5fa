// Reads unified and git diffs out of any text: a patch file, a mail body, a notice.
// It counts hunk lines and never cuts at a marker; context diffs and ed scripts are not read.
import type { Bytes, Problem } from "#model/bytes";
import { lineCount, lineStarts } from "#model/bytes";
import { MAX_BINARY_BYTES, parseBinary, promisedSize } from "./binary.ts";
import type { Header } from "./header.ts";
import { parseHeader } from "./header.ts";
import { parseHunk } from "./hunk.ts";
import type { Source } from "./source.ts";
import { lineText, MAX_TEXT, pieceOf } from "./source.ts";
import type { BinaryChange, Diff, FileDiff, Hunk } from "./types.ts";

/** A larger patch is not read: queueing one of 200 MB took 2 GB of memory. A whole release of Linux has 80 MB. */
export const MAX_BYTES = 100 * 1024 * 1024;
/** Each line of a hunk takes about 60 bytes of memory beside its own. */
export const MAX_LINES = 3_000_000;
/** Each file change takes about 700 bytes of memory beside its own. Linux has 90,000 files. */
export const MAX_FILES = 200_000;
/** Each hunk takes about 400 bytes of memory beside its own. */
export const MAX_HUNKS = 500_000;

/**
 * The diff in `bytes`; text around it is kept in `lead` and `trail`, so `printDiff(parseDiff(bytes))` gives `bytes`.
 * A malformed hunk ends its file change, leaves its bytes to the text that follows, and is reported.
 */
export function parseDiff(bytes: Bytes): Diff {
  const tooLarge = sizeProblem(bytes);
  if (tooLarge !== null) return { files: [], trail: bytes, problems: [tooLarge] };
  const starts = lineStarts(bytes);
  const source: Source = { bytes, starts, lineCount: starts.length - 1 };
  const files: FileDiff[] = [];
  const problems: Problem[] = [];
  let leadFrom = 0;
  let line = 0;
  let hunks = 0;
  let made = 0;
  while (line < source.lineCount) {
    const header = mayOpen(source, line) ? parseHeader(source, line) : null;
    if (header === null) {
      line += 1;
      continue;
    }
    if (files.length >= MAX_FILES) {
      problems.push({ message: `patch has more than ${MAX_FILES} file changes`, line: line + 1 });
      break;
    }
    const long = longLine(source, line, header.next);
    if (long !== null) problems.push(long);
    const { file, next } = parseFile(source, header, leadFrom, line, MAX_HUNKS - hunks, problems);
    files.push(file);
    hunks += file.hunks.length;
    made += binarySize(file.binary);
    leadFrom = next;
    line = next;
    if (made > MAX_BINARY_BYTES) {
      problems.push({ message: `binary changes make more than ${MAX_BINARY_BYTES} bytes`, line: next });
      break;
    }
    if (hunks >= MAX_HUNKS) break;
  }
  return { files, trail: pieceOf(source, leadFrom, source.lineCount), problems };
}

/** Why nothing of the bytes is read; asked before anything is made of them. */
function sizeProblem(bytes: Bytes): Problem | null {
  if (bytes.length > MAX_BYTES) return { message: `patch has ${bytes.length} bytes, more than ${MAX_BYTES}` };
  const lines = bytes.length > MAX_LINES ? lineCount(bytes) : 0;
  return lines > MAX_LINES ? { message: `patch has ${lines} lines, more than ${MAX_LINES}` } : null;
}

/** Names on such a line would be cut short. */
function longLine(source: Source, from: number, to: number): Problem | null {
  for (let line = from; line < to; line++) {
    const length = (source.starts[line + 1] ?? 0) - (source.starts[line] ?? 0);
    if (length > MAX_TEXT) return { message: `header line has ${length} bytes, more than ${MAX_TEXT}`, line: line + 1 };
  }
  return null;
}

/** What applying a binary change takes at most, in the direction that takes more. */
function binarySize(binary: BinaryChange | null): number {
  const sizes = [binary?.forward, binary?.reverse].map((half) => (half ? promisedSize(half) : 0));
  return Math.max(...sizes);
}

/** Only lines beginning with `d`, `I` or `-` can open a file change; looked at before any text is made. */
function mayOpen(source: Source, line: number): boolean {
  const first = source.bytes[source.starts[line] ?? 0];
  return first === 0x64 || first === 0x49 || first === 0x2d;
}

function parseFile(
  source: Source,
  header: Header,
  leadFrom: number,
  headerFrom: number,
  room: number,
  problems: Problem[],
): { readonly file: FileDiff; readonly next: number } {
  let line = header.next;
  const hunks: Hunk[] = [];
  let binary: BinaryChange | null = null;
  if (header.binary) {
    const parsed = parseBinary(source, line);
    binary = parsed.binary;
    problems.push(...parsed.problems);
    line = parsed.next;
  } else {
    for (;;) {
      if (hunks.length >= room) {
        problems.push({ message: `patch has ${MAX_HUNKS} hunks or more`, line: line + 1 });
        break;
      }
      const parsed = parseHunk(source, line);
      if (parsed === null) {
        if (lineText(source, line).startsWith("@@ -"))
          problems.push({ message: "hunk head is malformed", line: line + 1 });
        break;
      }
      if ("message" in parsed) {
        problems.push(parsed);
        break;
      }
      hunks.push(parsed.hunk);
      line = parsed.next;
    }
  }
  const file: FileDiff = {
    lead: pieceOf(source, leadFrom, headerFrom),
    header: pieceOf(source, headerFrom, header.next),
    ...withImpliedChange(header, hunks),
    newPath: header.newPath,
    oldPath: header.oldPath,
    oldMode: header.oldMode,
    newMode: header.newMode,
    oldId: header.oldId,
    newId: header.newId,
    git: header.git,
    hunks,
    binary,
  };
  return { file, next: line };
}

/** A plain diff says by /dev/null or an epoch date that a side does not exist; the header has read both. */
function withImpliedChange(header: Header, hunks: readonly Hunk[]): { readonly change: FileDiff["change"] } {
  if (header.change !== "modify" || header.git) return { change: header.change };
  const [first] = hunks;
  if (hunks.length === 1 && first && header.oldGone && first.oldCount === 0) return { change: "create" };
  if (hunks.length === 1 && first && header.newGone && first.newCount === 0) return { change: "delete" };
  return { change: "modify" };
}
