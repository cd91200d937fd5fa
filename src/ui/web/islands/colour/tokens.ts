// Cuts text into what is to be coloured. Linear in its length.
import type { Language } from "./languages.ts";

export type TokenKind = "comment" | "string" | "keyword" | "number" | "macro";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** The tokens in order; they do not overlap. `text` is pieces of a file, so that nothing is taken to be open at its begin. */
export function tokensOf(text: string, language: Language): Token[] {
  const tokens: Token[] = [];
  const push = (kind: TokenKind, start: number, end: number): void => void tokens.push({ kind, start, end });
  const word = /[A-Za-z_]\w*|\d[\w.]*/y;
  let at = 0;
  let lineStart = true;
  while (at < text.length) {
    if (lineStart && language.macro !== null) {
      const end = endOfLine(text, at);
      const [found] = language.macro.exec(text.slice(at, Math.min(end, at + 200))) ?? [];
      if (found !== undefined) {
        push("macro", at, at + found.length);
        at += found.length;
      }
    }
    lineStart = false;
    const next = commentOrString(text, at, language);
    if (next !== null) {
      push(next.kind, at, next.end);
      at = next.end;
      continue;
    }
    word.lastIndex = at;
    const [found] = word.exec(text) ?? [];
    if (found === undefined) {
      lineStart = text[at] === "\n";
      at += 1;
      continue;
    }
    if (/^\d/.test(found)) push("number", at, at + found.length);
    else if (language.words.has(found)) push("keyword", at, at + found.length);
    at += found.length;
  }
  return tokens;
}

function commentOrString(text: string, at: number, language: Language): { kind: TokenKind; end: number } | null {
  if (language.line.some((begin) => text.startsWith(begin, at))) return { kind: "comment", end: endOfLine(text, at) };
  for (const [begin, end] of language.block) {
    if (!text.startsWith(begin, at)) continue;
    const found = text.indexOf(end, at + begin.length);
    return { kind: "comment", end: found < 0 ? text.length : found + end.length };
  }
  const quote = language.quotes.find((one) => text.startsWith(one, at));
  if (quote === undefined) return null;
  const limit = quote.length === 3 || quote === "`" ? text.length : endOfLine(text, at);
  for (let to = at + quote.length; to < limit; to += 1) {
    if (text[to] === "\\") to += 1;
    else if (text.startsWith(quote, to)) return { kind: "string", end: to + quote.length };
  }
  // An apostrophe in a sentence opens no string.
  return quote.length === 1 && quote !== "`" ? null : { kind: "string", end: limit };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
