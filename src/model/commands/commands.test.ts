// What counts as a command in a mail, and whom no machine answers.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, textOf } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { printAnswer } from "./answer.ts";
import { whyNoAnswer } from "./answerable.ts";
import { parseCommands } from "./parse-commands.ts";

test.each([
  ["#longarm hold", ["hold:"]],
  ["#LONGARM  Hold  wait for v2 \r\n#longarm note x", ["hold:wait for v2", "note:x"]],
  ["> #longarm drop obsolete\n| #longarm drop\n #longarm drop\ntext #longarm drop", []],
  ["#longarm note one\n-- \n#longarm drop obsolete", ["note:one"]],
  ["#longarm note one\n-----Original Message-----\n#longarm drop obsolete", ["note:one"]],
  ["#longarm note one\n---\n#longarm drop obsolete", ["note:one"]],
  ["diff --git a/x b/x\n+x\n#longarm drop obsolete", []],
  ["#longarm\n#longarmed hold\n#longarm-hold", ["?"]],
  ["#longarm dance\n#longarm hold", ["?", "hold:"]],
  ["#longarm note a\u001b[2Jb\u202ec", ["note:a [2Jb c"]],
])("%j", (text, wanted) => {
  const { commands, problems } = parseCommands(text);
  expect([...problems.map(() => "?"), ...commands.map((one) => `${one.word}:${one.text}`)]).toEqual(wanted);
});

test("whatever the text, quoted lines never count and no more commands come out than its limit", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constant("#longarm drop x")), { maxLength: 60 }), (lines) => {
      const text = lines.join("\n");
      expect(parseCommands(text).commands.length).toBeLessThanOrEqual(20);
      const quoted = text.split(/\r\n|\n|\r/).map((line) => `> ${line}`);
      expect(parseCommands(quoted.join("\n"))).toEqual({ commands: [], problems: [] });
    }),
  );
});

test.each([
  ["", false],
  ["Auto-Submitted: no\n", false],
  ["Auto-Submitted: auto-generated\n", true],
  ["Precedence: junk\n", true],
  // Lists mark what people write as bulk, too.
  ["Precedence: list\nList-Id: <l.example.org>\n", false],
  ["X-Auto-Response-Suppress: All\n", true],
  ["Return-Path: <>\n", true],
  ["Return-Path: <ada@example.org>\n", false],
])("%j is not answered: %s", (header, silent) => {
  const message = parseMessage(bytesOf(`From: Ada <ada@example.org>\n${header}Subject: x\n\n`));
  expect(whyNoAnswer(message, ["tree@example.org"]) !== null).toBe(silent);
  expect(whyNoAnswer(message, ["ADA@example.org"])).not.toBeNull();
});

test("an answer is never itself answered, holds no command, and cannot be given headers by what it answers", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (line, subject) => {
      const { bytes } = printAnswer(
        [{ line: `#longarm ${line.replace(/[\r\n]/g, " ")}`, outcome: "done", text: "x" }],
        {
          from: "Tree <tree@example.org>",
          to: "ada@example.org",
          host: "example.org",
          date: { time: 0, zone: 0 },
          messageId: "a@example.org",
          subject,
        },
      );
      const message = parseMessage(bytes);
      expect(whyNoAnswer(message, [])).not.toBeNull();
      expect(message.headers.map(({ name }) => name)).toHaveLength(11);
      expect(parseCommands(textOf(message.body)).commands).toEqual([]);
    }),
  );
});
