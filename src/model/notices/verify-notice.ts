// A real notice, written again from its own parts and compared: kind, branch, patch and roster are read out of the mail,
// everything else comes from the templates. Says where the first byte differs; decides nothing about sending.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { printAddress } from "#model/mail";
import { parsePatchFile } from "#model/queue";
import { addressesIn } from "./addresses.ts";
import { matchLines, matchTemplate } from "./match-template.ts";
import type { Announced, Notice } from "./notice.ts";
import { addedNotice, removedNotice } from "./notice.ts";
import type { ReceivedNotice } from "./received.ts";
import type { MailTemplate, NoticeTemplates } from "./templates.ts";
import { uploadedNotice } from "./uploaded.ts";

/** The first place where a text differs from what the templates make of its parts. */
export interface Difference {
  readonly where: "to" | "subject" | "body";
  /** Bytes before it. */
  readonly offset: number;
  /** 1-based line of the body; 1 in headers. */
  readonly line: number;
  /** The rest of the line from `offset` on, at most {@link CONTEXT} bytes; null at the end of the text. */
  readonly expected: ByteString | null;
  readonly found: ByteString | null;
  /** The line as it was found, up to `offset`. */
  readonly before: ByteString;
}

/** What a notice turned out to be. */
export interface VerifiedNotice {
  readonly kind: string;
  readonly name: string;
  /** "" for a mail about no branch. */
  readonly branch: string;
  readonly roster: readonly string[];
  /** The notice as the templates make it. */
  readonly notice: Notice;
  /** Empty when every byte is equal. */
  readonly differences: readonly Difference[];
  /** What was not compared, or only up to what lists do, each as a sentence without full stop. */
  readonly notes: readonly string[];
}

const CONTEXT = 80;

/** The notice compared with one set of templates, whose `list` says who is mailed; null when it is none that they could have made. */
export function verifyNotice(received: ReceivedNotice, templates: NoticeTemplates): VerifiedNotice | null {
  const own = { ...templates, sender: byteTextOf(received.from) };
  return verifyAdded(received, own) ?? verifyRemoved(received, own) ?? verifyUploaded(received, own);
}

function verifyAdded(received: ReceivedNotice, templates: NoticeTemplates): VerifiedNotice | null {
  const known = wordsOf(templates);
  const subject = matchTemplate(templates.added.subject, received.subject, known);
  if (subject === null) return null;
  const parts = takeApart(received, templates.added, templates, subject);
  if (parts === null) return null;
  return compared(received, parts, addedNotice(parts.announced));
}

function verifyRemoved(received: ReceivedNotice, templates: NoticeTemplates): VerifiedNotice | null {
  const known = wordsOf(templates);
  const subject = matchTemplate(templates.removed.subject, received.subject, known);
  if (subject === null) return null;
  const parts = takeApart(received, templates.removed, templates, subject);
  if (parts === null) return null;
  const tag = subject.get("tag");
  for (const [kind, reason] of Object.entries(templates.reasons)) {
    const tagged = tag === undefined ? new Map<string, ByteString>() : matchTemplate(reason.tag, tag, known);
    if (tagged === null) continue;
    const into = tagged.get("into") ?? intoOf(reason.reason, received.body, known);
    if (into === null && `${reason.tag}${reason.reason}`.includes("{into}")) continue;
    const removal = { ...parts.announced, kind, ...(into === null ? {} : { into: byteTextOf(into) }) };
    return compared(received, parts, removedNotice(removal));
  }
  return null;
}

function verifyUploaded(received: ReceivedNotice, templates: NoticeTemplates): VerifiedNotice | null {
  if (templates.uploaded === null) return null;
  const subject = matchTemplate(templates.uploaded.subject, received.subject, wordsOf(templates));
  const { body } = templates.uploaded;
  const [head = ""] = body.split("{series}");
  const last = head.trimEnd().split("\n").at(-1) ?? "";
  const start = subject === null ? -1 : received.body.indexOf(`\n${byteString(bytesOf(last))}\n`);
  if (subject === null || start < 0) return null;
  const values = matchLines(head, received.body.slice(0, start), new Map([...wordsOf(templates), ...subject]), [
    "base",
  ]);
  const series = received.body
    .slice(start + 1)
    .split("\n")
    .slice(1);
  const notice = uploadedNotice({
    templates,
    date: received.date ?? { time: 0, zone: 0 },
    stamp: values.get("stamp") ?? "",
    base: values.get("base") ?? "",
    series: series.filter((line) => line !== ""),
    to: addressesIn(received.to),
  });
  if (notice === null) return null;
  const roster = series.flatMap((line) => (line === "" ? [] : [line.slice(2)]));
  const done = compared(received, { branch: "", name: "", roster }, notice);
  return { ...done, notes: [...done.notes, "To: is taken from the mail"] };
}

interface Parts {
  readonly branch: string;
  readonly name: string;
  readonly roster: readonly string[];
}

