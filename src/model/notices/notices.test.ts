// The laws of notices, on random input; a failing run prints its seed.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, concatBytes, fromByteString, readableBytes, UserError } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { bodyParts, parseDate, parseMessage } from "#model/mail";
import type { Announced, NoticeTemplates } from "./index.ts";
import {
  addedNotice,
  compareIgnoringPunctuation,
  contentDigest,
  messageIdFor,
  noticeDiff,
  noticeName,
  noticeRecipients,
  patchBlock,
  printDate,
  printNotice,
  removedNotice,
  roster,
  uniqueName,
} from "./index.ts";
import { renderAround, render } from "./render.ts";

const templates: NoticeTemplates = {
  sender: "Zoë Maintainer <maintainer@example.org>",
  list: "commits@example.org",
  exclude: [],
  host: "mail.example.org",
  archive: "commits@example.org",
  words: {},
  headers: ["Date", "To", "From", "Subject", "Message-Id"],
  to: { order: ["list", "people", "author", "sender"], sort: "descending", separator: "," },
  listed: "{name}",
  uploaded: null,
  digest: 0,
  digests: {},
  added: { subject: "+ {title}", body: "{patch}\n" },
  removed: { subject: "[{tag}] {name}", body: "{reason}\n{roster}\n" },
  extra: {},
  reasons: { folded: { tag: "folded", reason: "into {into}" }, dropped: { tag: "dropped", reason: "gone" } },
};
const patch: Announced = {
  templates,
  date: { time: Date.UTC(2024, 1, 12), zone: 60 },
  name: "a.patch",
  title: "a",
  branch: "constructor",
  author: "author@example.org",
  trailers: [],
  patch: bytesOf("text\n"),
  queue: [],
};

test("a name has only its letters, is never empty, fits a file system and names itself", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.string({ maxLength: 300 })), (subject) => {
      const name = noticeName(subject);
      expect(name).toMatch(/^(?!-)[a-z0-9_=%-]{1,200}(?<!-)\.patch$/);
      expect(name).not.toContain("--");
      expect(noticeName(name)).toBe(name);
    }),
  );
});

test("a subject of megabytes takes no time", () => {
  for (const text of ["[", "re:", "- ", "[]", " "]) expect(noticeName(text.repeat(1_000_000))).toMatch(/\.patch$/);
});

test("a unique name is free, and its own when that is free", () => {
  expect(uniqueName("a.patch", new Set())).toBe("a.patch");
  expect(uniqueName("a.patch", new Set(["a.patch", "a-2.patch"]))).toBe("a-3.patch");
});

test("the collation is a total order", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "-", ".", "1"), maxLength: 4 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const ab = compareIgnoringPunctuation(a, b);
      expect(Math.sign(compareIgnoringPunctuation(b, a))).toBe(0 - Math.sign(ab));
      expect(ab === 0).toBe(a === b);
      const ordered = ab <= 0 && compareIgnoringPunctuation(b, c) <= 0;
      expect(ordered && compareIgnoringPunctuation(a, c) > 0).toBe(false);
    }),
  );
});

