// Writes diffs: a parsed one byte for byte, or hunks made anew.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes, fromByteString } from "#model/bytes";
import type { Diff, FileDiff, Hunk } from "./types.ts";

/** Law: `printDiff(parseDiff(bytes))` equals `bytes`. */
export function printDiff(diff: Diff): Bytes {
  return concatBytes([...diff.files.flatMap(piecesOf), diff.trail]);
}

/** One file change without the text before it. */
export function printFileDiff(file: FileDiff): Bytes {
  return concatBytes(piecesOf(file).slice(1));
}

function piecesOf(file: FileDiff): Bytes[] {
  const pieces = [file.lead, file.header];
  for (const hunk of file.hunks) pieces.push(hunk.head, hunk.body);
  if (file.binary) pieces.push(file.binary.body);
  return pieces;
}

/** A hunk head line; a count of 1 is left out as diff and git do. `heading` is what follows the second `@@`, without the blank. */
export function printHunkHead(
  hunk: Omit<Hunk, "head" | "body" | "lines" | "chopped" | "leading" | "trailing">,
  heading = "",
): Bytes {
  const text = `@@ -${range(hunk.oldStart, hunk.oldCount)} +${range(hunk.newStart, hunk.newCount)} @@`;
  return heading === ""
    ? bytesOf(`${text}\n`)
    : concatBytes([bytesOf(`${text} `), fromByteString(heading), bytesOf("\n")]);
}

function range(start: number, count: number): string {
  return count === 1 ? `${start}` : `${start},${count}`;
}
