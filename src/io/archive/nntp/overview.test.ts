import { expect, test } from "vitest";
import { fromByteString } from "#model/bytes";
import { parseArticleId, parseGroup, parseNumbers, parseOverview } from "./overview.ts";

test("the state of a group", () => {
  expect(parseGroup("1234 3000234 3002322 misc.test")).toEqual({ count: 1234, low: 3000234, high: 3002322 });
  expect(parseGroup("0 4000 3999")).toEqual({ count: 0, low: 4000, high: 3999 });
  for (const wrong of ["", "1 2", "1 2 x", "-1 2 3 g", "1 2 99999999999 g"]) expect(parseGroup(wrong)).toBe(null);
});

test("an overview: lines that are none and numbers that were not asked for are left out", () => {
  const lines = [
    "3\ts\tf\td\t<a@example.org>\t\t1234\t20\tXref: x",
    "4\ts\tf\td\t<b@example.org>\t<a@example.org>\t\t",
    "x\ts\tf\td\t<c@example.org>\t\t1\t1",
    "5\ts\tf\td\tno id\t\t1\t1",
    "6",
    "",
    "9\ts\tf\td\t<d@example.org>\t\t1\t1",
  ];
  expect(parseOverview(fromByteString(lines.join("\n")), 1, 8)).toEqual([
    { number: 3, messageId: "<a@example.org>", size: 1234 },
    { number: 4, messageId: "<b@example.org>", size: 0 },
  ]);
});

test("a list of numbers, and the id in an answer", () => {
  expect(parseNumbers(fromByteString("1\n2 \n\nx\n7\n99999999999\n"), 1, 6)).toEqual([1, 2]);
  expect(parseArticleId("3 <a@example.org> article")).toBe("<a@example.org>");
  for (const wrong of ["3", "3 a@example.org", "<a@example.org>", "3 <a b>"]) expect(parseArticleId(wrong)).toBe(null);
});
