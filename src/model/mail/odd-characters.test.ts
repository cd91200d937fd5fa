// Which characters count as odd, where, and that nothing else does.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findOddCharacters } from "./odd-characters.ts";

const found = (text: string): string[] =>
  findOddCharacters(text).map((odd) => `${odd.line}:${odd.column} ${odd.class} ${odd.name} "${odd.context}"`);

test.each<[string, string, readonly string[]]>([
  ["plain text", "int a;\n\treturn 0;\r\n\f\n", []],
  ["letters of many scripts", "Jürgen Łukasz Дмитрий 山田太郎 שלום العربية ไทย हिन्दी", []],
  ["a name from right to left without overrides", "Reviewed-by: דוד לוי <david@example.org>", []],
  ["emoji", "❤️‍🔥 👩‍💻 🏳️‍🌈 1️⃣", []],
  ["joiners that a script needs", "می‌خواهم क्‍ष", []],
  ["units and differences", "5µs 3kΩ Δt αBeta", []],
  ["a byte order mark in front", "\ufeffSubject", []],
  ["an escape sequence", "red \u001b[31m", ['1:5 control U+001B ESCAPE "red <U+001B>[31m"']],
  ["a carriage return inside a line", "good\rbad\n", ['1:5 control U+000D CARRIAGE RETURN "good<U+000D>bad"']],
  [
    "C1 controls",
    "a\u009b2J\u0085",
    [
      '1:2 control U+009B CONTROL SEQUENCE INTRODUCER "a<U+009B>2J<U+0085>"',
      '1:5 control U+0085 NEXT LINE "a<U+009B>2J<U+0085>"',
    ],
  ],
  [
    "an override in the third line",
    "a\nb\nif (x\u202e) { // \u2066 end",
    [
      '3:6 bidi U+202E RIGHT-TO-LEFT OVERRIDE "if (x<U+202E>) { // <U+2066> end"',
      '3:14 bidi U+2066 LEFT-TO-RIGHT ISOLATE "if (x<U+202E>) { // <U+2066> end"',
    ],
  ],
  ["a zero-width space", "ad\u200bmin", ['1:3 invisible U+200B ZERO WIDTH SPACE "ad<U+200B>min"']],
  ["a joiner that joins Latin letters", "ad\u200dmin", ['1:3 invisible U+200D ZERO WIDTH JOINER "ad<U+200D>min"']],
  ["a byte order mark elsewhere", "a\ufeff", ['1:2 invisible U+FEFF ZERO WIDTH NO-BREAK SPACE "a<U+FEFF>"']],
  ["a Hangul filler", "int \u3164;", ['1:5 invisible U+3164 HANGUL FILLER "int <U+3164>;"']],
  ["an invisible operator", "f\u2061(x)", ['1:2 invisible U+2061 FUNCTION APPLICATION "f<U+2061>(x)"']],
  ["a tag character", "x\u{e0041}", ['1:2 tag U+E0041 TAG CHARACTER "x<U+E0041>"']],
  ["a soft hyphen", "inter\u00adnal", ['1:6 soft-hyphen U+00AD SOFT HYPHEN "inter<U+00AD>nal"']],
  ["a Cyrillic letter in a Latin word", "is_аdmin", ['1:4 homoglyph U+0430 LOOK-ALIKE LETTER "is_<U+0430>dmin"']],
  ["columns count characters", "😀😀\u200b", ['1:3 invisible U+200B ZERO WIDTH SPACE "😀😀<U+200B>"']],
])("%s", (_, text, expected) => {
  expect(found(text)).toEqual(expected);
});

test("names, contexts and places are plain for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      for (const odd of findOddCharacters(text)) {
        expect(odd.name).toMatch(/^U\+[0-9A-F]{4,6} [A-Z -]+$/);
        expect(Array.from(text.split("\n")[odd.line - 1] ?? "")[odd.column - 1]?.codePointAt(0)).toBe(odd.code);
        expect(findOddCharacters(odd.context).filter((one) => one.class !== "homoglyph")).toEqual([]);
      }
    }),
  );
});

test("a long text takes no long time", () => {
  const started = performance.now();
  findOddCharacters("\u200b".repeat(200_000));
  findOddCharacters("aа".repeat(100_000));
  findOddCharacters(`${"a_1".repeat(100_000)}\n`.repeat(3));
  expect(performance.now() - started).toBeLessThan(3000);
});
