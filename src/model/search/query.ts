// What a search asks for, as a tree of terms. Its text form is read by parse-query.ts; answering it is for an index of mails.
import type { Problem } from "#model/bytes";

/** A part of a mail whose words can be searched. Each is a column of the index; see docs/formats/search.md for what it holds. */
export type TextField = (typeof TEXT_FIELDS)[number];

/** In the order of {@link SearchText}. */
export const TEXT_FIELDS = [
  "subject",
  "from",
  "to",
  "cc",
  "text",
  "quoted",
  "added",
  "removed",
  "context",
  "functions",
  "paths",
  "files",
  "id",
  "list",
] as const;

/** A value that a mail has or has not, found only as a whole. */
export type KeyKind = "message-id" | "list-id" | "patch-id" | "old-blob" | "new-blob" | "change-id" | "link";

/** A search. An `and` or `or` has two terms or more. */
export type Query =
  | {
      readonly kind: "words";
      /** All the words stand in one of these fields, one directly behind the other. */
      readonly fields: readonly TextField[];
      /** As typed; what is no letter, digit or `_` separates words. */
      readonly text: string;
      /** `stem`: any word with the same English stem; `exact`: these words; `start`: the last one may go on. */
      readonly match: "stem" | "exact" | "start";
    }
  | { readonly kind: "key"; readonly key: KeyKind; readonly value: string }
  /** Milliseconds since 1970, `from` included, `to` not; null for an open end. */
  | {
      readonly kind: "time";
      readonly of: "sent" | "received";
      readonly from: number | null;
      readonly to: number | null;
    }
  | { readonly kind: "and"; readonly terms: readonly Query[] }
  | { readonly kind: "or"; readonly terms: readonly Query[] }
  | { readonly kind: "not"; readonly term: Query };

/** Something in a query that cannot be searched for. */
export interface QueryProblem extends Problem {
  /** Offset in the query's text, in UTF-16 units. */
  readonly at: number;
}

/** A query as understood, and what was not. */
export interface ParsedQuery {
  /** Null when nothing is left to search for. */
  readonly query: Query | null;
  readonly problems: readonly QueryProblem[];
}
