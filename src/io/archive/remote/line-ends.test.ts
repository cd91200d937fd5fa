import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { byteString, fromByteString } from "#model/bytes";
import { withLfEnds } from "./line-ends.ts";

test("each CRLF becomes LF and nothing else changes, for any bytes", () => {
  assert(
    property(string({ unit: constantFrom("\r", "\n", "a", "\xff", "\0") }), (text) => {
      expect(byteString(withLfEnds(fromByteString(text)))).toBe(text.replaceAll("\r\n", "\n"));
    }),
  );
});
