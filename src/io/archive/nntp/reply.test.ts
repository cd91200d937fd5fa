import { array, assert, constantFrom, integer, property, string } from "fast-check";
import { expect, test } from "vitest";
import { byteString, concatBytes, fromByteString } from "#model/bytes";
import { makeReplyReader, type Reply, replyLimits, unstuff } from "./reply.ts";

function fed(text: string, blockCodes: readonly (number | null)[], size = text.length || 1, maxBlock = 1000) {
  const reader = makeReplyReader();
  for (const blockCode of blockCodes) reader.expect({ blockCode, maxBlock });
  const replies: Reply[] = [];
  let fault: string | null = null;
  for (let at = 0; at < text.length; at += size) {
    const part = reader.feed(fromByteString(text.slice(at, at + size)));
    replies.push(...part.replies);
    fault = part.fault;
  }
  const shown = replies.map(({ code, text: said, block, tooLong }) =>
    tooLong ? [code, said, "too long"] : [code, said, block && byteString(block)],
  );
  return { shown, fault, waiting: reader.waiting };
}

test("answers with and without a block, whatever the pieces they come in", () => {
  const text =
    "200 welcome\r\n220 1 <a@b>\r\nSubject: x\r\n\r\n..dot\r\n.. \xff\rno end\n\r\n.\r\n" +
    "224 none\r\n.\r\n423 gone\r\n";
  for (const size of [1, 2, 3, 7, 1000]) {
    expect(fed(text, [null, 220, 224, 220], size)).toEqual({
      shown: [
        [200, "welcome", null],
        [220, "1 <a@b>", "Subject: x\n\n.dot\n. \xff\rno end\n\n"],
        [224, "none", ""],
        [423, "gone", null],
      ],
      fault: null,
      waiting: 0,
    });
  }
});

test("a block that is too long is dropped, and what follows it is not", () => {
  const text = `220 1 <a@b>\r\n${"x".repeat(5000)}\r\n.\r\n223 2 <c@d>\r\n`;
  for (const size of [1, 100, 10_000])
    expect(fed(text, [220, null], size).shown).toEqual([
      [220, "1 <a@b>", "too long"],
      [223, "2 <c@d>", null],
    ]);
});

test("a stream that is no NNTP is a fault, as is a line without end", () => {
  expect(fed("HTTP/1.1 400 Bad\r\n", [null]).fault).toBe('a line that is no answer: "HTTP/1.1 400 Bad"');
  expect(fed("2".repeat(replyLimits.line + 2), [null]).fault).toMatch(/more than/);
  expect(fed("\x16\x03\x01\n", [null]).fault).toBe('a line that is no answer: "???"');
});

test("what is stuffed and sent comes back, for any lines", () => {
  const line = string({ unit: constantFrom(".", "a", "\r", "\xff", " ") }).filter((text) => !text.endsWith("\r"));
  assert(
    property(array(line), integer({ min: 1, max: 9 }), (lines, size) => {
      const stuffed = lines.map((text) => `${text.startsWith(".") ? "." : ""}${text}\r\n`).join("");
      const sent = fromByteString(`220 0\r\n${stuffed}.\r\n`);
      const reader = makeReplyReader();
      reader.expect({ blockCode: 220, maxBlock: 1e6 });
      const replies: Reply[] = [];
      for (let at = 0; at < sent.length; at += size) replies.push(...reader.feed(sent.subarray(at, at + size)).replies);
      expect(replies.map(({ block }) => block && byteString(block))).toEqual([
        lines.map((text) => `${text}\n`).join(""),
      ]);
    }),
  );
});

test("unstuff leaves what it did not put in: lone CR, lone LF, dots inside lines", () => {
  const text = "a\r\r\n..b\r\n.c\n..d..\r\n";
  expect(byteString(unstuff(concatBytes([fromByteString(text)])))).toBe("a\r\n.b\n.c\n..d..\n");
});
