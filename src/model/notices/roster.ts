// The list at the end of a notice: what else of this author is in the queue.
import type { ByteString } from "#model/bytes";
import { addressesIn } from "./addresses.ts";

/** A queued patch, as far as the roster needs it. */
export interface RosterEntry {
  readonly name: string;
  /** The patch's author, `Name <address>` or a bare address. */
  readonly author: ByteString;
}

/** The names of the author's patches, in the order of the entries, which is the series order. Addresses are compared regardless of case. */
export function roster(entries: readonly RosterEntry[], author: ByteString): string[] {
  const address = addressesIn(author)[0]?.toLowerCase();
  if (address === undefined) return [];
  return entries.filter((entry) => addressesIn(entry.author)[0]?.toLowerCase() === address).map((entry) => entry.name);
}
