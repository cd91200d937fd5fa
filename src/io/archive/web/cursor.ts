// How far a web archive was read, as text. Pure.

/** How far an archive was read. */
export interface WebCursor {
  /** The keys of the newest messages, newest first: where the next visit, which reads from the newest one on, knows its way again. */
  readonly newest: readonly string[];
  /** The fingerprint of the archive when everything up to it was surely given; null when that was too fresh to tell. */
  readonly settled: string | null;
}

/** Messages that are remembered. As many are read at every visit that finds news; a removal among them is seen. */
export const REMEMBERED = 16;

/** A cursor as text. */
export function printCursor({ newest, settled }: WebCursor): string {
  return JSON.stringify({ v: 1, newest: newest.slice(0, REMEMBERED), settled });
}

/** Reads what {@link printCursor} wrote; null for anything else, so that the archive is read anew. */
export function parseCursor(text: string | null): WebCursor | null {
  if (text === null) return null;
  try {
    const { v, newest, settled } = JSON.parse(text) as WebCursor & { v: number };
    const sound = v === 1 && Array.isArray(newest) && (settled === null || typeof settled === "string");
    return sound ? { newest, settled } : null;
  } catch {
    return null;
  }
}
