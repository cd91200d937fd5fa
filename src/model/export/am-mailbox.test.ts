// Laws of the mailbox, held by git itself: what `git mailsplit` and `git mailinfo` read from it is what was put in.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { byteString, bytesOf, concatBytes, fromByteString, textOf } from "#model/bytes";
import { parseMessage, splitMbox } from "#model/mail";
import { findPostings, parsePatchMail } from "#model/postings";
import { composePatches, type ComposedPatch } from "#model/queue";
import { amMailbox } from "./am-mailbox.ts";
import { withCcTrailers } from "./cc-trailers.ts";
import { withoutCrlf } from "./line-ends.ts";

const scratch = mkdtempSync(join(tmpdir(), "longarm-am-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const PLAIN = { foldCover: false, link: "", trailers: "b4", signOff: null } as const;
const DIFF = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";

/** A patch with this author, title and log. */
function patchOf(name: string, title: string, log: string): ComposedPatch {
  const mail = bytesOf(
    `From: Sender <sender@example.org>\nDate: Fri, 1 Mar 2024 15:36:39 -0700\nSubject: [PATCH] x\nMessage-Id: <x@example.org>\n\nx\n---\n${DIFF}`,
  );
  const [composed] = composePatches(postingIn(mail), PLAIN);
  if (composed === undefined) throw new Error("the mail holds no patch");
  return { ...composed, title, author: { name, address: "author@example.org" }, log: bytesOf(log) };
}

function postingIn(...mails: readonly Uint8Array[]): Parameters<typeof composePatches>[0] {
  const [posting] = findPostings(mails.map(parseMessage)).postings;
  if (posting === undefined) throw new Error("no posting in the mails");
  return posting;
}

const NUMBERS = { revision: { major: 2, minor: null, stated: true }, rfc: false, total: 3 };

interface Read {
  readonly author: string;
  readonly email: string;
  readonly title: string;
  readonly date: string;
  readonly log: string;
  readonly patch: string;
}

/** What git am would make of each mail of the mailbox. */
function readByGit(mailbox: Uint8Array): Read[] {
  const folder = mkdtempSync(join(scratch, "box-"));
  execFileSync("git", ["mailsplit", `-o${folder}`], { input: mailbox });
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const [log, patch] = [join(folder, `${name}.log`), join(folder, `${name}.patch`)];
      // A CR of the patch is no mistake of a mailer, so git need not warn.
      const info = execFileSync("git", ["mailinfo", "--quoted-cr=nowarn", log, patch], {
        cwd: scratch,
        input: readFileSync(join(folder, name)),
        encoding: "utf8",
      });
      const field = (key: string): string => new RegExp(`^${key}: (.*)$`, "m").exec(info)?.[1] ?? "";
      return {
        author: field("Author"),
        email: field("Email"),
        title: field("Subject"),
        date: field("Date"),
        log: textOf(readFileSync(log)),
        patch: readFileSync(patch, "latin1"),
      };
    });
}

const word = fc.constantFrom(
  "mm:",
  "fix",
  "Größe",
  "日本語",
  "=?utf-8?q?x?=",
  "a,b",
  "(Jack)",
  '"quoted"',
  "x".repeat(60),
  "v2",
  "–",
  "🧵",
);
const words = fc.array(word, { minLength: 1, maxLength: 12 }).map((list) => list.join(" "));
// git takes the address for a name of 60 bytes or more.
const name = fc
  .array(fc.constantFrom("Ann", "O'Neil", "Größe", "日本語", "b, c", "(Jack)", '"Q"', "🧵", "J."), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) => list.join(" "))
  // git takes the outer parentheses away, as of a comment that is all the name there is.
  .filter((text) => !/^\(.*\)$/.test(text));
const line = fc.oneof(
  words,
  fc.constantFrom("", "From the beginning", ">From here", ">>From there", "From: somebody <x@example.org>"),
  fc.constantFrom("Subject: no subject", "Date: today", "[PATCH] pasted", "-- ", "key: value", " indented", "\tdeep"),
  fc.constantFrom("From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001", "y".repeat(1200)),
);

test("git reads author, title, date, log and diff as they were put in, whatever they hold", () => {
  // git drops empty lines at both ends of a log.
  const log = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `${lines.join("\n").trim()}\n`);
  const patch = fc.record({ author: name, title: words, log });
  fc.assert(
    fc.property(fc.array(patch, { minLength: 1, maxLength: 8 }), (patches) => {
      const composed = patches.map((one) => patchOf(one.author, one.title, one.log));
      expect(readByGit(amMailbox(composed, NUMBERS))).toEqual(
        patches.map((one) => ({
          author: one.author,
          email: "author@example.org",
          title: one.title,
          date: "Fri, 1 Mar 2024 15:36:39 -0700",
          log: one.log === "\n" ? "" : one.log,
          patch: `---\n${DIFF}\n`,
        })),
      );
    }),
    // A process of git for each patch.
    { numRuns: 25, interruptAfterTimeLimit: 20_000 },
  );
});

