// How we read mails, beside git mailinfo and Python's email package: every real mail of the sample, one text in every charset, and odd ones.
// Every difference is in mime/differences.txt with the reason why ours is right; one more, or one less, fails.
// Needs git, /usr/bin/python3, and the mails in ../shared/data. UPDATE_CASES=1 writes new differences with the reason "?", which fails.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { byteString } from "#model/bytes";
import { bodyParts, decodeText, parseMessage, type Message } from "#model/mail";
import { parsePatchMail } from "#model/postings";
import { ODD_MAILS } from "./mime/odd-mails.ts";
import { sampleMails } from "./sample-mails.ts";

const scratch = mkdtempSync(join(tmpdir(), "longarm-mime-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const python = join(import.meta.dirname, "mime/read-mails.py");
const list = join(import.meta.dirname, "mime/differences.txt");

interface Mail {
  readonly name: string;
  readonly bytes: Buffer;
}

const real: Mail[] = sampleMails().map((bytes, index) => ({ name: `mail ${index + 1}`, bytes }));
const odd: Mail[] = [...ODD_MAILS].map(([name, text]) => ({ name, bytes: Buffer.from(text, "latin1") }));
const charsets: Mail[] = Object.entries(
  JSON.parse(execFileSync("/usr/bin/python3", [python, "charsets"], { encoding: "utf8" })) as Record<string, string>,
).map(([name, base64]) => ({ name, bytes: Buffer.from(base64, "base64") }));

test("git mailinfo", () => {
  expect(real.length).toBe(716);
  const found: string[] = [];
  const wrongPatches: string[] = [];
  let patches = 0;
  for (const { name, bytes } of real) {
    const mail = parsePatchMail(parseMessage(bytes));
    if (mail.hasDiff && !mail.subject.reply) patches += 1;
    const theirs = mailinfo(bytes);
    const ours: Info = {
      author: mail.author === null ? "" : mail.author.name || mail.author.address,
      email: mail.author?.address ?? "",
      title: mail.title,
      // mailinfo writes one blank for a run of them; the text of a date is ours as it was sent.
      date: (mail.date?.text ?? "").replace(/\s+/g, " "),
      message: byteString(mail.description),
      patch: byteString(mail.notes) + byteString(mail.diff),
    };
    for (const field of INFO) {
      if (ours[field] === theirs[field]) continue;
      found.push(`mailinfo / ${name} / ${field}`);
      if (mail.hasDiff && !mail.subject.reply) wrongPatches.push(name);
    }
  }
  expect(patches).toBe(277);
  // Of mails that are patches, every byte is the same.
  expect(wrongPatches).toEqual([]);
  expect(found).toEqual(listed("mailinfo", found));
});

test.each([
  ["python, real mails", real],
  ["python, charsets", charsets],
  ["python, odd mails", odd],
])("%s", (section, mails) => {
  const found: string[] = [];
  for (const [index, theirs] of readByPython(mails).entries()) {
    const { name, bytes } = mails[index] ?? { name: "", bytes: Buffer.alloc(0) };
    const ours = read(parseMessage(bytes));
    for (const field of READ) {
      if (JSON.stringify(ours[field]) !== JSON.stringify(theirs[field])) found.push(`${section} / ${name} / ${field}`);
    }
  }
  expect(found).toEqual(listed(section, found));
});

interface Info {
  readonly author: string;
  readonly email: string;
  readonly title: string;
  readonly date: string;
  readonly message: string;
  readonly patch: string;
}
const INFO = ["author", "email", "title", "date", "message", "patch"] as const;

function mailinfo(bytes: Buffer): Info {
  const [message, patch] = [join(scratch, "message"), join(scratch, "patch")];
  const run = spawnSync("git", ["mailinfo", "--scissors", message, patch], { input: bytes, cwd: scratch });
  expect(run.status).toBe(0);
  const info = run.stdout.toString("utf8");
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(info)?.[1]?.trim() ?? "";
  return {
    author: field("Author"),
    email: field("Email"),
    title: field("Subject"),
    date: field("Date"),
    message: readFileSync(message, "latin1"),
    patch: readFileSync(patch, "latin1").replace(/^---[ \t]*\r?\n/, ""),
  };
}

interface Read {
  readonly subject: string;
  readonly from: readonly (readonly [string, string])[];
  /** Seconds since 1970. */
  readonly date: number | null;
  readonly parts: readonly {
    readonly type: string;
    readonly file: string | null;
    readonly bytes: string;
    readonly text: string;
  }[];
}
const READ = ["subject", "from", "date", "parts"] as const;

function readByPython(mails: readonly Mail[]): Read[] {
  const dir = mkdtempSync(join(scratch, "mails-"));
  mkdirSync(dir, { recursive: true });
  for (const [index, { bytes }] of mails.entries()) writeFileSync(join(dir, String(index).padStart(5, "0")), bytes);
  const text = execFileSync("/usr/bin/python3", [python, dir], { encoding: "utf8", maxBuffer: 1 << 30 });
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Read);
}

function read(message: Message): Read {
  return {
    subject: message.subject.replace(/\s+/g, " ").trim(),
    from: message.from.map(({ name, address }) => [name, address]),
    date: typeof message.date?.time === "number" ? Math.floor(message.date.time / 1000) : null,
    parts: bodyParts(message).map(({ type, charset, fileName, bytes }) => ({
      type,
      file: fileName,
      // Line ends that were encoded stay as they are; here both say LF. Which part has those before a boundary is a matter of taste.
      bytes: createHash("sha256")
        .update(plain(byteString(bytes)), "latin1")
        .digest("hex"),
      text: type.startsWith("text/") ? plain(decodeText(bytes, charset).text) : "",
    })),
  };
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/\n+$/, "");
}

// What the list has for a section: lines "section / mail / field: reason"; comments begin with "#". A reason "?" is none.
function listed(section: string, found: readonly string[]): string[] {
  const lines = readFileSync(list, "utf8").trimEnd().split("\n");
  const own = (line: string): boolean => line.startsWith(`${section} / `);
  if (process.env["UPDATE_CASES"] === "1") {
    const known = new Set(lines.filter(own).map(nameOf));
    const kept = lines.filter((line) => !own(line) || found.includes(nameOf(line)));
    const added = found.filter((name) => !known.has(name)).map((name) => `${name}: ?`);
    writeFileSync(list, [...kept, ...added, ""].join("\n"));
    return [...found];
  }
  return lines.filter((line) => own(line) && !line.endsWith(": ?")).map(nameOf);
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(": ", line.lastIndexOf(" / ")));
}
