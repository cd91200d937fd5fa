// How far an IMAP folder was read, as text. Pure.

/** How far a folder was read. */
export interface ImapCursor {
  /** UIDVALIDITY (RFC 9051 2.3.1.1): another one, and no UID means what it did. */
  readonly validity: string;
  /** The UIDs below this one were given. */
  readonly next: number;
  /** Messages with those UIDs, when they were given. */
  readonly count: number;
}

/** A cursor as text. */
export function printCursor({ validity, next, count }: ImapCursor): string {
  return JSON.stringify({ v: 1, validity, next, count });
}

/** Reads what {@link printCursor} wrote; null for anything else, so that the folder is read anew. */
export function parseCursor(text: string | null): ImapCursor | null {
  if (text === null) return null;
  try {
    const { v, validity, next, count } = JSON.parse(text) as ImapCursor & { v: number };
    const sound = v === 1 && typeof validity === "string" && Number.isSafeInteger(next) && Number.isSafeInteger(count);
    return sound ? { validity, next, count } : null;
  } catch {
    return null;
  }
}
