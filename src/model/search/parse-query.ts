// Reads a query in the language of lore.kernel.org: words, phrases, prefixes, AND OR NOT and parentheses. Never throws.
// What Xapian's parser does there and this one does not is listed in docs/formats/search.md.
import type { ParsedQuery, Query, QueryProblem, TextField } from "./query.ts";
import { lexQuery, type Lexeme } from "./lex-query.ts";
import { EVERYWHERE, PREFIXES, type Prefix } from "./prefixes.ts";
import { readRange } from "./read-time.ts";
import { isStemmed } from "./stem.ts";

/** Longer queries are cut. */
export const MAX_QUERY = 20_000;
/** Parentheses nested deeper are passed over. */
export const MAX_NESTING = 100;
/** Words of which no mail, and nobody, needs more; each costs a search of its own. Keys, such as Message-IDs, are not counted. */
export const MAX_WORDS = 100;

/**
 * The search that `text` stands for; `now`, milliseconds since 1970, is what `2.weeks.ago` counts from.
 * Words side by side are joined by AND; NOT binds closest, then AND, then OR; `-word` is NOT.
 * Several keys of one prefix side by side are alternatives (`mid:a@b mid:c@d`), as in lore: no mail has two.
 */
export function parseQuery(text: string, now: number): ParsedQuery {
  const problems: QueryProblem[] = [];
  if (text.length > MAX_QUERY)
    problems.push({ message: `Read query: only the first ${MAX_QUERY} characters are read`, at: MAX_QUERY });
  const state: State = { lexemes: lexQuery(text.slice(0, MAX_QUERY)), next: 0, depth: 0, words: 0, now, problems };
  const parts: Query[] = [];
  for (;;) {
    const part = readOr(state, null);
    if (part !== null) parts.push(part);
    const rest = state.lexemes[state.next];
    if (rest === undefined) break;
    problems.push({ message: 'Read query: a ")" without "("', at: rest.at });
    state.next += 1;
  }
  return { query: joined("and", parts), problems };
}

interface State {
  readonly lexemes: readonly Lexeme[];
  next: number;
  depth: number;
  words: number;
  readonly now: number;
  readonly problems: QueryProblem[];
}

/** What a prefix before a parenthesis says about the words inside; null for none. */
type Inside = Prefix | null;

function readOr(state: State, inside: Inside): Query | null {
  const terms: Query[] = [];
  for (;;) {
    const term = readAnd(state, inside);
    if (term !== null) terms.push(term);
    const lexeme = state.lexemes[state.next];
    if (lexeme?.kind !== "or") break;
    state.next += 1;
    if (term === null) say(state, lexeme, 'nothing stands before "OR"');
    if (isEnd(state.lexemes[state.next])) say(state, lexeme, 'nothing stands behind "OR"');
  }
  return joined("or", terms);
}

function readAnd(state: State, inside: Inside): Query | null {
  const terms: Query[] = [];
  // Keys side by side, by prefix.
  const keys = new Map<string, Query[]>();
  let before: Lexeme | null = null;
  for (;;) {
    const lexeme = state.lexemes[state.next];
    if (lexeme === undefined || lexeme.kind === "close" || lexeme.kind === "or") break;
    if (lexeme.kind === "and") {
      state.next += 1;
      if (before === null || isEnd(state.lexemes[state.next]))
        say(state, lexeme, `nothing stands ${before === null ? "before" : "behind"} "AND"`);
      before = lexeme;
      continue;
    }
    const term = readNot(state, inside);
    if (term === null) continue;
    const prefix = lexeme.kind === "term" && lexeme.prefix !== null ? lexeme.prefix : "";
    const bare = PREFIXES.get(prefix)?.kind === "key" && before?.kind !== "and";
    const others = bare ? keys.get(prefix) : undefined;
    if (others !== undefined) others.push(term);
    else {
      const group = [term];
      if (PREFIXES.get(prefix)?.kind === "key") keys.set(prefix, group);
      terms.push({ kind: "or", terms: group });
    }
    before = lexeme;
  }
  return joined(
    "and",
    terms.flatMap((term) => (term.kind === "or" ? (joined("or", term.terms) ?? []) : term)),
  );
}

