// The law of trailers: nothing of a description is lost or moved. Cases are in cases/trailers.txt.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, fromByteString } from "#model/bytes";
import { makeTrailer, parseTrailers, printTrailers } from "./trailers.ts";

const line = fc.constantFrom(
  "",
  " ",
  "text",
  "Key: value",
  "Acked-by: A <a@example.org>",
  'Fixes: 012345 ("a',
  'b")',
  "<a@example.org>",
  "[note]",
  "  folded",
  "\xff: x",
  "Cc:",
  "\r",
);

test("body and trailers make the description again", () => {
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, ended) => {
      const text = lines.join("\n") + (ended ? "\n" : "");
      const { body, trailers } = parseTrailers(fromByteString(text));
      expect(byteString(body) + byteString(printTrailers(trailers))).toBe(text);
      for (const { key, value, raw } of trailers) expect(raw).toContain(key === "" ? value : `${key}:`);
    }),
    { numRuns: 2000 },
  );
});

test("a trailer that was added is found again", () => {
  const trailer = makeTrailer("Reviewed-by", "Rita Reviewer <rita@example.org> (powerpc)");
  expect(parseTrailers(fromByteString(`Text.\n\n${trailer.raw}`)).trailers).toEqual([trailer]);
});

test("a million lines take linear time", () => {
  for (const text of ["Key: value\n", "\n", " \n", "a\n\n", "Acked-by: a\n\n", 'Fixes: ("\n', "["]) {
    // A quadratic step runs into the test's time limit.
    const description = text.repeat(1_000_000 / text.length);
    const { body, trailers } = parseTrailers(fromByteString(description));
    expect(byteString(body) + trailers.map(({ raw }) => raw).join("") === description).toBe(true);
  }
});
