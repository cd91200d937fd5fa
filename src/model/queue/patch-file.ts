// A quilt patch file: header, "---", diffstat, diff. Read without losing a byte; the header's fields are a view of it.
// It accepts what -mm style queues, `git format-patch`, Debian's DEP-3 and bare diffs write.
import type { Bytes, ByteString, Problem } from "#model/bytes";
import { byteString, fromByteString, withoutEmptyLines, withoutEnd } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff } from "#model/diff";
import type { Address, MailDate, Trailer } from "#model/mail";
import type { PatchName } from "./series.ts";
import { parsePatchName } from "./series.ts";
import { decodeWords, parseAddresses, parseDate, parseTrailers } from "#model/mail";

/** A parsed patch file. What its header says is worked out when it is asked for: whether a patch applies does not depend on it. */
export interface PatchFile extends PatchHeader {
  readonly source: Bytes;
  readonly trailers: readonly Trailer[];
  readonly diff: Diff;
  readonly problems: readonly Problem[];
}

/** What stands above the diff. */
export interface PatchHeader {
  /** `Subject:` (or DEP-3 `Description:`) without `[PATCH …]`; null when the file says none. */
  readonly title: string | null;
  readonly author: Address | null;
  readonly date: MailDate | null;
  /**
   * `Merge-Of:`, the patches of a posting whose cover letter this file is: it changes nothing, and becomes the merge commit that
   * brings them in. Empty for an ordinary patch.
   */
  readonly mergeOf: readonly PatchName[];
  /** The log text below the header fields, trailers included, empty lines at both ends removed; UTF-8 as found. */
  readonly description: Bytes;
}

/** Text above a diff is read so far; the longest log of Linux has 100 kB. */
const MAX_PREAMBLE = 4 * 1024 * 1024;

/** Reads a patch file; a file without any file change has a problem saying so. */
export function parsePatchFile(source: Bytes): PatchFile {
  const diff = parseDiff(source);
  const preamble = diff.files[0]?.lead ?? source;
  const problems: Problem[] = [...diff.problems];
  let header: PatchHeader | null = null;
  let trailers: readonly Trailer[] | null = null;
  const read = (): PatchHeader => (header ??= parseHeader(preamble));
  if (diff.files.length === 0 && problems.length === 0) {
    if (read().mergeOf.length === 0) problems.push({ message: "no file change is in it" });
  } else if (diff.files.length > 0 && preamble.length > MAX_PREAMBLE)
    problems.push({ message: `text above the diff has ${preamble.length} bytes, more than ${MAX_PREAMBLE}` });
  return {
    source,
    diff,
    problems,
    get title() {
      return read().title;
    },
    get author() {
      return read().author;
    },
    get date() {
      return read().date;
    },
    get mergeOf() {
      // A change is what it is, whatever its header says.
      return diff.files.length > 0 ? [] : read().mergeOf;
    },
    get description() {
      return read().description;
    },
    get trailers() {
      return (trailers ??= parseTrailers(read().description).trailers);
    },
  };
}

function parseHeader(preamble: Bytes): PatchHeader {
  const { fields, rest } = splitFields(byteString(preamble, 0, Math.min(preamble.length, MAX_PREAMBLE)));
  const field = (name: string): ByteString | null => fields.get(name) ?? null;
  const described = splitDep3(field("description"));
  const subject = field("subject") ?? described.title;
  const log = [described.body, beforeSeparator(rest)].filter((text) => text !== "").join("\n");
  return {
    title: subject === null ? null : titleOf(subject),
    author: parseAddresses(field("from") ?? field("author") ?? "")[0] ?? null,
    date: parseDate(field("date") ?? "").date,
    mergeOf: namesOf(field("merge-of") ?? ""),
    description: fromByteString(trimLines(log)),
  };
}

const FIELD = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/s;
/** Fields that open a header; any other first line makes the whole text description. */
const OPENING =
  /^(?:from|subject|date|description|author|origin|forwarded|bug(?:-[a-z]+)?|last-update|message-id|applied-upstream|reviewed-by|acked-by|id|x-[a-z-]+|mime-version|content-[a-z-]+):/i;

/** Header fields (lower-case name, unfolded value; the first of a name counts) and the text below them. */
function splitFields(text: ByteString): {
  readonly fields: ReadonlyMap<string, ByteString>;
  readonly rest: ByteString;
} {
  const fields = new Map<string, ByteString>();
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length && /^[ \t\r]*$/.test(lines[at] ?? "")) at += 1;
  // `git format-patch` opens with an mbox line.
  if (/^From [0-9a-f]{40,64} /.test(lines[at] ?? "")) at += 1;
  if (!OPENING.test(lines[at] ?? "")) return { fields, rest: text };
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? "").replace(/\r$/, "");
    const found = FIELD.exec(line);
    if (!found) break;
    let value = found[2] ?? "";
    while (/^[ \t]/.test(lines[at + 1] ?? "")) value += `\n${(lines[++at] ?? "").replace(/\r$/, "")}`;
    const name = (found[1] ?? "").toLowerCase();
    if (!fields.has(name)) fields.set(name, value);
  }
  return { fields, rest: lines.slice(at).join("\n") };
}

/** DEP-3: the first line of Description is the title, the rest, indented by one blank, the log; a lone dot is an empty line. */
function splitDep3(value: ByteString | null): { readonly title: ByteString | null; readonly body: ByteString } {
  if (value === null) return { title: null, body: "" };
  const [title = "", ...rest] = value.split("\n");
  const body = rest
    .map((line) => line.replace(/^[ \t]/, ""))
    .map((line) => (/^[ \t]*\.[ \t]*$/.test(line) ? "" : line));
  return { title, body: body.join("\n") };
}

/**
 * The log ends at the first `---` line that has no trailer below it. Git ends it at the very first, and so loses the
 * sign-offs of a log that holds such a line.
 */
function beforeSeparator(text: ByteString): ByteString {
  const lines = text.split("\n");
  let lastTrailer = -1;
  for (const [index, line] of lines.entries()) if (/^[A-Z][A-Za-z-]+-by: [^ ]/.test(line)) lastTrailer = index;
  const end = lines.findIndex((line, index) => index > lastTrailer && /^---[ \t\r]*$/.test(line));
  return end < 0 ? text : lines.slice(0, end).join("\n");
}

/** More patches than this have no cover letter. */
const MAX_MERGED = 10_000;

function namesOf(value: ByteString): PatchName[] {
  const words = value.split(/\s+/).filter((word) => word !== "");
  return words.slice(0, MAX_MERGED).flatMap((word) => parsePatchName(word) ?? []);
}

function trimLines(text: ByteString): ByteString {
  const trimmed = withoutEnd(withoutEmptyLines(text, " \t\r"), " \t\r\n");
  return trimmed === "" ? "" : `${trimmed}\n`;
}

function titleOf(subject: ByteString): string {
  const text = decodeWords(subject.replace(/\n[ \t]+/g, " "))
    .replace(/\s+/g, " ")
    .trim();
  return text.replace(/^(?:\[[^\]]*\]\s*)+/, "");
}
