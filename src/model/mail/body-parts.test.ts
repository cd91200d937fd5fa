// Transfer encodings, MIME structure, format=flowed and charsets, on mails written here.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteString, bytesOf, equalBytes, fromByteString, textOf, type Bytes } from "#model/bytes";
import { bodyParts, MAX_DEPTH, MAX_PARTS } from "./body-parts.ts";
import { decodeText, toUtf8 } from "./decode-text.ts";
import { parseMessage } from "./message.ts";
import { patchText } from "./patch-text.ts";
import { decodeBase64, decodeQuotedPrintable } from "./transfer.ts";
import { unflow } from "./unflow.ts";

describe("transfer encodings", () => {
  test("quoted-printable and base64 give all bytes back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(equalBytes(decodeQuotedPrintable(fromByteString(quotedPrintable(bytes))).bytes, bytes)).toBe(true);
        const lines = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
        expect(decodeBase64(bytesOf(lines))).toEqual({ bytes: expect.anything() as Bytes, problems: [] });
        expect(equalBytes(decodeBase64(bytesOf(lines)).bytes, bytes)).toBe(true);
      }),
    );
  });

  test.each([
    ["soft=\nbreak", "softbreak", 0],
    ["soft=  \nbreak", "softbreak", 0],
    ["soft=\r\nbreak", "softbreak", 0],
    ["blanks  \nend", "blanks\nend", 0],
    ["blanks=20\nend", "blanks \nend", 0],
    ["lower=c3=a4", "lower\xc3\xa4", 0],
    ["bad =XY and =", "bad =XY and ", 1],
  ])("quoted-printable %j", (text, expected, problems) => {
    const decoded = decodeQuotedPrintable(bytesOf(text));
    expect([byteString(decoded.bytes), decoded.problems.length]).toEqual([expected, problems]);
  });

  test.each([
    ["YWJj", "abc", 0],
    ["YW Jj\n", "abc", 0],
    ["YQ==YmM=", "abc", 0],
    ["YW!Jj", "abc", 1],
    ["YWJjZ", "abc", 1],
    ["YWJjZA==", "abcd", 0],
    ["YWJjZGU=", "abcde", 0],
    ["YQ=YWI", "aab", 0],
    ["=", "", 0],
    ["", "", 0],
  ])("base64 %j", (text, expected, problems) => {
    const decoded = decodeBase64(bytesOf(text));
    expect([byteString(decoded.bytes), decoded.problems.length]).toEqual([expected, problems]);
  });
});

describe("bodyParts", () => {
  const DIFF = "diff --git a/x b/x\n";

  test("leaves in order, with names, types and problems", () => {
    const mail = multipart("out", [
      multipart(
        "in",
        ["Content-Type: text/plain; charset=koi8-r\n\ntext", "Content-Type: text/html\n\n<p>"],
        "alternative",
      ),
      'Content-Type: application/octet-stream; name="a.patch"\nContent-Transfer-Encoding: base64\n\nYWJj\n!',
      "Content-Type: message/rfc822\n\nSubject: inner\n\n--out-not\ninner text",
      "\nno header",
    ]);
    expect(
      bodyParts(parseMessage(bytesOf(mail))).map((part) => [
        part.type,
        part.charset,
        part.fileName,
        textOf(part.bytes),
        part.problems.length,
      ]),
    ).toEqual([
      ["text/plain", "koi8-r", null, "text", 0],
      ["text/html", null, null, "<p>", 0],
      ["application/octet-stream", null, "a.patch", "abc", 1],
      ["message/rfc822", null, null, "Subject: inner\n\n--out-not\ninner text", 0],
      ["text/plain", null, null, "no header", 0],
    ]);
  });

  test("CRLF of transport becomes LF, CRLF of content stays", () => {
    const mail = "From: a@example.org\nContent-Transfer-Encoding: quoted-printable\n\none=0D\ntwo\n".replaceAll(
      "\n",
      "\r\n",
    );
    expect(bodyParts(parseMessage(bytesOf(mail))).map((part) => byteString(part.bytes))).toEqual(["one\r\ntwo\n"]);
  });

  test("a missing last boundary, and one that never comes", () => {
    const cut = parseMessage(bytesOf(multipart("b", ["\none", "\ntwo"]).replace(/\n--b--\n$/, "")));
    expect(bodyParts(cut).map((part) => [textOf(part.bytes), part.problems.length])).toEqual([
      ["one", 0],
      ["two", 1],
    ]);
    const none = parseMessage(bytesOf("Content-Type: multipart/mixed; boundary=b\n\ntext\n"));
    expect(bodyParts(none).map((part) => [part.type, textOf(part.bytes), part.problems.length])).toEqual([
      ["text/plain", "text\n", 1],
    ]);
  });

  test("depth and number are limited", () => {
    let nested = "\ndeep";
    for (let i = 0; i < MAX_DEPTH + 10; i++) nested = multipart(`b${i}`, [nested]);
    expect(bodyParts(parseMessage(bytesOf(nested))).length).toBe(1);
    const many = parseMessage(
      bytesOf(
        multipart(
          "b",
          Array.from({ length: MAX_PARTS + 10 }, () => "\nx"),
        ),
      ),
    );
    expect(bodyParts(many).length).toBe(MAX_PARTS);
    expect(bodyParts(many).at(-1)?.problems.length).toBe(1);
  });

  test.each([
    ["first text part", ["\ntext", "Content-Type: text/html\n\n<p>"], "text"],
    ["attached diff is appended", ["\ntext", `Content-Type: text/x-patch\n\n${DIFF}`], `text\n${DIFF}`],
    [
      "attached patch file stands alone",
      ["\ntext", `Content-Type: application/octet-stream; name=a.patch\n\nFrom: b@example.org\n\n${DIFF}`],
      `From: b@example.org\n\n${DIFF}`,
    ],
    ["a second text with a diff is appended", ["\ntext", `\n${DIFF}`], `text\n${DIFF}`],
    ["a list footer is not", [`\n${DIFF}`, "\n____\nlist"], DIFF],
    ["HTML only", ["Content-Type: text/html\n\n<p>"], ""],
  ])("patchText: %s", (_, parts, expected) => {
    expect(textOf(patchText(parseMessage(bytesOf(multipart("b", parts)))).bytes)).toBe(expected);
  });
});

