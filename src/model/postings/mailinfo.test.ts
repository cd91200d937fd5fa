// Holds parsePatchMail to `git mailinfo --scissors`: every cases/mailinfo/*.eml must give the same author, title, date, description and patch.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { byteString, textOf, type Bytes } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { parsePatchMail } from "./patch-mail.ts";

const folder = join(import.meta.dirname, "cases/mailinfo");
const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
const scratch = mkdtempSync(join(tmpdir(), "longarm-mailinfo-"));
afterAll(() => rmSync(scratch, { recursive: true }));

// Where we know better than mailinfo, and why. What mailinfo says is still asserted, so that a change of either shows.
const DIFFERENT = new Map<string, Partial<Facts>>([
  [
    // mailinfo knows the line only as ">From ", which mailsplit leaves, and takes the whole header for text.
    "format-patch-in-body.eml",
    {
      author: "Bob Builder",
      email: "bob@example.org",
      date: "Sun, 31 Dec 2023 23:59:59 -0500",
      title: "mm: pasted",
      description: "Explain.\n\nSigned-off-by: Ann Author <ann@example.org>\n",
    },
  ],
  // The preamble of a multipart is not part of the mail's text (RFC 2046 section 5.1.1); mailinfo reads an inner one.
  ["multipart-nested.eml", { description: "Explain.\n\nSigned-off-by: Ann Author <ann@example.org>\n" }],
]);

describe("mailinfo", () => {
  test.each(names)("%s", (name) => {
    const bytes = readFileSync(join(folder, name));
    expect(ours(bytes)).toEqual({ ...mailinfo(bytes), ...DIFFERENT.get(name) });
  });
});

interface Facts {
  readonly author: string;
  readonly email: string;
  readonly title: string;
  readonly date: string;
  readonly description: string;
  readonly patch: string;
}

function mailinfo(bytes: Bytes): Facts {
  const [message, patch] = [join(scratch, "message"), join(scratch, "patch")];
  const run = spawnSync("git", ["mailinfo", "--scissors", message, patch], { input: bytes, cwd: scratch });
  expect(run.stderr.toString().replace(/^warning: quoted CRLF detected\n/, "")).toBe("");
  const info = run.stdout.toString("utf8");
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(info)?.[1] ?? "";
  return {
    author: field("Author"),
    email: field("Email"),
    title: field("Subject"),
    date: field("Date").trim(),
    description: textOf(readFileSync(message)),
    patch: closed(
      readFileSync(patch)
        .toString("latin1")
        .replace(/^---[ \t]*\r?\n/, ""),
    ),
  };
}

function ours(bytes: Bytes): Facts {
  const mail = parsePatchMail(parseMessage(bytes));
  return {
    author: mail.author === null ? "" : mail.author.name || mail.author.address,
    email: mail.author?.address ?? "",
    title: mail.title,
    date: mail.date?.text ?? "",
    description: textOf(mail.description),
    patch: closed(byteString(mail.notes) + byteString(mail.diff)),
  };
}

// mailinfo gives the line end before a MIME boundary to the part above it; RFC 2046 gives it to the boundary.
function closed(patch: string): string {
  return patch.replace(/\n+(?=diff --git )/, "\n").replace(/\n+$/, "\n");
}
