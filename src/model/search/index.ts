// Search: the query language of lore.kernel.org, and what a mail says to it. Finding mails is for an index of them.

export type { Lexeme } from "./lex-query.ts";
export { lexQuery } from "./lex-query.ts";
export { joinNumbers } from "./numbers.ts";
export { MAX_NESTING, MAX_QUERY, parseQuery } from "./parse-query.ts";
export { PREFIXES } from "./prefixes.ts";
export type { Prefix } from "./prefixes.ts";
export type { KeyKind, ParsedQuery, Query, QueryProblem, TextField } from "./query.ts";
export { TEXT_FIELDS } from "./query.ts";
export { readRange, readTime } from "./read-time.ts";
export type { Span } from "./read-time.ts";
export type { SearchEntry, SearchText } from "./search-text.ts";
export { searchEntry } from "./search-text.ts";
export { isStemmed, stemOf } from "./stem.ts";
