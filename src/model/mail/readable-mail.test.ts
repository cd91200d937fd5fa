// What a person is shown of a mail: text of any charset and form, HTML as text only, the rest as attachments.
import { expect, test } from "vitest";
import { fromByteString } from "#model/bytes";
import { parseMessage } from "./message.ts";
import { readableMail } from "./readable-mail.ts";

const read = (source: string, limit?: number): ReturnType<typeof readableMail> =>
  readableMail(parseMessage(fromByteString(source)), limit);

test("plain text is decoded, flowed lines are joined", () => {
  const { text, from, attachments } = read(
    "Subject: x\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\n\nJos\xe9 writes \nthis.\n> and \n> that\n",
  );
  expect(text).toBe("José writes this.\n> and that\n");
  expect(from).toBe("plain");
  expect(attachments).toEqual([]);
});

test("plain parts are shown one behind the other; an alternative in HTML and what is attached is kept apart", () => {
  const mail = read(
    [
      "Content-Type: multipart/mixed; boundary=b\n",
      "--b\nContent-Type: text/plain\n\none\n",
      "--b\nContent-Type: text/html\n\n<p>one</p>\n",
      '--b\nContent-Type: text/x-patch; name="fix.patch"\nContent-Disposition: attachment\n\n--- a\n',
      "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nlog\n",
      "--b\nContent-Type: text/plain\n\ntwo\n--b--\n",
    ].join("\n"),
  );
  expect(mail.text).toBe("one\n\ntwo");
  expect(mail.attachments.map(({ number, type, fileName }) => [number, type, fileName])).toEqual([
    [2, "text/html", null],
    [3, "text/x-patch", "fix.patch"],
    [4, "text/plain", "log.txt"],
  ]);
});

test("of a mail in HTML only the text is given, and the part itself as an attachment", () => {
  const { text, from, attachments } = read(
    "Content-Type: text/html\n\n<script>alert(1)</script><p>Hello &amp; <b>bye</b></p><blockquote>was</blockquote>\n",
  );
  expect(text).toBe("Hello & bye\n> was\n");
  expect(from).toBe("html");
  expect(attachments).toMatchObject([{ number: 1, type: "text/html" }]);
});

test("long text is cut at a line end", () => {
  const mail = read("Subject: x\n\nfirst line\nsecond line\n", 15);
  expect(mail.text).toBe("first line\n");
  expect(mail.cut).toBe(true);
});

test("a mail without any text says so", () => {
  expect(read("Content-Type: image/png\n\nPNG\n")).toMatchObject({ text: "", from: "nothing" });
});
