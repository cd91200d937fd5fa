// The difference between two versions of a patch file, as `diff -u` would show it. A dry run prints it.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes } from "#model/bytes";
import { linesOf, makeHunks } from "#model/diff";
import type { PatchName } from "#model/queue";
import { showName } from "#model/queue";

/** Bytes, because patch files are; none for equal ones. */
export function patchDiff(name: PatchName, before: Bytes, after: Bytes): Bytes {
  const path = `patches/${showName(name)}`;
  const hunks = makeHunks(linesOf(before), linesOf(after), 3).flatMap(({ head, body }) => [head, body]);
  return hunks.length === 0 ? bytesOf("") : concatBytes([bytesOf(`--- a/${path}\n+++ b/${path}\n`), ...hunks]);
}
