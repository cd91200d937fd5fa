// Makes valid inputs of every kind from random choices: the ground that the mutations start from, beside the seeds on disk.
import { deflateSync } from "node:zlib";
import type { ByteString } from "#model/bytes";
import { fromByteString, quotePath } from "#model/bytes";
import type { Random } from "./random.ts";

const NAMES = ["f", "d/g.c", "d/g h", "long/way/down/k.h", "caf\xc3\xa9", 'q"t', "n/\xff"];
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/** A diff of one to four files, plain or git's. */
export function randomDiff(random: Random): ByteString {
  return Array.from({ length: 1 + random.below(4) }, () => fileDiff(random)).join(random.chance(0.1) ? "text\n" : "");
}

function fileDiff(random: Random): ByteString {
  const name = random.pick(NAMES);
  if (random.chance(0.4)) {
    const stamp = random.chance(0.3) ? "\t2026-01-05 09:00:00.000000000 +0100" : "";
    const created = random.chance(0.15);
    return `--- ${created ? "/dev/null" : `a/${name}`}${stamp}\n+++ b/${name}${stamp}\n${hunks(random, created)}`;
  }
  const quoted = /[^ -!#-~]/.test(name)
    ? (side: string) => quotePath(`${side}/${name}`)
    : (side: string) => `${side}/${name}`;
  const opening = `diff --git ${quoted("a")} ${quoted("b")}\n`;
  const sides = `--- ${quoted("a")}\n+++ ${quoted("b")}\n`;
  switch (random.below(7)) {
    case 0:
      return `${opening}old mode 100644\nnew mode 100755\n`;
    case 1:
      return `diff --git a/f b/g\nsimilarity index 90%\nrename from f\nrename to g\nindex 0123456..89abcde 100644\n--- a/f\n+++ b/g\n${hunks(random, false)}`;
    case 2:
      return `${opening}new file mode 100644\nindex 0000000..89abcde\n--- /dev/null\n+++ ${quoted("b")}\n${hunks(random, true)}`;
    case 3:
      return `diff --git a/f b/h\nsimilarity index 100%\ncopy from f\ncopy to h\n`;
    case 4:
      return `${opening}index ${"0".repeat(40)}..${"1".repeat(40)} 100644\nGIT binary patch\n${binaryHalf(random)}${random.chance(0.7) ? binaryHalf(random) : ""}`;
    default:
      return `${opening}index 0123456..89abcde 100644\n${sides}${hunks(random, false)}`;
  }
}

function hunks(random: Random, created: boolean): ByteString {
  let text = "";
  let [oldLine, newLine] = [1, 1];
  for (let count = created ? 1 : 1 + random.below(3); count > 0; count--) {
    let [old, made, body] = [0, 0, ""];
    for (let line = 1 + random.below(9); line > 0; line--) {
      const kind = created ? "+" : random.pick([" ", " ", "+", "-"]);
      if (kind !== "+") old++;
      if (kind !== "-") made++;
      body += `${kind}${random.pick(["", "a", "b", "}", "\tint x;", "caf\xc3\xa9\r"])}\n`;
    }
    if (random.chance(0.1)) body += "\\ No newline at end of file\n";
    text += `@@ -${old === 0 ? oldLine - 1 : oldLine},${old} +${made === 0 ? newLine - 1 : newLine},${made} @@\n${body}`;
    oldLine += old + random.below(20);
    newLine += made + random.below(20);
  }
  return text;
}

function binaryHalf(random: Random): ByteString {
  const data = random.chance(0.5) ? randomDelta(random) : "\0binary".repeat(random.below(40));
  return `${random.chance(0.5) ? "delta" : "literal"} ${data.length}\n${base85(deflateSync(fromByteString(data)))}\n`;
}

/** A delta in git's pack format for a file of 64 bytes: two sizes, then copies and insertions. */
export function randomDelta(random: Random): ByteString {
  let commands = "";
  let size = 0;
  for (let count = 1 + random.below(6); count > 0; count--) {
    const length = 1 + random.below(30);
    size += length;
    commands += random.chance(0.6)
      ? String.fromCharCode(0x91, random.below(64 - length), length)
      : String.fromCharCode(length) + "x".repeat(length);
  }
  return `\x40${size < 128 ? String.fromCharCode(size) : String.fromCharCode(0x80 | (size & 127), size >> 7)}${commands}`;
}

/** Bytes as the lines of a `GIT binary patch`: a length letter, then five characters for every four bytes. */
export function base85(bytes: Uint8Array): ByteString {
  let text = "";
  for (let at = 0; at < bytes.length; at += 52) {
    const length = Math.min(52, bytes.length - at);
    text += String.fromCharCode(length <= 26 ? 64 + length : 70 + length);
    for (let group = 0; group < length; group += 4) {
      let word = 0;
      for (let i = 0; i < 4; i++) word = word * 256 + (group + i < length ? (bytes[at + group + i] ?? 0) : 0);
      let letters = "";
      for (let i = 0; i < 5; i++, word = Math.floor(word / 85)) letters = LETTERS.charAt(word % 85) + letters;
      text += letters;
    }
    text += "\n";
  }
  return text;
}

/** A patch file: a header of one of the known kinds above a diff. */
export function randomPatchFile(random: Random): ByteString {
  const header = random.pick([
    "From: Ada Author <ada@example.org>\nSubject: part: title\n\nWhy.\n\nSigned-off-by: Ada Author <ada@example.org>\n---\n",
    "Description: title\n Long\n .\n text\nAuthor: Ada Author <ada@example.org>\nLast-Update: 2026-01-01\n---\n",
    `From ${"0123456789".repeat(4)} Mon Sep 17 00:00:00 2001\nFrom: =?utf-8?q?=C3=A9?= <e@example.org>\nDate: Thu, 22 Jan 2026 09:00:00 +0100\nSubject: [PATCH 1/2]\n title\n\nWhy.\n---\n f | 2 +-\n\n`,
    "",
  ]);
  return header + randomDiff(random) + (random.chance(0.3) ? "-- \n2.39.5\n" : "");
}

/** A mail with a patch, in one part or in several, in one of the encodings; sometimes a mailbox of some. */
export function randomMail(random: Random): ByteString {
  if (random.chance(0.2)) {
    const mails = Array.from({ length: 1 + random.below(4) }, (_, index) => oneMail(random, index));
    return mails.map((mail) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail}\n`).join("");
  }
  return oneMail(random, random.below(5));
}

function oneMail(random: Random, part: number): ByteString {
  const head = `Message-ID: <${part}@example.org>\nFrom: Ada Author <ada@example.org>\nDate: Thu, 22 Jan 2026 09:00:00 +0100\nSubject: [PATCH v2 ${part}/4] part: title\n${part > 0 ? "In-Reply-To: <0@example.org>\nReferences: <0@example.org>\n" : ""}`;
  const text = `Why.\n\nReviewed-by: Bea Builder <bea@example.org>\n---\n f | 2 +-\n\n${randomDiff(random)}-- \n2.39.5\n`;
  const mail = head + randomPart(random, text, 0);
  return random.chance(0.15) ? mail.replaceAll("\n", "\r\n") : mail;
}

function randomPart(random: Random, text: ByteString, depth: number): ByteString {
  if (depth < 4 && random.chance(0.35)) {
    const mark = `b${depth}`;
    const parts = Array.from(
      { length: 1 + random.below(3) },
      () => `--${mark}\n${randomPart(random, text, depth + 1)}\n`,
    );
    return `MIME-Version: 1.0\nContent-Type: multipart/${random.pick(["mixed", "alternative", "digest"])}; boundary="${mark}"\n\n${parts.join("")}--${mark}--\n`;
  }
  const type = random.pick([
    "",
    "Content-Type: text/plain; charset=utf-8\n",
    "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n",
    "Content-Type: text/html\n",
    "Content-Type: text/plain; charset=iso-2022-jp\n",
    "Content-Type: text/x-patch; name*0*=utf-8''f%2E; name*1=patch\nContent-Disposition: attachment\n",
  ]);
  switch (random.below(3)) {
    case 0:
      return `${type}Content-Transfer-Encoding: base64\n\n${Buffer.from(text, "latin1").toString("base64").replace(/.{76}/g, "$&\n")}\n`;
    case 1:
      return `${type}Content-Transfer-Encoding: quoted-printable\n\n${text.replace(/[=\x80-\xff]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)}`;
    default:
      return `${type}\n${text}`;
  }
}

/** A series of up to forty lines. */
export function randomSeries(random: Random): ByteString {
  return Array.from({ length: random.below(40) }, (_, index) =>
    random.pick([
      `patch-${index}.patch`,
      `d/p${index} -p${random.below(4)}`,
      `p${index} -R # why`,
      `# branch: b${index}`,
      "# note",
      "",
    ]),
  )
    .map((line) => `${line}\n`)
    .join("");
}
