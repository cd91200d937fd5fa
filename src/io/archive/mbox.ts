// A mailbox file, or one mail in a file, gzipped or not, read in pieces. What a mailbox is, is in #model/mail.
// It only grows, or it is another one: what was read before must still be its beginning, byte for byte.
import { createHash, type Hash } from "node:crypto";
import { dirname } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes, noBytes, UserError } from "#model/bytes";
import type { MboxForm, MboxMail, MboxQuoting } from "#model/mail";
import { mboxForm, splitMboxPart, startsWithFrom } from "#model/mail";
import type { Archive, ArchiveOptions, ArchiveStep } from "./archive.ts";
import { archiveLimits } from "./archive.ts";
import { openPieces, type Pieces } from "./pieces.ts";
import { watchPaths } from "./watch-paths.ts";

/** Opens the mailbox or mail at `path`. A key is the SHA-256 of the mail, so equal mails are one, wherever they stand. */
export function openMbox(path: string, options: ArchiveOptions = {}): Archive {
  return {
    name: path,
    changes: (cursor, known) => changesOf(path, parsePlace(cursor), known, options.every ?? archiveLimits.every),
    watch: (signal) => watchPaths(() => [dirname(path)], signal, options.poll),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** How far a reader is in a mailbox. */
interface Place {
  /** Bytes read, all of them whole mails; after decompression. */
  readonly offset: number;
  /** SHA-256 of these bytes, hexadecimal. */
  readonly digest: string;
  /** The form that was found when they were read: with another one the same bytes would be other mails. */
  readonly form: MboxForm;
  /** The file's inode, size and time when all of it was read; empty before that. */
  readonly stamp: string;
}

/** What the reader has no longer fits: everything is read again and compared with what he has. */
const ANEW = "anew";

/** Bytes at the beginning of a mailbox that decide on its form. */
const SAMPLE = 1024 * 1024;

async function* changesOf(
  path: string,
  begun: Place | typeof ANEW | null,
  known: (key: string) => boolean,
  every: number,
): AsyncGenerator<ArchiveStep> {
  const place = begun === ANEW ? null : begun;
  const problems: string[] = [];
  await using file = await openPieces(path, (problem) => problems.push(problem));
  if (place !== null && place.stamp === file.stamp) return;
  const sample = await file.peek(SAMPLE);
  const form = mboxForm(sample, sample.length < SAMPLE);
  const hash = createHash("sha256");
  let offset = 0;
  if (place !== null) {
    const skipped = startsWithFrom(sample) && sameForm(place.form, form) ? await skip(file, hash, place) : null;
    if (skipped === null) {
      yield* changesOf(path, ANEW, known, every);
      return;
    }
    offset = skipped;
  }
  const present = begun === ANEW ? new Set<string>() : null;
  let since = 0;
  for await (const { mails, text, last } of mailsOf(path, file, form)) {
    let start = 0;
    for (const mail of mails) {
      hash.update(text.subarray(start, mail.end));
      offset += mail.end - start;
      start = mail.end;
      const key = createHash("sha256").update(mail.bytes).digest("hex");
      present?.add(key);
      if (!mail.whole && last) yield problemOf("Split mailbox: the last message has no line end, it may be truncated");
      if (!known(key)) yield { kind: "added", mail: { key, bytes: mail.bytes, received: null } };
      since += 1;
      if (since < every) continue;
      since = 0;
      const digest = hash.copy().digest("hex");
      yield { kind: "reached", cursor: present ? ANEW : printPlace({ offset, digest, form, stamp: "" }) };
    }
  }
  for (const problem of problems) yield problemOf(`Read mailbox: ${problem}`);
  if (present !== null) yield { kind: "present", keys: present };
  yield { kind: "reached", cursor: printPlace({ offset, digest: hash.digest("hex"), form, stamp: file.stamp }) };
}

/**
 * Passes over what was read before. Gives the offset where the next mail begins, with everything before it in `hash`; null when
 * the file begins with something else now, or goes on where the last mail was thought to end.
 */
async function skip(file: Pieces, hash: Hash, { offset, digest }: Place): Promise<number | null> {
  for (let left = offset; left > 0;) {
    const piece = await file.take(Math.min(left, WINDOW));
    if (piece.length === 0) return null;
    hash.update(piece);
    left -= piece.length;
  }
  if (hash.copy().digest("hex") !== digest) return null;
  const next = await file.peek(9);
  const gap = /^(?:\r?\n){0,2}/.exec(byteString(next))?.[0].length ?? 0;
  if (next.length > gap && !startsWithFrom(next.subarray(gap))) return null;
  if (gap > 0) hash.update(await file.take(gap));
  return offset + gap;
}

/** Bytes that are split at a time; a larger mail takes as many as it needs. */
const WINDOW = 1024 * 1024;

/** The mails from here on, with the text that each group of them was split from. */
async function* mailsOf(
  path: string,
  file: Pieces,
  form: MboxForm,
): AsyncGenerator<{ readonly mails: readonly MboxMail[]; readonly text: Bytes; readonly last: boolean }> {
  const single = !startsWithFrom(await file.peek(5));
  let text: Bytes = noBytes;
  for (;;) {
    const more = await file.take(Math.max(WINDOW, text.length));
    const last = more.length === 0;
    text = concatBytes([text, more]);
    if (last && text.length === 0) return;
    if (!single) {
      // What a damaged file stops in the middle of is no mail.
      const mails = splitMboxPart(text, form, last && !file.damaged());
      yield { mails, text, last };
      text = text.subarray(mails.at(-1)?.end ?? 0);
    } else if (last) {
      if (!file.damaged())
        yield { mails: [{ bytes: text, end: text.length, whole: true, counted: false }], text, last };
    }
    if (last) return;
    if (text.length > archiveLimits.message) {
      throw new UserError(`"${path}" holds a mail of more than ${archiveLimits.message} bytes`, {
        hint: "take it out of the file",
      });
    }
  }
}

function problemOf(message: string): ArchiveStep {
  return { kind: "problem", problem: { message } };
}

function sameForm(one: MboxForm, other: MboxForm): boolean {
  return one.quoting === other.quoting && one.lengths === other.lengths;
}

/** `mbox QUOTING plain|counted OFFSET DIGEST STAMP`. */
function printPlace({ offset, digest, form, stamp }: Place): string {
  return ["mbox", form.quoting, form.lengths ? "counted" : "plain", offset, digest, stamp].join(" ").trimEnd();
}

function parsePlace(cursor: string | null): Place | typeof ANEW | null {
  if (cursor === null) return null;
  const found = /^mbox (mboxrd|mboxo|none) (counted|plain) (\d{1,15}) ([0-9a-f]{64})(?: (\S+))?$/.exec(cursor);
  if (found === null) return ANEW;
  const [, quoting = "", lengths, offset, digest = "", stamp = ""] = found;
  const form = { quoting: quoting as MboxQuoting, lengths: lengths === "counted" };
  return { offset: Number(offset), digest, form, stamp };
}
