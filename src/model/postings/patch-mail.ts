// One patch mail taken apart as `git mailinfo --scissors` of git 2.39 does it: author, title, description, notes, diff.
// Decides nothing about series.
import type { ByteString, Bytes, Problem } from "#model/bytes";
import { byteString, noBytes } from "#model/bytes";
import type { Address, MailDate, Message, Trailer } from "#model/mail";
import {
  decodeWords,
  findDiff,
  nextLine,
  parseAddresses,
  parseDate,
  parseTrailers,
  patchText,
  realSender,
  toUtf8,
  unflow,
} from "#model/mail";
import { parseSubject, type SubjectParts } from "./parse-subject.ts";

/** A mail read as a patch (or as a cover letter, then without a diff). */
export interface PatchMail {
  readonly message: Message;
  /** What the Subject header says. */
  readonly subject: SubjectParts;
  /** What the in-body Subject says; null where there is none. */
  readonly inBodySubject: SubjectParts | null;
  /** First line of the commit message: the in-body Subject where there is one, else the subject's title. */
  readonly title: string;
  /** The in-body `From:` where there is one, else the sender, behind a list that rewrote From too. Null only when the mail names nobody. */
  readonly author: Address | null;
  /** The in-body `Date:` where there is one, else the Date header; verbatim text inside. */
  readonly date: MailDate | null;
  /**
   * The commit message below its title, in UTF-8, as mailinfo writes it: in-body headers and what is above scissors are gone,
   * trailers are still there, empty lines at the end too.
   */
  readonly description: Bytes;
  readonly trailers: readonly Trailer[];
  /** Raw bytes below the `---` line and above the diff: changelog, diffstat. */
  readonly notes: Bytes;
  /** Raw bytes from the first line of the diff to the end of the body: base-commit lines and signature are still there. */
  readonly diff: Bytes;
  readonly hasDiff: boolean;
  /** True when the body was declared `format=flowed` and therefore unflowed, as git does. */
  readonly unflowed: boolean;
  readonly problems: readonly Problem[];
}

/** Takes a mail apart. Any mail gives a value; what is missing is empty. */
export function parsePatchMail(message: Message): PatchMail {
  const text = patchText(message);
  const flowed = text.flowed !== null;
  const body = text.flowed === null ? text.bytes : unflow(text.bytes, text.flowed.delsp);
  const subject = parseSubject(message.subject);
  const { headers, description: raw, breakAt } = readPatchBody(body, "cut");
  const described = toUtf8(raw, text.charset);
  const hasBreak = breakAt >= 0;
  const afterBreak = hasBreak && isRule(body, breakAt) ? nextLine(body, breakAt) : breakAt;
  const diffAt = hasBreak ? findDiff(body, afterBreak) : -1;
  const hasDiff = diffAt >= 0;
  // Without anything below a `---` line the mail is no patch, and mailinfo does not believe its in-body headers.
  const inBody = hasBreak ? headers : NO_HEADERS;
  const from = inBody.from === null ? undefined : parseAddresses(inBody.from)[0];
  const date = inBody.date === null ? null : parseDate(inBody.date);
  const inBodySubject = inBody.subject === null ? null : parseSubject(decodeWords(inBody.subject));
  const problems: Problem[] = [...text.problems, ...described.problems, ...(date?.problems ?? [])];
  if (flowed) problems.push({ message: "Read patch: the body is format=flowed, lines may have been wrapped" });
  if (message.body.includes(0)) problems.push({ message: "Read patch: the body holds NUL bytes" });
  return {
    message,
    subject,
    inBodySubject,
    title: (inBodySubject ?? subject).title,
    author: from ?? realSender(message)?.address ?? null,
    date: date?.date ?? message.date,
    description: described.bytes,
    trailers: parseTrailers(described.bytes).trailers,
    notes: hasBreak ? body.subarray(afterBreak, hasDiff ? diffAt : body.length) : noBytes,
    diff: hasDiff ? body.subarray(diffAt) : noBytes,
    hasDiff,
    unflowed: flowed,
    problems,
  };
}

/** `From:`, `Subject:` and `Date:` in front of a description. */
export interface InBodyHeaders {
  from: ByteString | null;
  subject: ByteString | null;
  date: ByteString | null;
}