test("our own reader of mailboxes reads the same, and a second time through nothing changes", () => {
  fc.assert(
    fc.property(words, fc.array(line, { minLength: 1, maxLength: 8 }), (title, lines) => {
      const log = `${lines.join("\n").trim()}\n`;
      const mailbox = amMailbox([patchOf("Author", title, log)], NUMBERS);
      for (const quoting of ["mboxrd", "mboxo"] as const) {
        const [mail] = splitMbox(mailbox, quoting).messages;
        const patch = parsePatchMail(parseMessage(mail ?? bytesOf("")));
        expect(patch.title).toBe(title);
        expect(textOf(patch.description).trimEnd()).toBe(log.trimEnd());
      }
    }),
    { numRuns: 200 },
  );
});

test("CRs and bytes that are no UTF-8 pass inside the diff", () => {
  const composed = patchOf("Author", "title", "Log.\n");
  const diff = fromByteString("diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\r\n+b\xe9\r\n");
  const [read] = readByGit(amMailbox([{ ...composed, mail: { ...composed.mail, diff } }], NUMBERS));
  expect(read?.patch).toBe(`---\n${byteString(diff)}\n`);
});

function subjects(options: Parameters<typeof amMailbox>[1]): string[] {
  return byteString(amMailbox([patchOf("A", "t", "L.\n")], options)).match(/^Subject: .*$/gm) ?? [];
}

test("a mail that was turned to CRLF as a whole is as it was before, also in its log", () => {
  const crlf = `Log.\n\nMore.\n\nCc: a@example.org\n---\n f | 2 +-\n\n${DIFF}`.replaceAll("\n", "\r\n");
  const mail = bytesOf(
    `From: A <a@example.org>\nSubject: [PATCH] t\nMessage-Id: <l@example.org>\nContent-Transfer-Encoding: base64\n\n${Buffer.from(crlf).toString("base64")}\n`,
  );
  const [read] = readByGit(amMailbox(composePatches(postingIn(mail), PLAIN).map(withoutCrlf), NUMBERS));
  expect(read?.log).toBe("Log.\n\nMore.\n\nCc: a@example.org\n");
  expect(read?.patch).toBe(`---\n f | 2 +-\n\n${DIFF}\n`);
});

test("subjects say revision and number, and RFC", () => {
  expect(subjects(NUMBERS)).toEqual(["Subject: [PATCH v2 1/3] t"]);
  expect(subjects({ ...NUMBERS, rfc: true, total: 1 })).toEqual(["Subject: [PATCH RFC v2] t"]);
  const first = { major: 1, minor: null, stated: false };
  expect(subjects({ revision: first, rfc: false, total: 1 })).toEqual(["Subject: [PATCH] t"]);
  expect(subjects({ revision: { major: 6, minor: 1, stated: true }, rfc: false, total: 9 })).toEqual([
    "Subject: [PATCH v6.1 1/9] t",
  ]);
});

function sentTo(log: string): Uint8Array {
  return concatBytes([
    bytesOf("From: Ann <ann@example.org>\nTo: List <list@b.example.org>, zoe@a.example.org, Ann <ann@example.org>\n"),
    bytesOf(
      `Cc: amy@a.example.org, LIST@b.example.org\nSubject: [PATCH] t\nMessage-Id: <c@example.org>\n\n${log}---\n`,
    ),
    bytesOf(DIFF),
  ]);
}

test("Cc trailers name everybody once, sorted by domain, behind a log with or without trailers", () => {
  const logs = ["Log.\n\nSigned-off-by: Ann <ann@example.org>\n", "Log.\n", ""].map((log) => {
    const [composed] = composePatches(postingIn(sentTo(log)), PLAIN).map(withCcTrailers);
    return textOf(composed?.log ?? bytesOf(""));
  });
  const added = "Cc: amy@a.example.org\nCc: zoe@a.example.org\nCc: List <list@b.example.org>\n";
  const all =
    "Cc: amy@a.example.org\nCc: zoe@a.example.org\nCc: List <list@b.example.org>\nCc: Ann <ann@example.org>\n";
  expect(logs[0]).toBe(`Log.\n\nSigned-off-by: Ann <ann@example.org>\n${added}`);
  expect(logs[1]).toBe(`Log.\n\n${all}`);
  expect(logs[2]).toBe(all);
});
