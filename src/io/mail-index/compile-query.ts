// A search as a condition of SQL on the table `mail`. Words that stand together in the tree become one full-text query.
import type { Query, TextField } from "#model/search";
import { joinNumbers, stemOf } from "#model/search";
import type { MailIndex } from "./open-index.ts";
import { rows } from "./open-index.ts";
import { columnOf, KEY_KINDS } from "./schema.ts";

/** A condition, and the values of its placeholders in order. */
export interface Condition {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** Words with one stem that are tried; the busiest stem of lore has fewer than a hundred. */
const MAX_STEM_WORDS = 300;

/** Compiles a search; the stems of its words are looked up in the index. */
export function compileQuery(index: MailIndex, query: Query): Condition {
  const match = matchOf(index, query);
  if (match !== null) return { text: "mail.id IN (SELECT rowid FROM words WHERE words MATCH ?)", values: [match] };
  switch (query.kind) {
    case "words":
      throw new Error("words are always a full-text query");
    case "key":
      return keyCondition(query.key, query.value);
    case "time":
      return timeCondition(query.of, query.from, query.to);
    case "not": {
      const { text, values } = compileQuery(index, query.term);
      return { text: `NOT (${text})`, values };
    }
    case "and":
    case "or": {
      const conditions = gathered(index, query).map((term) => compileQuery(index, term));
      return {
        text: conditions.map(({ text }) => `(${text})`).join(query.kind === "and" ? " AND " : " OR "),
        values: conditions.flatMap(({ values }) => values),
      };
    }
  }
}

/** The terms, with all those that full text can answer as one. */
function gathered(index: MailIndex, query: Query & { kind: "and" | "or" }): readonly Query[] {
  const together = query.terms.filter((term) => matchOf(index, term) !== null);
  if (together.length < 2 || together.length === query.terms.length) return query.terms;
  return [{ kind: query.kind, terms: together }, ...query.terms.filter((term) => !together.includes(term))];
}

/** The full-text query for a tree of words; null when something else is in it. */
function matchOf(index: MailIndex, query: Query): string | null {
  switch (query.kind) {
    case "words":
      return `(${wordsMatch(index, query)})`;
    case "or": {
      const matches = query.terms.map((term) => matchOf(index, term));
      return matches.includes(null) ? null : `(${matches.join(" OR ")})`;
    }
    case "and": {
      // FTS5 has NOT between two searches only: "a NOT b".
      const wanted = query.terms.filter(({ kind }) => kind !== "not").map((term) => matchOf(index, term));
      const unwanted = query.terms.flatMap((term) => (term.kind === "not" ? [matchOf(index, term.term)] : []));
      if (wanted.length === 0 || wanted.includes(null) || unwanted.includes(null)) return null;
      const positive = `(${wanted.join(" AND ")})`;
      return unwanted.length === 0 ? positive : `(${positive} NOT (${unwanted.join(" OR ")}))`;
    }
    case "key":
    case "time":
    case "not":
      return null;
  }
}

function wordsMatch(index: MailIndex, { fields, text, match }: Query & { kind: "words" }): string {
  const columns = columnFilter(fields);
  switch (match) {
    case "exact":
      return `${columns} : ${quote(text)}`;
    case "start":
      return `${columns} : ${quote(text)} *`;
    case "stem": {
      const words = stemWords(index, text.toLowerCase());
      return words.map((word) => `${columns} : ${quote(word)}`).join(" OR ");
    }
  }
}

// The word as typed is always among them, be it in the index or not.
function stemWords(index: MailIndex, word: string): string[] {
  const stem = stemOf(word);
  const found = rows<{ word: string }>(index, "SELECT word FROM stem WHERE stem = ? LIMIT ?", stem, MAX_STEM_WORDS);
  return [...new Set([word, stem, ...found.map((one) => one.word)])];
}

function columnFilter(fields: readonly TextField[]): string {
  return `{${fields.map(columnOf).join(" ")}}`;
}

function quote(text: string): string {
  // FTS5 reads a NUL as the end of the query.
  return `"${joinNumbers(text).replaceAll('"', '""').replaceAll("\0", " ")}"`;
}

const BY_KEY = "mail.id IN (SELECT mail FROM key WHERE kind = ? AND";

function keyCondition(key: (Query & { kind: "key" })["key"], value: string): Condition {
  switch (key) {
    case "message-id":
      return { text: "mail.name IN (SELECT id FROM message_id WHERE value = ?)", values: [value] };
    case "old-blob":
    case "new-blob": {
      // Mails abbreviate blob ids, and so do people: either may be the longer one.
      const shorter = Array.from({ length: Math.max(0, value.length - MIN_BLOB) }, (_, at) =>
        value.slice(0, MIN_BLOB + at),
      );
      const text = `${BY_KEY} (value >= ? AND value < ? OR value IN (${shorter.map(() => "?").join(", ")})))`;
      return { text, values: [KEY_KINDS[key], value, `${value}g`, ...shorter] };
    }
    case "list-id":
    case "patch-id":
    case "change-id":
    case "link":
      return { text: `${BY_KEY} value = ?)`, values: [KEY_KINDS[key], value] };
  }
}

/** Shorter abbreviations of blob ids name too much. */
const MIN_BLOB = 7;

function timeCondition(of: "sent" | "received", from: number | null, to: number | null): Condition {
  const column = `mail.${of}`;
  const parts = [...(from === null ? [] : [`${column} >= ?`]), ...(to === null ? [] : [`${column} < ?`])];
  return { text: parts.join(" AND "), values: [from, to].filter((bound) => bound !== null) };
}