/** The parts of a notice about one patch: the text of the patch stands between the template's lines before and behind `{patch}`. */
function takeApart(
  received: ReceivedNotice,
  template: MailTemplate,
  templates: NoticeTemplates,
  subject: ReadonlyMap<string, ByteString>,
): (Parts & { readonly announced: Announced }) | null {
  const at = template.body.indexOf("{patch}");
  const words = wordsOf(templates);
  const before = filled(template.body.slice(0, at), words);
  const tail = filled(template.body.slice(at + "{patch}".length), words);
  const opening = before.trimEnd().split("\n").at(-1) ?? "";
  const start = `\n${received.body}`.indexOf(`\n${opening}\n`);
  if (at < 0 || start < 0) return null;
  const gap = before.length - before.trimEnd().length;
  const patchAt = start + opening.length + gap;
  // Up to the address, which follows from the patch.
  const closing = tail.slice(0, Math.max(0, tail.indexOf("{author}")));
  const end = received.body.lastIndexOf(closing);
  if (closing === "" || end < patchAt) return null;
  const text = received.body.slice(patchAt, end + 1);
  const patch = parsePatchFile(fromByteString(text));
  const known = new Map([...words, ...subject]);
  const values = matchLines(template.body.slice(0, at), received.body.slice(0, start), known, [
    "name",
    "branch",
    "line",
    "title",
  ]);
  const name = byteTextOf(values.get("name") ?? "");
  const listed = rosterIn(received.body.slice(end + closing.length), templates, values);
  const roster = listed.flatMap((line) => byteTextOf(line.get("name") ?? ""));
  const author = patch.author === null ? "" : byteString(bytesOf(printAddress(patch.author)));
  // Where only a part of its name is in the text, the roster may have the whole.
  const branch = byteTextOf(values.get("branch") ?? listed[0]?.get("branch") ?? values.get("line") ?? "");
  const announced: Announced = {
    templates,
    date: received.date ?? { time: 0, zone: 0 },
    name,
    title: patch.title === null ? (values.get("title") ?? "") : byteString(bytesOf(patch.title)),
    branch,
    author,
    trailers: patch.trailers,
    patch: patch.source,
    queue: roster.map((one) => ({ name: one, author })),
  };
  return { branch, name, roster, announced };
}

/** What the lines below the roster's first say, by placeholder. */
function rosterIn(
  text: ByteString,
  templates: NoticeTemplates,
  values: ReadonlyMap<string, ByteString>,
): ReadonlyMap<string, ByteString>[] {
  const known = new Map([...values].filter(([key]) => key !== "name"));
  const lines = text.split("\n").slice(1);
  return lines.flatMap((line) => matchTemplate(templates.listed, line, known) ?? []);
}

function compared(received: ReceivedNotice, parts: Parts, notice: Notice): VerifiedNotice {
  const notes: string[] = [];
  const header = (name: string): ByteString => notice.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
  const [to, expectedTo] = received.toFolded
    ? [bareAddresses(received.to), bareAddresses(header("to"))]
    : [received.to, header("to")];
  if (received.toFolded && header("to") !== expectedTo) notes.push("blanks in the folded To: were not compared");
  const [body, expectedBody] = bodiesOf(received, byteString(notice.body), notes);
  const differences = [
    difference("to", to, expectedTo),
    difference("subject", received.subject, header("subject")),
    difference("body", body, expectedBody),
  ].filter((one) => one !== null);
  return {
    kind: notice.kind,
    name: parts.name,
    branch: parts.branch,
    roster: parts.roster,
    notice,
    differences,
    notes,
  };
}

function bareAddresses(text: ByteString): ByteString {
  return text.replace(/,\s*/g, ",");
}

function bodiesOf(received: ReceivedNotice, expected: ByteString, notes: string[]): [ByteString, ByteString] {
  const { body, endTouched } = received;
  if (!endTouched || body === expected) return [body, expected];
  const [left, right] = [body.replace(/\n+$/, "\n"), expected.replace(/\n+$/, "\n")];
  notes.push(
    `empty lines at the end were not compared, a list has been at them: ${body.length - left.length} for ${expected.length - right.length}`,
  );
  return [left, right];
}

function difference(where: Difference["where"], found: ByteString, expected: ByteString): Difference | null {
  if (found === expected) return null;
  let offset = 0;
  while (offset < found.length && offset < expected.length && found[offset] === expected[offset]) offset += 1;
  const start = found.lastIndexOf("\n", offset - 1) + 1;
  const rest = (text: ByteString): ByteString | null =>
    offset >= text.length ? null : (text.slice(offset, offset + CONTEXT).match(/^\n|^[^\n]*/)?.[0] ?? "");
  return {
    where,
    offset,
    line: found.slice(0, offset).split("\n").length,
    expected: rest(expected),
    found: rest(found),
    before: offset === 0 ? "" : found.slice(start, offset),
  };
}

/** The value of `{into}` in a reason's text, wherever that stands in the body. */
function intoOf(reason: string, body: ByteString, known: ReadonlyMap<string, ByteString>): ByteString | null {
  const line = reason.split("\n").find((text) => text.includes("{into}"));
  if (line === undefined) return null;
  for (const text of body.split("\n")) {
    const into = matchTemplate(line, text, known)?.get("into");
    if (into !== undefined) return into;
  }
  return null;
}

/** The template's text with the tree's own words in it, other placeholders as they are. */
function filled(template: string, words: ReadonlyMap<string, ByteString>): ByteString {
  return bytesIn(template).replace(/\{([a-z][a-z0-9-]{0,40})\}/g, (found, key: string) => words.get(key) ?? found);
}

function wordsOf(templates: NoticeTemplates): Map<string, ByteString> {
  return new Map(Object.entries(templates.words).map(([word, value]) => [word, bytesIn(value)]));
}

function bytesIn(text: string): ByteString {
  return byteString(bytesOf(text));
}

/** UTF-8 as text; bytes that are none become U+FFFD. */
function byteTextOf(bytes: ByteString): string {
  return new TextDecoder().decode(fromByteString(bytes));
}
