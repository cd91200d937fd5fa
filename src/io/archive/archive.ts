// What every kind of archive offers: its messages, once each, from where one left off. Says nothing about what they mean,
// and keeps nothing itself: the reader stores what it was given together with the cursor.
import type { Bytes, Problem } from "#model/bytes";

/** One message as an archive gives it. */
export interface ArchivedMail {
  /**
   * Names the message inside its archive, the same at every visit: a blob id, a file name without its flags, UIDVALIDITY and UID,
   * an article number. A key is never used for other bytes.
   */
  readonly key: string;
  /** The mail as it was sent, mbox quoting undone. */
  readonly bytes: Bytes;
  /** When the archive received it, milliseconds since 1970; null when it does not say. */
  readonly received: number | null;
}

/**
 * What happened in an archive, in order.
 * `added`: a message that the reader does not know. `removed`: it is gone, whoever sees it later must not find it.
 * `present`: all keys that the archive has now; any other one is gone (history was rewritten, files were deleted).
 * `reached`: everything up to here was given; a visit that begins with this cursor goes on behind it.
 */
export type ArchiveStep =
  | { readonly kind: "added"; readonly mail: ArchivedMail }
  | { readonly kind: "removed"; readonly key: string }
  | { readonly kind: "present"; readonly keys: ReadonlySet<string> }
  | { readonly kind: "reached"; readonly cursor: string }
  | { readonly kind: "problem"; readonly problem: Problem };

/**
 * An open archive. Laws, held by contract.ts for every kind: a reader that stores steps up to a `reached` in one transaction and
 * begins again with its cursor has, after any number of kills, each message once; a visit without news gives no `added`.
 */
export interface Archive extends AsyncDisposable {
  /** As a person names it: a path or an address, without any password. */
  readonly name: string;
  /**
   * What is new since `cursor`, a text that an earlier visit gave and nobody else reads; null for everything.
   * A cursor that no longer fits (another UIDVALIDITY, a rewritten history) leads to a `present`, not to an error.
   * `known` says whether the reader has the message with a key already: such a message need not be given again.
   * Throws UserError when the archive cannot be reached.
   */
  changes(cursor: string | null, known: (key: string) => boolean): AsyncIterable<ArchiveStep>;
  /**
   * Gives a message again by its key; null when it is gone. Missing where that is slow or needs a network: the reader keeps the bytes.
   */
  read?(keys: readonly string[]): AsyncIterable<Bytes | null>;
  /** Yields whenever something may have changed, until `signal` aborts. Missing where one can only ask again. */
  watch?(signal: AbortSignal): AsyncIterable<void>;
}

/** What every kind takes when it is opened; tests and settings use it. */
export interface ArchiveOptions {
  /** Most messages between two `reached`, so how many a reader stores in one transaction; {@link archiveLimits} otherwise. */
  readonly every?: number;
  /** Milliseconds from one look to the next of a `watch` that hears nothing; {@link archiveLimits} otherwise. */
  readonly poll?: number;
}

/**
 * `every`, `poll`: see {@link ArchiveOptions}. `message`: bytes of the largest message that is given.
 * `depth`: directories below one another in a folder of mails.
 */
export const archiveLimits = { every: 1000, poll: 30_000, message: 1024 * 1024 * 1024, depth: 16 } as const;
