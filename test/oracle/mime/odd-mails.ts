// Mails that are odd in their MIME, made by us: each name says what is odd. Bytes above 127 are written as Latin-1 characters.
// What hostile mails of real lists do to readers is among them; no text of a real mail is.

const head = (fields: string): string =>
  `Date: Mon, 1 Jan 2024 08:00:00 +0100\nMessage-ID: <1@example.org>\n${fields.includes("From:") ? "" : "From: Ann <ann@example.org>\n"}${fields}\n`;
const typed = (type: string, body: string, more = ""): string =>
  `${head(`Subject: s\nMIME-Version: 1.0\nContent-Type: ${type}\n${more}`)}\n${body}`;
const subject = (value: string): string => `${head(`Subject: ${value}\n`)}\nbody\n`;
const from = (value: string): string => `${head(`From: ${value}\nSubject: s\n`)}\nbody\n`;
const dated = (value: string): string =>
  `From: Ann <ann@example.org>\nDate: ${value}\nMessage-ID: <1@example.org>\nSubject: s\n\nbody\n`;

/** Name and bytes (Latin-1) of each mail. */
export const ODD_MAILS: ReadonlyMap<string, string> = new Map([
  ["charset utf-7", typed("text/plain; charset=utf-7", "Gr+APw-e\n")],
  [
    "charset unknown-8bit, Latin-1 bytes",
    typed("text/plain; charset=unknown-8bit", "J\xf6rg\n", "Content-Transfer-Encoding: 8bit\n"),
  ],
  [
    "charset us-ascii, UTF-8 bytes",
    typed("text/plain; charset=us-ascii", "J\xc3\xb6rg\n", "Content-Transfer-Encoding: 8bit\n"),
  ],
  ["charset that does not exist", typed("text/plain; charset=x-klingon", "plain\n")],
  ["charset that names a codec that is none", typed("text/plain; charset=base64_codec", "plain\n")],
  ["charset with a NUL", typed('text/plain; charset="utf\0-8"', "plain\n")],
  [
    "charset quoted and in capitals",
    typed('text/plain; CHARSET="UTF-8"', "J\xc3\xb6rg\n", "Content-Transfer-Encoding: 8bit\n"),
  ],
  ["invalid UTF-8", typed("text/plain; charset=utf-8", "J\xf6rg\n", "Content-Transfer-Encoding: 8bit\n")],
  ["no charset, Latin-1 bytes", `${head("Subject: s\n")}\nJ\xf6rg\n`],
  ["base64 without padding", typed("text/plain", "cGxhaW4K", "Content-Transfer-Encoding: base64\n")],
  ["base64 with rubbish in it", typed("text/plain", "cGxh*aW4K\n!!\n", "Content-Transfer-Encoding: base64\n")],
  ["base64 in pieces with padding", typed("text/plain", "cGw=\nYWlu\n", "Content-Transfer-Encoding: base64\n")],
  [
    "quoted-printable with broken escapes",
    typed("text/plain; charset=utf-8", "a=ZZ b=4 c=\nd=C3=B6=\n", "Content-Transfer-Encoding: quoted-printable\n"),
  ],
  [
    "quoted-printable in lower case",
    typed("text/plain; charset=utf-8", "=c3=b6\n", "Content-Transfer-Encoding: Quoted-Printable\n"),
  ],
  [
    "a transfer encoding that does not exist",
    typed("text/plain", "plain=20\n", "Content-Transfer-Encoding: x-uuencode-maybe\n"),
  ],
  [
    "file name in RFC 2231 pieces",
    typed(
      "text/x-patch; name*0*=utf-8''J%C3%B6; name*1=\"rg\"; name*2*=%2Epatch",
      "x\n",
      "Content-Disposition: attachment; filename*0*=utf-8''J%C3%B6; filename*1=\"rg\"; filename*2*=%2Epatch\n",
    ),
  ],
  [
    "file name in RFC 2231, pieces out of order",
    typed("text/plain", "x\n", 'Content-Disposition: attachment; filename*1="two"; filename*0="one-"\n'),
  ],
  [
    "file name in koi8-r by RFC 2231",
    typed("text/plain", "x\n", "Content-Disposition: attachment; filename*=koi8-r'ru'%D0%D2%C9\n"),
  ],
  [
    "file name as an encoded word in quotes",
    typed("text/plain", "x\n", 'Content-Disposition: attachment; filename="=?utf-8?Q?J=C3=B6rg.patch?="\n'),
  ],
  [
    "file name plain and extended",
    typed("text/plain", "x\n", "Content-Disposition: attachment; filename=\"plain\"; filename*=utf-8''ext\n"),
  ],
  [
    "multipart",
    typed(
      'multipart/mixed; boundary="b"',
      "preamble\n--b\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n8NLJ18XUCg==\n--b\nContent-Type: text/x-patch; name=a.patch\n\n--- a\n+++ b\n--b--\nepilogue\n",
    ),
  ],
  ["multipart without its last boundary", typed("multipart/mixed; boundary=b", "--b\n\none\n--b\n\ntwo\n")],
  ["multipart without a boundary", typed("multipart/mixed", "--b\n\none\n--b--\n")],
  [
    "nested multiparts",
    typed(
      "multipart/mixed; boundary=a",
      "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>plain\n--b--\n--a--\n",
    ),
  ],
  [
    "boundary that begins like another",
    typed(
      "multipart/mixed; boundary=b",
      "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\ninner\n--bb--\n--b--\n",
    ),
  ],
  ["empty parts", typed("multipart/mixed; boundary=b", "--b\n\n--b\n\n\n--b--\n")],
  ["adjacent encoded words", subject("=?utf-8?q?one?= =?utf-8?q?two?=\n =?utf-8?q?three?= four")],
  ["a character split between encoded words", subject("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=")],
  ["a base64 character split between encoded words", subject("=?utf-8?B?SsM=?=\n =?utf-8?B?tnJn?=")],
  ["encoded words of two charsets", subject("=?iso-8859-1?q?=E4?= =?koi8-r?q?=D0?=")],
  ["underscores and blanks in an encoded word", subject("=?utf-8?q?a_b=5Fc=20d?=")],
  ["an encoded word with blanks inside", subject("=?utf-8?q?a b?= c")],
  ["an encoded word with a language", subject("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=")],
  ["an encoded word inside a word", subject("foo=?utf-8?q?bar?=baz")],
  ["an unknown encoding in an encoded word", subject("=?utf-8?x?abc?=")],
  ["an unfinished encoded word", subject("=?utf-8?q?abc")],
  ["an encoded word of an unknown charset", subject("=?x-klingon?q?abc?=")],
  ["raw UTF-8 in a subject", subject("J\xc3\xb6rg")],
  ["raw Latin-1 in a subject", subject("J\xf6rg")],
  ["a folded subject", subject("one\n two\n\tthree")],
  ["an empty subject", subject("")],
  ["a subject with a NUL", subject("a\0b")],
  ["From: an encoded word in quotes", from('"=?utf-8?q?J=C3=B6rg?=" <j@example.org>')],
  ["From: an encoded word in a comment", from("j@example.org (=?utf-8?q?J=C3=B6rg?=)")],
  ["From: a comma inside an encoded word", from("=?utf-8?q?Doe=2C_John?= <j@example.org>")],
  ["From: a quoted comma", from('"Doe, John" <j@example.org>')],
  ["From: an unquoted comma", from("Doe, John <j@example.org>")],
  ["From: at instead of @, name in a comment", from("ann at example.org (Ann Author)")],
  ["From: address and comment", from("ann@example.org (Ann Author)")],
  ["From: only an address", from("ann@example.org")],
  ["From: only an address in brackets", from("<ann@example.org>")],
  ["From: a dot in the name", from("Ann Q. Author <ann@example.org>")],
  ["From: raw UTF-8", from("J\xc3\xb6rg <j@example.org>")],
  ["From: raw Latin-1", from("J\xf6rg <j@example.org>")],
  ["From: escaped quotes", from('"Ann \\"The\\" Author" <ann@example.org>')],
  ["From: an open quote", from('"Ann Author <ann@example.org>')],
  ["From: an open bracket", from("Ann Author <ann@example.org")],
  ["From: two brackets", from("Ann Author <ann@example.org>>")],
  ["From: two mailboxes", from("Ann <ann@example.org>, Bob <bob@example.org>")],
  ["From: a group", from("People: Ann <ann@example.org>, bob@example.org;")],
  ["From: nobody", from("undisclosed-recipients:;")],
  ["From: a quoted local part", from('Ann <"ann author"@example.org>')],
  ["From: folded", from("Ann\n Author\n <ann@example.org>")],
  ["a date with a comment", dated("Mon, 1 Jan 2024 08:00:00 +0100 (CET)")],
  ["a date without a day", dated("1 Jan 2024 08:00:00 +0100")],
  ["a date without seconds", dated("Mon, 1 Jan 2024 08:00 +0100")],
  ["a date with two digits", dated("Mon, 1 Jan 24 08:00:00 GMT")],
  ["a date with a named zone", dated("Mon, 1 Jan 2024 08:00:00 EST")],
  ["a date in an absurd zone", dated("Mon, 1 Jan 2024 08:00:00 +9999")],
  ["a date in an absurd year", dated("Mon, 1 Jan 99999 08:00:00 +0000")],
  ["a date of the 30th of February", dated("Fri, 30 Feb 2024 08:00:00 +0000")],
  ["a date that is none", dated("yesterday")],
  ["an X-Face", `${head("Subject: s\nX-Face: \"'%$&/()=?`{}[]\\~+*#;:_-,.<>|\n  ^!\n")}\nbody\n`],
  [
    "References that are rubbish",
    `${head("Subject: s\nReferences: <a@b> rubbish <<c@d>> <e\n In-Reply-To: <a@b>\n")}\nbody\n`,
  ],
  [
    "a Message-ID of a thousand characters",
    `From: Ann <ann@example.org>\nMessage-ID: <${"x".repeat(1000)}@example.org>\nSubject: s\n\nbody\n`,
  ],
  ["CRLF", typed("text/plain; charset=utf-8", "one\ntwo\n").replaceAll("\n", "\r\n")],
  ["no body", head("Subject: s\n")],
  ["no header", "\nbody\n"],
  ["a header without a colon", `Subject: s\nnonsense\nFrom: Ann <ann@example.org>\n\nbody\n`],
  ["two Subjects", `${head("Subject: one\nSubject: two\n")}\nbody\n`],
]);
