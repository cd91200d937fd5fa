// Reads unified and git diffs out of any text: a patch file, a mail body, a notice.
// It counts hunk lines and never cuts at a marker; context diffs and ed scripts are not read.
import type { Bytes, Problem } from "#model/bytes";
import { lineStarts } from "#model/bytes";
import { parseBinary } from "./binary.ts";
import type { Header } from "./header.ts";
import { parseHeader } from "./header.ts";
import { parseHunk } from "./hunk.ts";
import type { Source } from "./source.ts";
import { lineText, pieceOf } from "./source.ts";
import type { BinaryChange, Diff, FileDiff, Hunk } from "./types.ts";

/**
 * The diff in `bytes`; text around it is kept in `lead` and `trail`, so `printDiff(parseDiff(bytes))` gives `bytes`.
 * A malformed hunk ends its file change, leaves its bytes to the text that follows, and is reported.
 */
export function parseDiff(bytes: Bytes): Diff {
  const starts = lineStarts(bytes);
  const source: Source = { bytes, starts, lineCount: starts.length - 1 };
  const files: FileDiff[] = [];
  const problems: Problem[] = [];
  let leadFrom = 0;
  let line = 0;
  while (line < source.lineCount) {
    const header = mayOpen(source, line) ? parseHeader(source, line) : null;
    if (header === null) {
      line += 1;
      continue;
    }
    const { file, next } = parseFile(source, header, leadFrom, line, problems);
    files.push(file);
    leadFrom = next;
    line = next;
  }
  return { files, trail: pieceOf(source, leadFrom, source.lineCount), problems };
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
