// Laws of reading a mail: line ends do not matter, nothing is lost, nothing throws, hostile mails take linear time.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteString, bytesOf, fromByteString, textOf, type Bytes } from "#model/bytes";
import { parseAddresses } from "./address.ts";
import { bodyParts } from "./body-parts.ts";
import { decodeWords, encodeWords } from "./decode-words.ts";
import { splitHeaders } from "./headers.ts";
import { headerValues, parseMessage } from "./message.ts";
import { patchText } from "./patch-text.ts";

const MAIL = `Received: from here
\tby there
From: Ann Author <ann@example.org>
To: list@example.org, "Builder, Bob" <bob@example.org>
Subject: [PATCH v2 1/2] mm: a
 folded title
Date: Mon, 1 Jan 2024 08:00:00 +0100
Message-ID: <one@example.org>
In-Reply-To: <zero@example.org>
References: <root@example.org> <zero@example.org>

Body.
`;

describe("parseMessage", () => {
  test("reads the usual headers", () => {
    const mail = parseMessage(bytesOf(MAIL));
    expect({ ...mail, source: null, headers: mail.headers.length, body: textOf(mail.body) }).toMatchInlineSnapshot(`
      {
        "body": "Body.
      ",
        "cc": [],
        "crlf": false,
        "date": {
          "text": "Mon, 1 Jan 2024 08:00:00 +0100",
          "time": 1704092400000,
          "zone": 60,
        },
        "from": [
          {
            "address": "ann@example.org",
            "name": "Ann Author",
          },
        ],
        "headers": 8,
        "inReplyTo": "zero@example.org",
        "messageId": "one@example.org",
        "problems": [],
        "references": [
          "root@example.org",
          "zero@example.org",
        ],
        "source": null,
        "subject": "[PATCH v2 1/2] mm: a folded title",
        "to": [
          {
            "address": "list@example.org",
            "name": "",
          },
          {
            "address": "bob@example.org",
            "name": "Builder, Bob",
          },
        ],
      }
    `);
  });

  test("reads CRLF, mbox lines and empty lines above the header alike", () => {
    const plain = facts(bytesOf(MAIL));
    for (const variant of [
      MAIL.replaceAll("\n", "\r\n"),
      `From x Mon Jan  1 00:00:00 2024\n${MAIL}`,
      `>From x\n${MAIL}`,
      `\n\n${MAIL}`,
    ]) {
      expect(facts(bytesOf(variant))).toEqual(plain);
    }
  });

  test("a missing empty line ends the header where text begins, with a problem", () => {
    const mail = parseMessage(bytesOf("From: a@example.org\nMessage-ID: <x@example.org>\nThis is text\nmore\n"));
    expect([textOf(mail.body), mail.problems]).toEqual([
      "This is text\nmore\n",
      [{ message: "Read header: no empty line between header and body", line: 3 }],
    ]);
  });

  test("headers keep their bytes", () => {
    const block = fc.array(
      fc.tuple(fc.stringMatching(/^[!-9;-~]{1,20}$/), fc.stringMatching(/^[ -~]{0,30}(\n[ \t][ -~]{0,30}){0,3}$/)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(block, (fields) => {
        const source = fields.map(([name, value]) => `${name}:${value}\n`).join("");
        const { headers, bodyStart } = splitHeaders(bytesOf(`${source}\nbody`));
        expect(headers.map(({ name, value }) => `${name}:${value}\n`).join("")).toBe(source);
        expect(bodyStart).toBe(source.length + 1);
      }),
    );
  });

  test("any bytes are read", () => {
    const words = fc.constantFrom(
      "From: ",
      "\n",
      "\r\n",
      "--b",
      "Content-Type: multipart/mixed; boundary=b\n",
      "=?",
      "base64",
      "\0",
      "Content-Transfer-Encoding: ",
      "\xff",
      "a@b",
      "diff --git ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(words).map((list) => fromByteString(list.join(""))),
        ),
        (bytes) => {
          const mail = parseMessage(bytes);
          expect(headerValues(mail, "from").length).toBeLessThanOrEqual(mail.headers.length);
          expect(patchText(mail).bytes.length).toBeLessThanOrEqual(
            bodyParts(mail).reduce((sum, part) => sum + part.bytes.length + 1, 0),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("hostile mails take linear time", () => {
    const size = 1_000_000;
    const fill = (text: string): string => text.repeat(Math.ceil(size / text.length));
    const head = "From: a@example.org\n";
    const mails = [
      fill("X: y\n"),
      `Subject: ${fill("=?a?b?")}`,
      `Subject: ${fill("=?utf-8?q?a?= ")}`,
      `Subject:${fill("\n x")}`,
      `From: ${fill("(")}`,
      `From: ${fill('"')}`,
      `From: ${fill("a,")}`,
      `From: ${fill("a@b:")}`,
      `From: ${fill("<")}`,
      `From: ${fill(":")}`,
      `From: ${fill("(a) ")}`,
      `References: ${fill("<a")}`,
      `References: ${fill("<a@b> ")}`,
      `Date: ${fill("1 ")}`,
      `${head}Content-Type: ${fill("a;b=")}\n\nx`,
      `${head}Content-Type: ${fill('; a*1="')}\n\nx`,
      `${head}Content-Type: multipart/mixed; boundary=b\n\n${fill("--b\n")}`,
      `${head}Content-Type: multipart/mixed; boundary=b\n\n${fill("--b\nContent-Type: multipart/mixed; boundary=b\n\n")}`,
      `${head}Content-Transfer-Encoding: base64\n\n${fill("=")}`,
      `${head}Content-Transfer-Encoding: base64\n\n${fill("A=")}`,
      `${head}Content-Transfer-Encoding: quoted-printable\n\n${fill("= ")}`,
      `${head}Content-Transfer-Encoding: quoted-printable\n\n${fill(" ")}`,
      `${head}\n${fill("--- a\n")}`,
      fill("a"),
      fill(" "),
      fill("\n"),
    ];
    for (const mail of mails) {
      // A quadratic step over 1 MB runs into the test's time limit.
      const message = parseMessage(bytesOf(mail));
      expect(message.source.length).toBe(mail.length);
      expect(patchText(message).bytes.length).toBeLessThanOrEqual(mail.length);
    }
  });
});

test("encodeWords gives ASCII lines that are read back", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }).filter((text) => !/\p{Cc}/u.test(text)),
      (text) => {
        const encoded = encodeWords(text);
        expect(encoded).toMatch(/^[ -~\n]*$/);
        for (const line of encoded === text ? [] : encoded.split("\n"))
          expect(line.trim().length).toBeLessThanOrEqual(75);
        expect(decodeWords(encoded.replaceAll("\n", ""))).toBe(text);
      },
    ),
  );
});

test("addresses of any text are read", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(parseAddresses(byteString(bytesOf(text))).length).toBeLessThanOrEqual(text.length);
    }),
  );
});

function facts(bytes: Bytes) {
  const mail = parseMessage(bytes);
  const { messageId, inReplyTo, references, from, to, cc, date, subject, problems } = mail;
  const texts = bodyParts(mail).map((part) => textOf(part.bytes));
  return { messageId, inReplyTo, references, from, to, cc, date, subject, problems, texts };
}