test("recipients of any trailers are addresses, and none comes twice but the maintainer", () => {
  const value = fc.string({
    unit: fc.constantFrom("a", "b", "@", "<", ">", ",", " ", "\n", "#", '"', "(", "é"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      fc.array(fc.record({ key: fc.constantFrom("Cc", "Acked-by", "Link"), value })),
      value,
      (trailers, author) => {
        const to = noticeRecipients({ trailers, author, templates });
        for (const address of to) expect(address).toMatch(/^[^\s<>,;:"()]+@[^\s<>,;:"()]+$/);
        const once = to.slice(0, -1).map((address) => address.toLowerCase());
        expect(new Set(once).size).toBe(once.length);
      },
    ),
  );
});

test("a roster compares addresses, not names, and knows nobody without one", () => {
  const queue = [
    { name: "b.patch", author: "A <Author@example.org>" },
    { name: "c.patch", author: "A <other@example.org>" },
    { name: "a.patch", author: "author@example.org" },
    { name: "d.patch", author: "nobody" },
  ];
  expect(roster(queue, "Some One <author@example.org>")).toEqual(["b.patch", "a.patch"]);
  expect(roster(queue, "nobody")).toEqual([]);
});

test("a diff keeps every line, and writing it again changes nothing", () => {
  const line = fc.tuple(fc.constantFrom(" ", "-", "+"), fc.constantFrom("", "x", " --- a/x", "é", "\t@@ -1 +1 @@"));
  const change = fc.record({
    path: fc.string({ unit: fc.constantFrom("a", "b", "-", ".c", "/d", " ", '"'), minLength: 1, maxLength: 5 }),
    git: fc.boolean(),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(change, { selector: (one) => one.path.trim(), maxLength: 5 }), (changes) => {
      const written = changes.map(({ path, git, lines }) => {
        const count = (mark: string): number => lines.filter(([kind]) => kind !== mark).length;
        const name = path.includes('"') ? `"f${path.replaceAll('"', '\\"')}"` : `f${path}\t`;
        const at = (side: string): string => (name.startsWith('"') ? `"${side}/${name.slice(1)}` : `${side}/${name}`);
        const opening = git ? `diff --git ${at("a").trimEnd()} ${at("b").trimEnd()}\nindex 0123..4567 100644\n` : "";
        const head = `@@ -5,${count("+")} +5,${count("-")} @@ heading\n`;
        return `${opening}--- ${at("a")}\n+++ ${at("b")}\n${head}${lines.map(([kind, text]) => `${kind}${text}\n`).join("")}`;
      });
      const first = parseDiff(bytesOf(written.join("")));
      const ours = noticeDiff(first, "n.patch");
      const second = parseDiff(ours);
      expect(second.problems).toEqual([]);
      expect(contentOf(second)).toEqual(contentOf(first));
      expect(byteString(noticeDiff(second, "n.patch"))).toBe(byteString(ours));
    }),
  );
});

function contentOf(diff: ReturnType<typeof parseDiff>): string[] {
  return diff.files
    .map(
      (file) =>
        `${file.newPath?.replace(/^\w\//, "")}\n${file.hunks.map((hunk) => byteString(hunk.body)).join("@@\n")}`,
    )
    .sort();
}

test("a hunk whose blank end a mailer ate is whole again", () => {
  const eaten = parseDiff(bytesOf("--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n-x\n+y\n\n"));
  expect(byteString(noticeDiff(eaten, "n.patch"))).toBe("--- a/a~n\n+++ a/a\n@@ -1,3 +1,3 @@\n-x\n+y\n \n \n");
});

test("a patch file has its header, one line end behind the log, and a diffstat of its diff", () => {
  const diff = parseDiff(bytesOf("--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n"));
  const parts = {
    name: "n.patch",
    author: "A <author@example.org>",
    title: "t",
    date: null,
    log: bytesOf("log\n\n\n"),
    diff,
  };
  expect(byteString(patchBlock(parts))).toBe(
    "From: A <author@example.org>\nSubject: t\n\nlog\n---\n\n a |    2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n" +
      "--- a/a~n\n+++ a/a\n@@ -1 +1 @@\n-x\n+y\n",
  );
});

test("a mail reader gets every byte of the body and the subject as written", () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: fc.constantFrom("x", " ", "\n", "\r", "=", "é", "\t"), maxLength: 300 }).map(bytesOf),
    fc.constantFrom("x".repeat(3000), "é".repeat(900), `${" ".repeat(1500)}\n`).map(bytesOf),
  );
  const title = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(body, title, (text, name) => {
      const notice = addedNotice({
        ...patch,
        patch: concatBytes([text, bytesOf("\n")]),
        title: byteString(bytesOf(name)),
      });
      const printed = printNotice(notice);
      const message = parseMessage(printed);
      const [part] = bodyParts(message);
      expect(byteString(part?.bytes ?? bytesOf("no part"))).toBe(byteString(notice.body));
      const subject = notice.headers.find(([key]) => key === "Subject")?.[1] ?? "";
      expect(shown(message.subject)).toBe(shown(readableBytes(subject)));
      expect(message.from).toEqual([{ name: "Zoë Maintainer", address: "maintainer@example.org" }]);
      expect(message.date?.time).toBe(patch.date.time);
      for (const line of byteString(printed).split("\n")) expect(line.length).toBeLessThanOrEqual(998);
    }),
  );
});

/** Blanks in a row are not told apart, as in any header. */
function shown(words: string): string {
  return words.replace(/\s+/g, " ").trim();
}

