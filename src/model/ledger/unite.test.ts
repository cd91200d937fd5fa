// One ledger file out of two.
import { expect, test } from "vitest";
import { byteString, bytesOf } from "#model/bytes";
import { uniteLedger } from "./unite.ts";

/** Events as `time op`, in one string. */
const file = (short: string): string =>
  short
    .split(" ")
    .filter((word) => word !== "")
    .map(
      (word) => `{"at":"2026-02-0${word[0]}T00:00:00Z","op":"${word.slice(1)}","by":"M <m@example.org>","kind":"x"}\n`,
    )
    .join("");
const unite = (now: string, before: string, after: string): string =>
  byteString(uniteLedger(bytesOf(now), bytesOf(before), bytesOf(after)));

test.each([
  ["by time", "1a 3b", "1a", "1a 2c", "1a 2c 3b"],
  ["of one time: ours behind", "1a 2b", "1a", "1a 2c", "1a 2b 2c"],
  ["an operation stays together", "1a 3b", "1a", "1a 2c 2d 4d", "1a 2c 2d 4d 3b"],
  ["what is there already is not put in again", "1a 2c 3b", "1a", "1a 2c", "1a 2c 3b"],
  ["earlier than all", "2a", "", "1c", "1c 2a"],
  ["into nothing", "", "", "1c 2d", "1c 2d"],
])("%s", (_what, now, before, after, expected) => {
  expect(unite(file(now), file(before), file(after))).toBe(file(expected));
});

test("lines that cannot be read stay where they are", () => {
  expect(unite(`what\n${file("1a")}?\n${file("3b")}`, file("1a"), file("1a 2c"))).toBe(
    `what\n${file("1a")}${file("2c")}?\n${file("3b")}`,
  );
});
