// Runs the tables cases/*.txt: a query, a time or a word as typed, and below it, indented, what is understood.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { parseQuery } from "./parse-query.ts";
import { EVERYWHERE } from "./prefixes.ts";
import type { Query } from "./query.ts";
import { readRange } from "./read-time.ts";
import { searchEntry } from "./search-text.ts";
import { isStemmed, stemOf } from "./stem.ts";

const NOW = Date.parse("2024-03-14T15:09:26Z");

const TABLES: readonly [string, (line: string) => readonly string[]][] = [
  ["queries.txt", printParsed],
  ["times.txt", printRange],
  ["stems.txt", (word) => [isStemmed(word) ? stemOf(word) : `as written: ${word}`]],
];

describe("tables", () => {
  test.each(TABLES)("%s", (name, read) => {
    const file = join(import.meta.dirname, "cases", name);
    const lines = readFileSync(file, "utf8").split("\n");
    const printed = lines
      .filter((line) => !line.startsWith("    "))
      .flatMap((line) =>
        line === "" || line.startsWith("#") ? [line] : [line, ...read(line).map((one) => `    ${one}`)],
      )
      .join("\n");
    if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, printed);
    expect(readFileSync(file, "utf8")).toBe(printed);
  });
});

test("any text is a query, and every problem points into it", () => {
  const piece = fc.constantFrom(
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "-",
    "s:",
    "d:",
    "mid:",
    "..",
    "a",
    "*",
    " ",
    "dfn:x",
    "é",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 60 }).map((all) => all.join("")),
      ),
      (text) => {
        const { query, problems } = parseQuery(text, NOW);
        for (const { at } of problems) expect(at >= 0 && at <= text.length).toBe(true);
        expect(query === null || print(query) !== "").toBe(true);
      },
    ),
  );
});

test("a query of many operators or parentheses is read in time and without a deep stack", () => {
  expect(parseQuery("NOT ".repeat(5000), NOW).query).toBe(null);
  expect(parseQuery(`${"(".repeat(10_000)}a`, NOW).problems.length).toBeGreaterThan(0);
  expect(parseQuery("a OR ".repeat(4000), NOW).query?.kind).toBe("or");
});

test("a mail is sorted into the fields that prefixes name", () => {
  const file = join(import.meta.dirname, "cases", "mail.eml");
  const { text, keys } = searchEntry(parseMessage(readFileSync(file)));
  const printed = [
    ...Object.entries(text).map(([field, value]) => `${field}: ${JSON.stringify(value)}`),
    ...keys.map(({ kind, value }) => `key ${kind}: ${value}`),
  ];
  const expected = join(import.meta.dirname, "cases", "mail-fields.txt");
  const shown = `${printed.join("\n")}\n`;
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(expected, shown);
  expect(readFileSync(expected, "utf8")).toBe(shown);
});

test("any bytes have words or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const body = new Uint8Array([
        ...bytesOf("Subject: x\nContent-Type: text/plain; charset=gb18030\n\ndiff --git a/x b/x\n"),
        ...bytes,
      ]);
      expect(searchEntry(parseMessage(body)).text.subject).toBe("x");
    }),
  );
});

function printParsed(text: string): string[] {
  const { query, problems } = parseQuery(text, NOW);
  return [query === null ? "nothing" : print(query), ...problems.map(({ at, message }) => `at ${at}: ${message}`)];
}

function print(query: Query): string {
  switch (query.kind) {
    case "words": {
      const fields = query.fields === EVERYWHERE ? "anywhere" : query.fields.join("+");
      return `${fields} ${query.match} ${JSON.stringify(query.text)}`;
    }
    case "key":
      return `${query.key} = ${query.value}`;
    case "time":
      return `${query.of} ${printEnds(query)}`;
    case "not":
      return `not (${print(query.term)})`;
    case "and":
    case "or":
      return query.terms.map((term) => `(${print(term)})`).join(` ${query.kind} `);
  }
}

function printRange(text: string): string[] {
  const range = readRange(text, NOW);
  return [range === null ? "no time" : printEnds(range)];
}

function printEnds({ from, to }: { readonly from: number | null; readonly to: number | null }): string {
  return `from ${printTime(from)} until ${printTime(to)}`;
}

function printTime(at: number | null): string {
  return at === null ? "…" : new Date(at).toISOString().replace(".000Z", "Z");
}