test("a patch of megabytes in one line is announced in no time", () => {
  const notice = addedNotice({ ...patch, patch: bytesOf("x".repeat(20_000_000)) });
  const [part] = bodyParts(parseMessage(printNotice(notice)));
  expect(part?.bytes.length).toBe(notice.body.length);
});

test("a To line beyond 998 bytes is folded and reads back whole", () => {
  const trailers = Array.from({ length: 60 }, (_, index) => ({
    key: "Cc",
    value: `<someone-with-a-name-${index}@example.org>`,
  }));
  const notice = addedNotice({ ...patch, trailers });
  const printed = printNotice(notice);
  expect(parseMessage(printed).to.map((one) => one.address)).toEqual(notice.to);
  expect(
    Math.max(
      ...byteString(printed)
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(998);
});

test("the same notice has the same bytes; another moment, patch or reader gives another Message-Id", () => {
  const id = (change: Partial<Announced>): string =>
    addedNotice({ ...patch, ...change }).headers.find(([name]) => name === "Message-Id")?.[1] ?? "";
  expect(id({})).toBe(id({}));
  expect(id({})).toMatch(/^<20240212000000\.[0-9A-F]{12}@mail\.example\.org>$/);
  const others = [
    { title: "b" },
    { patch: bytesOf("other\n") },
    { date: { ...patch.date, time: 0 } },
    { author: "b@example.org" },
  ];
  expect(new Set(others.map(id)).add(id({})).size).toBe(others.length + 1);
});

test("digests of many small contents differ", () => {
  const digests = new Set(
    Array.from({ length: 20_000 }, (_, index) => contentDigest(bytesOf(String(index))).slice(0, 12)),
  );
  expect(digests.size).toBe(20_000);
  expect(messageIdFor({ time: 0, zone: 0 }, "0123456789abcdef", "h")).toBe("<19700101000000.0123456789AB@h>");
});

test("a date reads back as the moment and zone it was made of", () => {
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000);
  fc.assert(
    fc.property(time, fc.integer({ min: -720, max: 840 }), (moment, zone) => {
      const { date } = parseDate(printDate({ time: moment, zone }));
      expect([date.time, date.zone]).toEqual([moment, zone]);
    }),
  );
});

test("no value can begin another header, and none is filled again", () => {
  const notice = addedNotice({ ...patch, title: "a\nBcc: someone@example.org {name}" });
  expect(notice.headers.map(([name]) => name)).toEqual(["Date", "To", "From", "Subject", "Message-Id"]);
  expect(notice.headers[3]?.[1]).toBe("+ a Bcc: someone@example.org {name}");
});

test("a line of one placeholder vanishes when that is empty; a value's line end is not doubled", () => {
  const values = new Map([
    ["a", ""],
    ["b", "one\ntwo\n"],
    ["c", "$& {b}"],
  ]);
  for (const text of ["", "one", "one\n", "two\n\n"]) {
    for (const template of ["{patch}", "x\n{patch}\ny{a}\n", "x\n{patch}", "{patch}\n{patch}\n", "x {patch} y\n"]) {
      const whole = render(template, new Map([...values, ["patch", text]]));
      expect(byteString(renderAround(template, values, bytesOf(text)))).toBe(whole);
    }
  }
  expect(render("x\n{a}\ny{a}\n{b}\n{b}z\n{c}", values)).toBe("x\ny\none\ntwo\none\ntwo\nz\n$& {b}");
});

test("a removal that the templates do not have, or that lacks a name, is said to the user", () => {
  expect(() => removedNotice({ ...patch, kind: "constructor" })).toThrow(UserError);
  expect(() => removedNotice({ ...patch, kind: "lost" })).toThrow('announce "a.patch": no removal kind "lost"');
  expect(() => removedNotice({ ...patch, kind: "folded" })).toThrow('nothing is known for placeholder "{into}"');
});

test("a removed patch is not on its own roster", () => {
  const queue = ["a.patch", "b.patch"].map((name) => ({ name, author: patch.author }));
  expect(byteString(removedNotice({ ...patch, kind: "dropped", queue }).body)).toBe("gone\nb.patch\n");
});

test("a body that is not UTF-8 goes out unchanged", () => {
  const text = "caf\xe9\n";
  const printed = byteString(printNotice(addedNotice({ ...patch, patch: fromByteString(text) })));
  expect(printed.endsWith(`Content-Transfer-Encoding: 8bit\n\n${text}`)).toBe(true);
});