test.each([
  ["fixed\nlines\n", false, "fixed\nlines\n"],
  ["a flowed \nline\n", false, "a flowed line\n"],
  ["a flowed \nline\n", true, "a flowedline\n"],
  ["> quoted \n> line\nown\n", false, "> quoted line\nown\n"],
  ["> quoted \nown\n", false, "> quoted \nown\n"],
  [">> deep \n>> er\n", false, ">> deep er\n"],
  ["  stuffed\n From x\n >y\n", false, " stuffed\nFrom x\n>y\n"],
  ["text \n-- \nname\n", false, "text \n-- \nname\n"],
  ["open \n", false, "open \n"],
  ["no end", false, "no end"],
  ["crlf \r\nline\r\n", false, "crlf line\r\n"],
  ["", false, ""],
])("unflow %j, delsp %s", (text, delsp, expected) => {
  expect(textOf(unflow(bytesOf(text), delsp))).toBe(expected);
});

describe("charsets", () => {
  test.each([
    ["\xc3\xa4", null, "ä", 0],
    ["\xe4", null, "ä", 1],
    ["\xc3\xa4", "us-ascii", "ä", 0],
    ["\xe4", "iso-8859-1", "ä", 0],
    ["\x80", "windows-1252", "€", 0],
    ["\xe4", "utf-8", "ä", 2],
    ["\xc3\xa4", "x-nothing", "ä", 1],
    ["\xa4", "iso-8859-15", "€", 0],
    ["\x1b$B@bL@\x1b(B", "iso-2022-jp", "説明", 0],
    ["\x81\x40", "shift_jis", "\u3000", 0],
    ["\xb0\xa1", "euc-kr", "가", 0],
  ])("%j in %s", (bytes, charset, text, problems) => {
    const decoded = decodeText(fromByteString(bytes), charset);
    expect([decoded.text, decoded.problems.length]).toEqual([text, problems]);
  });

  test("what is UTF-8 by declaration keeps its bytes even when invalid", () => {
    expect(byteString(toUtf8(fromByteString("\xe4"), "UTF-8").bytes)).toBe("\xe4");
    expect(byteString(toUtf8(fromByteString("\xe4"), "latin1").bytes)).toBe("\xc3\xa4");
  });
});

function quotedPrintable(bytes: Bytes): string {
  return [...bytes]
    .map((byte, index) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}${index % 20 === 19 ? "=\n" : ""}`)
    .join("");
}

function multipart(boundary: string, parts: readonly string[], kind = "mixed"): string {
  const body = parts.map((part) => `--${boundary}\n${part}\n`).join("");
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\n\npreamble\n${body}--${boundary}--\nepilogue\n`.replace(
    /\nepilogue\n$/,
    "\n",
  );
}
