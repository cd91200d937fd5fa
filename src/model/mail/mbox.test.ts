// Laws and cases of mailbox files.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { printMbox, splitMbox, type MboxQuoting } from "./mbox.ts";

const pieces = fc.constantFrom(
  "From ",
  ">From ",
  ">>From ",
  "From a Mon Jan  1 00:00:00 2024",
  "\n",
  "\r\n",
  "\r",
  "Subject: x",
  "\0",
  "\xff",
  "text",
  " ",
);
const message = fc.array(pieces).map((list) => `${list.join("")}\n`);

test("split(print(messages)) gives the messages back", () => {
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      const { messages: found, problems } = splitMbox(printMbox(messages.map(fromByteString)));
      expect(found.map((bytes) => byteString(bytes))).toEqual(messages);
      expect(problems).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

const split = (text: string, quoting?: MboxQuoting): string[] =>
  splitMbox(bytesOf(text), quoting).messages.map((bytes) => byteString(bytes));
const LINE = "From a@example.org Mon Jan  1 00:00:00 2024\n";

test.each<[string, string, string[]]>([
  ["no mails", "", []],
  ["a file without From line is one mail, unchanged", "Subject: a\n\n>From x\n", ["Subject: a\n\n>From x\n"]],
  ["one mail", `${LINE}a\n\n`, ["a\n"]],
  ["no empty line between mails", `${LINE}a\n${LINE}b\n`, ["a\n", "b\n"]],
  ["CRLF", `${LINE}a\r\n\r\n${LINE}b\r\n`, ["a\r\n", "b\r\n"]],
  ["one level of quoting goes", `${LINE}>From x\n>>From y\n> From z\n`, ["From x\n>From y\n> From z\n"]],
  ["a From line without time inside text is text", `${LINE}a\nFrom here on\nb\n`, ["a\nFrom here on\nb\n"]],
  [
    "a From line without time above a header is a separator",
    `${LINE}a\n\nFrom nobody\nSubject: b\n`,
    ["a\n", "Subject: b\n"],
  ],
  [
    "git format-patch",
    `From 0123456789abcdef Mon Sep 17 00:00:00 2001\nSubject: a\n\nx\n\nFrom 0123456789abcdef Mon Sep 17 00:00:00 2001\nSubject: b\n`,
    ["Subject: a\n\nx\n", "Subject: b\n"],
  ],
])("%s", (_, text, expected) => {
  expect(split(text)).toEqual(expected);
});

test("mboxo unquotes only one level", () => {
  expect(split(`${LINE}>From x\n>>From y\n`, "mboxo")).toEqual(["From x\n>>From y\n"]);
});

test("a truncated last mail is kept and reported", () => {
  const { messages, problems } = splitMbox(bytesOf(`${LINE}a\n\n${LINE}Subject: b\n\ntrunc`));
  expect(messages.map((bytes) => byteString(bytes))).toEqual(["a\n", "Subject: b\n\ntrunc"]);
  expect(problems).toEqual([{ message: "Split mailbox: message 2 has no line end, it may be truncated" }]);
});

test("hostile mailboxes take linear time", () => {
  for (const text of ["From ", ">", "\n>From ", "\nFrom ", "\n\nFrom x\nA: b\n", ">From "]) {
    // A quadratic step over 1 MB runs into the test's time limit.
    const { messages } = splitMbox(bytesOf(LINE + text.repeat(Math.ceil(1_000_000 / text.length))));
    expect(messages.length).toBeGreaterThan(0);
  }
});
