import { expect, test } from "vitest";
import { advanced, parseCursor, printCursor, unread } from "./cursor.ts";

test("a cursor survives being text, and remembers the last few articles only", () => {
  let cursor = unread;
  for (let number = 1; number <= 9; number++) cursor = advanced(cursor, number * 2, `<${number}@example.org>`);
  expect(cursor).toMatchObject({ group: null, high: 18, count: 9, sum: 90 });
  expect(cursor.last.map(([number]) => number)).toEqual([12, 14, 16, 18]);
  const whole = { ...cursor, group: { count: 9, low: 2, high: 18 } };
  expect(parseCursor(printCursor(whole))).toEqual(whole);
});

test("anything else is read anew", () => {
  for (const text of [null, "", "{", "null", '{"v":2,"high":1,"last":[]}', '{"v":1}'])
    expect(parseCursor(text)).toEqual(unread);
});
