// How far a group was read, and whether its numbers are still the same ones. Pure: text in, text out, and a decision.
import type { ByteString } from "#model/bytes";
import type { GroupState } from "./overview.ts";

/** How far a group was read. */
export interface NntpCursor {
  /** What GROUP said when the last visit that came to its end began; null within a visit. */
  readonly group: GroupState | null;
  /** Articles up to here were given. */
  readonly high: number;
  /** Of the articles up to `high` that there were: how many, and the sum of their numbers (below 2^53 for 4 million full ones). */
  readonly count: number;
  readonly sum: number;
  /** The last few of them: when one has another message id now, the server has numbered anew. */
  readonly last: readonly (readonly [number: number, messageId: ByteString])[];
}

/** A group of which nothing was read. */
export const unread: NntpCursor = { group: null, high: 0, count: 0, sum: 0, last: [] };

/** Articles that are remembered by number and message id. */
const REMEMBERED = 4;

/** Counts one more article, which has a higher number than those before. */
export function advanced(cursor: NntpCursor, number: number, messageId: ByteString): NntpCursor {
  const last = [...cursor.last, [number, messageId] as const].slice(-REMEMBERED);
  return { group: null, high: number, count: cursor.count + 1, sum: cursor.sum + number, last };
}

/** A cursor as text. */
export function printCursor({ group, high, count, sum, last }: NntpCursor): string {
  return JSON.stringify({ v: 1, group, high, count, sum, last });
}

/** Reads what {@link printCursor} wrote; {@link unread} for anything else, so that the group is read anew. */
export function parseCursor(text: string | null): NntpCursor {
  if (text === null) return unread;
  try {
    const { v, ...cursor } = JSON.parse(text) as NntpCursor & { v: number };
    return v === 1 && Number.isSafeInteger(cursor.high) && Array.isArray(cursor.last) ? cursor : unread;
  } catch {
    return unread;
  }
}