function readNot(state: State, inside: Inside): Query | null {
  const lexeme = state.lexemes[state.next];
  if (lexeme?.kind !== "not") return readTerm(state, inside);
  state.next += 1;
  // A row of NOTs is read in a loop: it may be long.
  let odd = true;
  for (; state.lexemes[state.next]?.kind === "not"; state.next += 1) odd = !odd;
  if (isEnd(state.lexemes[state.next])) {
    say(state, lexeme, "nothing stands behind NOT");
    return null;
  }
  const term = readTerm(state, inside);
  return term !== null && odd ? { kind: "not", term } : term;
}

function readTerm(state: State, inside: Inside): Query | null {
  const lexeme = state.lexemes[state.next];
  if (lexeme === undefined || (lexeme.kind !== "open" && lexeme.kind !== "term")) return null;
  state.next += 1;
  const prefix = lexeme.prefix === null ? inside : (PREFIXES.get(lexeme.prefix) ?? inside);
  if (lexeme.kind === "term") return termOf(state, lexeme, prefix);
  if (state.depth >= MAX_NESTING) {
    say(state, lexeme, `more than ${MAX_NESTING} parentheses are open`);
    return null;
  }
  state.depth += 1;
  const query = readOr(state, prefix);
  state.depth -= 1;
  if (state.lexemes[state.next]?.kind === "close") state.next += 1;
  else say(state, lexeme, 'no ")" for this "("');
  if (query === null) say(state, lexeme, "nothing stands in the parentheses");
  return query;
}

function termOf(state: State, lexeme: Lexeme & { kind: "term" }, prefix: Inside): Query | null {
  const { text } = lexeme;
  if (prefix?.kind === "time") {
    const range = readRange(text, state.now);
    if (range === null) say(state, lexeme, `"${text}" is no date`);
    return range && { kind: "time", of: prefix.of, ...range };
  }
  if (prefix?.kind === "key") {
    const value = keyValue(lexeme.prefix ?? "", text);
    if (value === "") say(state, lexeme, `nothing stands behind "${lexeme.prefix ?? ""}:"`);
    return value === ""
      ? null
      : joined(
          "or",
          prefix.keys.map((key) => ({ kind: "key", key, value }) as const),
        );
  }
  return wordsOf(state, lexeme, prefix?.fields ?? EVERYWHERE);
}

function wordsOf(state: State, lexeme: Lexeme & { kind: "term" }, fields: readonly TextField[]): Query | null {
  const { quoted } = lexeme;
  const star = !quoted && lexeme.text.endsWith("*");
  const text = lexeme.text.replace(/\*+$/, "");
  if (!/[\p{L}\p{N}_]/u.test(text)) {
    say(state, lexeme, `no word in "${lexeme.text}"`);
    return null;
  }
  state.words += 1;
  if (state.words > MAX_WORDS) {
    if (state.words === MAX_WORDS + 1) say(state, lexeme, `only the first ${MAX_WORDS} words are searched for`);
    return null;
  }
  const match = star ? "start" : !quoted && isStemmed(text) ? "stem" : "exact";
  const words: Query = { kind: "words", fields, text, match };
  // A blob or patch id stands in the lines that nobody indexes as words, yet it is what a person pastes.
  if (!fields.includes("added") || !fields.includes("removed") || !/^[0-9a-f]{7,40}$/.test(text) || star) return words;
  const ids: Query[] = (["old-blob", "new-blob"] as const).map((key) => ({ kind: "key", key, value: text }));
  if (text.length === 40) ids.push({ kind: "key", key: "patch-id", value: text });
  return { kind: "or", terms: [words, ...ids] };
}

function keyValue(prefix: string, text: string): string {
  const bare = text.replace(/^<(.*)>$/, "$1").trim();
  return prefix === "mid" ? bare : bare.toLowerCase();
}

function isEnd(lexeme: Lexeme | undefined): boolean {
  return lexeme === undefined || lexeme.kind === "close" || lexeme.kind === "or" || lexeme.kind === "and";
}

function joined(kind: "and" | "or", terms: readonly Query[]): Query | null {
  const [first, ...others] = terms;
  return first === undefined || others.length === 0 ? (first ?? null) : { kind, terms };
}

function say(state: State, { at }: Lexeme, message: string): void {
  state.problems.push({ message: `Read query: ${message}`, at });
}
