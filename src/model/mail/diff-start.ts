// Where a diff begins inside text. Knows first lines only: parsing a diff is the part #model/diff.
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";

/**
 * Offset of the first line of the first diff at or after `from` (a line start), -1 when there is none.
 * A diff begins with `diff -`, with `Index: ` above a rule or a `---` line, or with a `--- ` line above a `+++ ` line.
 */
export function findDiff(bytes: Bytes, from = 0): number {
  for (let at = from; at < bytes.length; at = nextLine(bytes, at)) {
    // d, I and - are the only first characters; the test keeps long bodies cheap.
    const first = bytes[at];
    if (first !== 100 && first !== 73 && first !== 45) continue;
    const head = byteString(bytes, at, Math.min(bytes.length, at + 7));
    if (head.startsWith("diff -") && !head.startsWith("diff - ")) return at;
    const below = head === "Index: " || head.startsWith("--- ") ? lineHead(bytes, nextLine(bytes, at)) : "";
    if (head.startsWith("--- ") && below.startsWith("+++ ")) return at;
    if (head === "Index: " && (below.startsWith("====") || below.startsWith("--- ") || below.startsWith("RCS ")))
      return at;
  }
  return -1;
}

/** Offset of the line after the one that `at` is in. */
export function nextLine(bytes: Bytes, at: number): number {
  const end = bytes.indexOf(10, at);
  return end < 0 ? bytes.length : end + 1;
}

function lineHead(bytes: Bytes, at: number): string {
  return byteString(bytes, at, Math.min(bytes.length, at + 4));
}
