// The order of a dictionary that looks at letters and digits first, as the sort of an en_US locale did before glibc 2.28.
// Not a locale: nothing outside ASCII is ordered but by its bytes.
import type { ByteString } from "#model/bytes";

/**
 * Compares letters and digits regardless of case; where those are equal, lower case comes first, then bytes decide.
 * A total order: 0 only for equal strings.
 */
export function compareIgnoringPunctuation(left: ByteString, right: ByteString): number {
  const a = left.replace(/[^A-Za-z0-9]/g, "");
  const b = right.replace(/[^A-Za-z0-9]/g, "");
  // Swapped case makes "a" (then "A") sort before "B", lower case first.
  return compare(a.toLowerCase(), b.toLowerCase()) || compare(b, a) || compare(left, right);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
