// How a mailbox is written, by evidence; and that a mailbox split in parts is the mailbox split at once.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { mboxForm } from "./mbox-form.ts";
import { type MboxForm, printMbox, splitMboxPart } from "./mbox.ts";

const LINE = "From a@example.org Mon Jan  1 00:00:00 2024\n";
const counted = (body: string): string => `${LINE}A: b\nContent-Length: ${body.length}\n\n${body}\n`;

const rd: MboxForm = { quoting: "mboxrd", lengths: false };
test.each<[string, string, MboxForm]>([
  ["nothing", "", rd],
  ["nothing quoted", `${LINE}A: b\n\nx\n\n`, rd],
  ["one level says nothing", `${LINE}A: b\n\n>From x\n\n`, rd],
  ["a quotation whose From line has one mark more", `${LINE}A: b\n\n> text\n>>From x\n> text\n\n`, rd],
  [
    "a quotation whose From line has as many marks",
    `${LINE}A: b\n\n>> text\n>>From x\n\n`,
    { ...rd, quoting: "mboxo" },
  ],
  ["lengths that are true", counted("x\n") + counted("yy\n"), { ...rd, lengths: true }],
  ["lengths, and a From line in a body", counted("x\n\nFrom y\n") + counted("z\n"), { quoting: "none", lengths: true }],
  ["lengths that are wrong", counted("x\n").replace("x\n", "xxx\n") + counted("y\n").replace("y\n", "yyy\n"), rd],
  [
    "one wrong length of three",
    counted("a\n") + counted("b\n").replace("b\n", "bbb\n") + counted("c\n"),
    { ...rd, lengths: true },
  ],
])("the form of a mailbox: %s", (_, text, form) => {
  expect(mboxForm(bytesOf(text), true)).toEqual(form);
});

const split = (text: string, form: MboxForm): string[] =>
  splitMboxPart(fromByteString(text), form, true).map(({ bytes }) => byteString(bytes));

test("a true length tells the end of a mail, whatever is in it", () => {
  const form: MboxForm = { quoting: "none", lengths: true };
  const inside = `x\n\n${LINE}Subject: no mail of its own\n\n>From y\n`;
  expect(split(counted(inside) + counted("no end") + counted(""), form)).toEqual([
    `A: b\nContent-Length: ${inside.length}\n\n${inside}`,
    "A: b\nContent-Length: 6\n\nno end",
    "A: b\nContent-Length: 0\n\n",
  ]);
});

test("a length that is not true is passed over", () => {
  const form: MboxForm = { quoting: "none", lengths: true };
  expect(split(`${LINE}A: b\nContent-Length: 3\n\nlonger\n\n${counted("y\n")}`, form)).toEqual([
    "A: b\nContent-Length: 3\n\nlonger\n",
    "A: b\nContent-Length: 2\n\ny\n",
  ]);
  expect(split(`${LINE}A: b\nContent-Length: 300000\n\nx\n\n${counted("y\n")}`, form).length).toBe(2);
});

const piece = fc.constantFrom(
  "From ",
  ">From ",
  LINE,
  "\n",
  "\r\n",
  "A: b\n",
  "Content-Length: 2\n",
  "\0",
  "text",
  "x".repeat(900),
);

test("a mailbox split in parts of any size is the mailbox split at once", () => {
  const mailbox = fc
    .array(fc.oneof(piece, fc.constant(counted("y\n"))), { maxLength: 40 })
    .map((list) => LINE + list.join(""));
  const forms = fc.record({ quoting: fc.constantFrom("mboxrd", "mboxo", "none"), lengths: fc.boolean() });
  fc.assert(
    fc.property(mailbox, forms, fc.integer({ min: 1, max: 3000 }), (text, form, size) => {
      const bytes = fromByteString(text);
      const found: string[] = [];
      let begin = 0;
      for (let end = size; begin < bytes.length; end += size) {
        const mails = splitMboxPart(bytes.subarray(begin, end), form, end >= bytes.length);
        found.push(...mails.map((mail) => byteString(mail.bytes)));
        begin += mails.at(-1)?.end ?? 0;
        if (end >= bytes.length) break;
      }
      expect(found).toEqual(split(text, form));
    }),
    { numRuns: 300 },
  );
});

test("hostile mailboxes with lengths take linear time", () => {
  const texts = [
    "Content-Length: 2\n",
    `${LINE}Content-Length: 9\n`,
    "From \nContent-Length: 99999999\n",
    ">",
    ">>From x\n>>",
    "\n\n",
  ];
  for (const text of texts) {
    const bytes = bytesOf(LINE + text.repeat(Math.ceil(1_000_000 / text.length)));
    const form = mboxForm(bytes, true);
    expect(splitMboxPart(bytes, { ...form, lengths: true }, true).length).toBeGreaterThan(0);
  }
});

test("printing makes mboxrd", () => {
  const mails = ["A: b\n\n>> text\n>From x\n", "A: b\n\nFrom y\n"].map(fromByteString);
  expect(mboxForm(printMbox(mails), true)).toEqual(rd);
});
