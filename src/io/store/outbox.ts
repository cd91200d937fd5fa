// The outbox on disk: mails that wait or were sent, and the log of what became of each (docs/formats/outbox.md).
// Nothing here can be built again from the tree: who got what is known to this log alone.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  fstatSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes } from "#model/bytes";
import type { OutboxLine } from "#model/outbox";
import { mailLogs, parseOutboxLog, printOutboxLines } from "#model/outbox";
import { namesIn, readIfThere, writeFlushed } from "./disk.ts";

/** Where a mail's file lies: it waits, it is over with it, or its operation was undone. */
export type MailPlace = "waiting" | "sent" | "withdrawn";

const FOLDER: Readonly<Record<MailPlace, string>> = { waiting: "", sent: "sent", withdrawn: "withdrawn" };
const LOG = "log.jsonl";

/** File names of the mails of a place, in the order in which things happened. */
export function mailNames(privateDir: string, place: MailPlace): string[] {
  return namesIn(join(privateDir, "outbox", FOLDER[place])).filter((name) => /^\d{6,}-.*\.eml$/.test(name));
}

/** The bytes of a mail; null when it is not there any more. */
export function readMail(privateDir: string, place: MailPlace, name: string): Bytes | null {
  return readIfThere(join(privateDir, "outbox", FOLDER[place], name));
}

/** The log, oldest line first; a line that a crash tore is passed over. */
export function readOutboxLog(privateDir: string): readonly OutboxLine[] {
  return parseOutboxLog(readIfThere(join(privateDir, "outbox", LOG)) ?? bytesOf("")).lines;
}

/** A text that is another one whenever a mail came, went, or something was said of one. */
export function outboxState(privateDir: string): string {
  const log = statSync(join(privateDir, "outbox", LOG), { throwIfNoEntry: false });
  return `${log?.size ?? 0} ${mailNames(privateDir, "waiting").join(" ")}`;
}

/** Adds lines, flushed to the disk before it returns; a torn line before them is closed first. */
export function appendOutboxLog(privateDir: string, lines: readonly OutboxLine[]): void {
  if (lines.length === 0) return;
  mkdirSync(join(privateDir, "outbox"), { recursive: true });
  const descriptor = openSync(join(privateDir, "outbox", LOG), "a+", 0o644);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10;
    const bytes = concatBytes([bytesOf(torn ? "\n" : ""), printOutboxLines(lines)]);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Moves a mail to another place; does nothing when it is there already. */
export function placeMail(privateDir: string, name: string, from: MailPlace, to: MailPlace): void {
  const source = join(privateDir, "outbox", FOLDER[from], name);
  if (readIfThere(source) === null) return;
  mkdirSync(join(privateDir, "outbox", FOLDER[to]), { recursive: true });
  renameSync(source, join(privateDir, "outbox", FOLDER[to], name));
}

/**
 * Puts several mails into one, in three steps: the new mail as a draft, the log's line that says so, the new mail in its place.
 * After a kill the line decides; {@link finishDigests} does the rest.
 */
export function writeDigest(privateDir: string, line: Extract<OutboxLine, { do: "digest" }>, bytes: Bytes): void {
  writeFlushed(join(privateDir, "outbox", `${DRAFT}${line.into}`), bytes);
  appendOutboxLog(privateDir, [line]);
  finishDigests(privateDir);
}

/** Puts drafts that the log names in their place and takes away the others. */
export function finishDigests(privateDir: string): void {
  const dir = join(privateDir, "outbox");
  const drafts = namesIn(dir).filter((name) => name.startsWith(DRAFT));
  if (drafts.length === 0) return;
  const named = new Set(readOutboxLog(privateDir).flatMap((line) => (line.do === "digest" ? [line.into] : [])));
  for (const draft of drafts) {
    const name = draft.slice(DRAFT.length);
    if (named.has(name)) renameSync(join(dir, draft), join(dir, name));
    else rmSync(join(dir, draft), { force: true });
  }
}

const DRAFT = ".digest-";

/** The number that the next mail gets: mails are numbered on and on, so that they go out in the order in which things happened. */
export function nextMailNumber(privateDir: string): number {
  const names = (["waiting", "sent", "withdrawn"] as const).flatMap((place) => mailNames(privateDir, place));
  return names.reduce((most, name) => Math.max(most, Number(/^\d+/.exec(name)?.[0] ?? 0)), 0) + 1;
}

/** Mails that somebody may have got already, so that they cannot be taken back: an attempt is open, or somebody has it. */
export function mailsOnTheirWay(privateDir: string): ReadonlySet<string> {
  const logs = [...mailLogs(readOutboxLog(privateDir))];
  return new Set(logs.filter(([, log]) => log.open !== null || log.accepted.size > 0).map(([name]) => name));
}
