// How much of a posting is there, in words. Numbers are in the posting itself.
import type { PatchMail } from "./patch-mail.ts";

/** Numbers of missing patches that are told one by one. */
const MAX_TOLD = 12;

/** `8 of 8 seen on this list`, `6 of 8 seen on this list, not 2 and 7`. */
export function seenInWords(slots: readonly (PatchMail | null)[]): string {
  const missing = slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
  const seen = `${slots.length - missing.length} of ${slots.length} seen on this list`;
  if (missing.length === 0 || missing.length === slots.length || missing.length > MAX_TOLD) return seen;
  const last = missing.at(-1);
  const others = missing.slice(0, -1);
  return `${seen}, not ${others.length === 0 ? "" : `${others.join(", ")} and `}${last}`;
}
