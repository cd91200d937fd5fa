// The prefixes of the query language: which fields or keys each one searches. They are those of lore.kernel.org
// (public-inbox 1.9, `public-inbox-extindex`/`_/text/help`), so that a query can be pasted from there.
import type { KeyKind, TextField } from "./query.ts";

/** What a prefix searches. */
export type Prefix =
  | { readonly kind: "words"; readonly fields: readonly TextField[] }
  | { readonly kind: "key"; readonly keys: readonly KeyKind[] }
  | { readonly kind: "time"; readonly of: "sent" | "received" };

const DIFF: readonly TextField[] = ["paths", "removed", "added", "functions", "context"];
const UNQUOTED: readonly TextField[] = ["text", ...DIFF];
const BODY: readonly TextField[] = [...UNQUOTED, "quoted"];
const PEOPLE: readonly TextField[] = ["to", "cc", "from"];

/** Where a word without a prefix is looked for: everywhere but in `To` and `Cc`, which would find every mail of a busy person. */
export const EVERYWHERE: readonly TextField[] = ["id", "subject", "from", "files", ...BODY];

const words = (...fields: readonly TextField[]): Prefix => ({ kind: "words", fields });
const keys = (...kinds: readonly KeyKind[]): Prefix => ({ kind: "key", keys: kinds });

/** By name, without the colon. */
export const PREFIXES: ReadonlyMap<string, Prefix> = new Map<string, Prefix>([
  ["s", words("subject")],
  ["f", words("from")],
  ["t", words("to")],
  ["c", words("cc")],
  ["tc", words("to", "cc")],
  ["tcf", words(...PEOPLE)],
  ["a", words(...PEOPLE)],
  ["b", words(...BODY)],
  ["bs", words(...BODY, "subject")],
  ["q", words("quoted")],
  ["nq", words(...UNQUOTED)],
  ["n", words("files")],
  ["l", words("list")],
  ["m", words("id")],
  ["dfn", words("paths")],
  ["dfa", words("removed")],
  ["dfb", words("added")],
  ["dfctx", words("context")],
  ["dfhh", words("functions")],
  ["mid", keys("message-id")],
  ["lid", keys("list-id")],
  ["patchid", keys("patch-id")],
  ["dfpre", keys("old-blob")],
  ["dfpost", keys("new-blob")],
  ["dfblob", keys("old-blob", "new-blob")],
  ["d", { kind: "time", of: "sent" }],
  ["dt", { kind: "time", of: "sent" }],
  ["rt", { kind: "time", of: "received" }],
]);
