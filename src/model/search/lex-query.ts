// Cuts the text of a query into words, phrases, operators and parentheses. What they mean together is parse-query.ts's.
import { PREFIXES } from "./prefixes.ts";

/** A piece of a query; `at` is its offset. */
export type Lexeme =
  | {
      readonly kind: "term";
      readonly at: number;
      /** A name in PREFIXES, or null. */
      readonly prefix: string | null;
      /** Without the quotes of a phrase. */
      readonly text: string;
      readonly quoted: boolean;
    }
  | { readonly kind: "open"; readonly at: number; readonly prefix: string | null }
  | { readonly kind: "close" | "and" | "or" | "not"; readonly at: number };

// Curly quotes come from phones and word processors.
const QUOTES = '"“”';
const OPERATORS = new Map([
  ["AND", "and"],
  ["OR", "or"],
  ["NOT", "not"],
] as const) as ReadonlyMap<string, "and" | "or" | "not">;

/** The pieces in order. Every character is in one of them or is a blank; a quote that is not closed goes to the end. */
export function lexQuery(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (/\s/.test(char)) at += 1;
    else if (char === ")") lexemes.push({ kind: "close", at: at++ });
    else if ((char === "-" || char === "+") && /[^\s)+-]/.test(text[at + 1] ?? " ")) {
      // A word that must stand in the mail is what every word is, so "+" says nothing.
      if (char === "-") lexemes.push({ kind: "not", at });
      at += 1;
    } else at = lexTerm(text, at, lexemes);
  }
  return lexemes;
}

function lexTerm(text: string, start: number, lexemes: Lexeme[]): number {
  const named = /^([a-z]+):(?=[^\s)])/.exec(text.slice(start, start + 20));
  const prefix = named && PREFIXES.has(named[1] ?? "") ? (named[1] ?? null) : null;
  const at = prefix === null ? start : start + prefix.length + 1;
  const char = text[at] ?? "";
  if (char === "(") {
    lexemes.push({ kind: "open", at: start, prefix });
    return at + 1;
  }
  if (QUOTES.includes(char)) {
    const close = indexOfAny(text, QUOTES, at + 1);
    const end = close < 0 ? text.length : close;
    lexemes.push({ kind: "term", at: start, prefix, text: text.slice(at + 1, end), quoted: true });
    return end + 1;
  }
  const end = wordEnd(text, at);
  const word = text.slice(at, end);
  const operator = prefix === null ? OPERATORS.get(word) : undefined;
  if (operator !== undefined) lexemes.push({ kind: operator, at: start });
  else lexemes.push({ kind: "term", at: start, prefix, text: word, quoted: false });
  return end;
}

// A word goes to a blank, a quote or a parenthesis that it did not open itself: "alloc_dax()" is one word.
function wordEnd(text: string, from: number): number {
  let open = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (/\s/.test(char) || QUOTES.includes(char)) break;
    if (char === "(") open += 1;
    if (char === ")" && --open < 0) break;
  }
  return Math.max(at, from + 1);
}

function indexOfAny(text: string, chars: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (chars.includes(text[at] ?? "")) return at;
  return -1;
}
