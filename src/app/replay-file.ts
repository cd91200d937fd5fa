// One file of a tree after a change that was made to another state of it. The series is not among them: merge-series.ts of the queue
// has it.
import type { Bytes, Path } from "#model/bytes";
import { byteString, equalBytes, fromByteString, noBytes } from "#model/bytes";
import { linesOf } from "#model/diff";
import { uniteLedger } from "#model/ledger";
import { mergeLines } from "#model/merge";

/** The file with one more change; undefined where that is a question. */
export function mergeFile(
  path: Path,
  before: Bytes | null,
  after: Bytes | null,
  now: Bytes | null,
): Bytes | null | undefined {
  if (/^ledger\/[^/]+\.jsonl$/.test(path)) return uniteLedger(now ?? noBytes, before ?? noBytes, after ?? noBytes);
  if (sameFile(before, now) || sameFile(after, now)) return after;
  if (before === null && !path.startsWith("maps/")) return undefined;
  if (after === null || now === null || path.startsWith("patches/") || path.startsWith("resolutions/"))
    return undefined;
  if (path.startsWith("maps/")) return appended(now, before ?? noBytes, after);
  const merged = mergeLines({ base: linesOf(before ?? noBytes), ours: linesOf(now), theirs: linesOf(after) });
  return merged.kind === "merged" ? merged.lines.bytes : undefined;
}

/** A file to which lines are only ever added. */
function appended(now: Bytes, before: Bytes, after: Bytes): Bytes {
  const known = new Set([...byteString(now).split("\n"), ...byteString(before).split("\n")]);
  const added = byteString(after)
    .split("\n")
    .filter((line) => line !== "" && !known.has(line));
  return fromByteString(byteString(now) + added.map((line) => `${line}\n`).join(""));
}

/** Whether both have the same bytes, or neither is there. */
export function sameFile(one: Bytes | null, other: Bytes | null): boolean {
  return one === null || other === null ? one === other : equalBytes(one, other);
}
