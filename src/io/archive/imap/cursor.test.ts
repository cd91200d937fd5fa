import { expect, test } from "vitest";
import { parseCursor, printCursor } from "./cursor.ts";

test("a cursor survives being text; anything else is read anew", () => {
  const cursor = { validity: "1700000000", next: 7, count: 5 };
  expect(parseCursor(printCursor(cursor))).toEqual(cursor);
  for (const text of [null, "", "null", "[]", '{"v":2,"validity":"1","next":1,"count":1}', '{"v":1,"validity":1}'])
    expect(parseCursor(text)).toBe(null);
});