const NO_HEADERS: InBodyHeaders = { from: null, subject: null, date: null };
const NAMES = { from: /^from:\s*/i, subject: /^subject:\s*/i, date: /^date:\s*/i };
const FORMAT_PATCH = /^>?From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\s*$/;
const HEADER_NAMES = ["from", "subject", "date"] as const;
/** In-body header values longer than this, folds included, are text. */
const MAX_IN_BODY_HEADER = 4000;

/** A body as mailinfo divides it. */
export interface PatchBody {
  readonly headers: InBodyHeaders;
  /** Not yet in UTF-8. */
  readonly description: Bytes;
  /** Offset of the line that ends the description, -1 when none does. */
  readonly breakAt: number;
}

/**
 * Empty lines, then in-body headers up to an empty line or other text, then the description up to the first line that
 * looks like the beginning of a patch. A scissors line starts all of it again, or is text where scissors are kept.
 */
export function readPatchBody(body: Bytes, scissors: "cut" | "keep"): PatchBody {
  const cuts = (line: ByteString): boolean => scissors === "cut" && isScissors(line);
  let headers: InBodyHeaders = { ...NO_HEADERS };
  let open: (typeof HEADER_NAMES)[number] | null = null;
  let inHeaders = true;
  let from = body.length;
  for (let at = 0; at < body.length;) {
    const next = nextLine(body, at);
    const line = byteString(body, at, Math.min(next, at + MAX_IN_BODY_HEADER));
    const start = at;
    at = next;
    if (inHeaders) {
      if (line === "\n" || line === "\r\n") {
        // Empty lines above the first header are passed over, the one below the last ends them.
        if (open !== null) inHeaders = false;
        open = null;
        continue;
      }
      if (open !== null && /^[ \t]/.test(line) && !cuts(line)) {
        headers[open] = `${headers[open] ?? ""} ${line.trim()}`.slice(0, MAX_IN_BODY_HEADER);
        continue;
      }
      const name: (typeof HEADER_NAMES)[number] | undefined = HEADER_NAMES.find(
        (each) => headers[each] === null && NAMES[each].test(line),
      );
      if (name !== undefined) {
        headers[name] = line.replace(NAMES[name], "").trim();
        open = name;
        continue;
      }
      // A whole patch file pasted into the mail begins with the line that format-patch puts first.
      if (FORMAT_PATCH.test(line)) continue;
      if (headers.subject === null && /^\[PATCH\]\s/.test(line)) {
        headers.subject = line.trim();
        continue;
      }
      inHeaders = false;
    }
    from = Math.min(from, start);
    if (cuts(line)) {
      headers = { ...NO_HEADERS };
      open = null;
      inHeaders = true;
      from = body.length;
    } else if (isPatchBreak(line)) return { headers, description: body.subarray(from, start), breakAt: start };
  }
  return { headers, description: body.subarray(from), breakAt: -1 };
}

function isPatchBreak(line: ByteString): boolean {
  if (line.startsWith("diff -") || line.startsWith("Index: ")) return true;
  return line.startsWith("---") && (/^--- \S/.test(line) || (/^---\s*$/.test(line) && line.length > 3));
}

function isRule(body: Bytes, at: number): boolean {
  return /^---\s*$/.test(byteString(body, at, Math.min(nextLine(body, at), at + 200)));
}

/** Whether a first line of a description would be read as a header inside the body (or as the line that format-patch begins with). */
export function isInBodyHeader(line: ByteString): boolean {
  return HEADER_NAMES.some((name) => NAMES[name].test(line)) || FORMAT_PATCH.test(line) || /^\[PATCH\]\s/.test(line);
}

/**
 * Whether a line is scissors ("-- >8 --", "8< - - cut here - -"): a scissors sign in a perforation of dashes and blanks,
 * at least 8 columns wide, perforation over a third of the line, dashes and signs over half of the perforation (git-mailinfo(1)).
 */
export function isScissors(line: ByteString): boolean {
  const text = line.trim();
  if (text.length < 8 || !/>8|8<|>%|%</.test(text)) return false;
  let marks = 0;
  let gaps = 0;
  let signs = 0;
  // A perforation starts at a dash or a sign and takes the blanks that follow it.
  for (const [run] of text.matchAll(/(?:-|>8|8<|>%|%<)(?:-|>8|8<|>%|%<|\s)*/g)) {
    const blanks = run.replace(/\S/g, "").length;
    gaps += blanks;
    marks += run.length - blanks;
    signs += />8|8<|>%|%</.test(run) ? 1 : 0;
  }
  return signs > 0 && text.length < (marks + gaps) * 3 && gaps * 2 < marks + gaps;
}
