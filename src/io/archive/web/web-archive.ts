// A public-inbox archive over HTTP. Its search gives mails newest first, so a visit reads until it meets what it knows.
// For a whole large archive git is the better way: `git clone --mirror`, and then it is an archive on disk.
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { textOf, UserError } from "#model/bytes";
import type { Archive, ArchivedMail, ArchiveStep } from "../archive.ts";
import type { RemoteAddress } from "../remote/address.ts";
import type { RemoteOptions } from "../remote/options.ts";
import { resuming } from "../remote/resume.ts";
import { parseCursor, printCursor, REMEMBERED, type WebCursor } from "./cursor.ts";
import { archiveState } from "./manifest.ts";
import { mboxMessages } from "./mbox-body.ts";
import { askWeb, shown } from "./request.ts";

/**
 * Bytes: of a manifest, packed and unpacked; of news that are kept to be given oldest first. `settle`: milliseconds after a change
 * until the server's search must know it (public-inbox keeps an open database for about one minute).
 */
export const webLimits = { manifest: 64 * 1024 * 1024, news: 64 * 1024 * 1024, settle: 300_000 } as const;

/** Opens the archive at an `http:` or `https:` address. Nothing is asked before the first visit. */
export function openWebArchive(address: RemoteAddress, options: RemoteOptions & { readonly every: number }): Archive {
  const base = archiveBase(address);
  const visit: Archive["changes"] = (cursor, known) =>
    visitArchive({ base, options, every: options.every, known }, parseCursor(cursor));
  return {
    name: shown(base),
    changes: (cursor, known) => resuming(visit, cursor, known),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The address that everything else lies below; ends in a slash. Throws UserError for a user, which no public archive has. */
export function archiveBase({ scheme, shown: text, user }: RemoteAddress): URL {
  if (user !== null) throw new UserError(`"${text}" names a user`, { hint: "leave it out" });
  const base = new URL(text.replace(/^[a-z]+:/i, `${scheme}:`));
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return base;
}

interface Visit {
  readonly base: URL;
  readonly options: RemoteOptions;
  readonly every: number;
  readonly known: (key: string) => boolean;
}

async function* visitArchive(visit: Visit, cursor: WebCursor | null): AsyncIterable<ArchiveStep> {
  const state = await stateOf(visit);
  if (cursor !== null && cursor.settled !== null && cursor.settled === state?.fingerprint) return;
  const settled = state?.settled === true ? state.fingerprint : null;
  const news = cursor === null || cursor.newest.length === 0 ? null : await newsOf(visit, cursor.newest);
  if (news !== null) {
    yield* inTransactions(visit, cursor, news.mails);
    yield { kind: "reached", cursor: printCursor({ newest: [...news.keys, ...(cursor?.newest ?? [])], settled }) };
    return;
  }
  const present = new Set<string>();
  const newest: string[] = [];
  yield* inTransactions(visit, cursor, allMails(visit, present, newest));
  if (cursor !== null) yield { kind: "present", keys: present };
  yield { kind: "reached", cursor: printCursor({ newest: newest.toReversed(), settled }) };
}

/** The old cursor stays until the end: what is between the newest mails and those that are known is not given yet. */
async function* inTransactions(
  { every }: Visit,
  cursor: WebCursor | null,
  mails: AsyncIterable<ArchivedMail> | Iterable<ArchivedMail>,
): AsyncIterable<ArchiveStep> {
  let given = 0;
  for await (const mail of mails) {
    yield { kind: "added", mail };
    if (++given % every === 0) yield { kind: "reached", cursor: printCursor(cursor ?? { newest: [], settled: null }) };
  }
}

/** What the manifest says, and whether the search must know of it by now; null when there is none. */
async function stateOf({
  base,
  options,
}: Visit): Promise<{ readonly fingerprint: string; readonly settled: boolean } | null> {
  const answer = await askWeb(new URL("manifest.js.gz", base), options);
  if (answer === null) return null;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer.body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > webLimits.manifest) return null;
    pieces.push(piece);
  }
  try {
    const json = textOf(gunzipSync(Buffer.concat(pieces), { maxOutputLength: webLimits.manifest }));
    const state = archiveState(json, base.pathname);
    if (state === null) return null;
    const settled = answer.date !== null && state.modified > 0 && answer.date - state.modified > webLimits.settle;
    return { fingerprint: state.fingerprint, settled };
  } catch {
    // A manifest only saves a search; a broken one costs one.
    return null;
  }
}

/**
 * The mails that are newer than those remembered, oldest first, and their keys, newest first.
 * Null when the remembered ones are not there in their order, or the news are too many to be kept: then everything is read.
 */
async function newsOf(
  visit: Visit,
  remembered: readonly string[],
): Promise<{ readonly mails: readonly ArchivedMail[]; readonly keys: readonly string[] } | null> {
  const keys: string[] = [];
  const mails: ArchivedMail[] = [];
  let [met, size] = [0, 0];
  for await (const mail of search(visit)) {
    if (mail.key === remembered[met]) {
      if (++met === remembered.length) break;
    } else if (met > 0) return null;
    else {
      size += mail.bytes.length;
      if (size > webLimits.news) return null;
      if (keys.includes(mail.key)) continue;
      keys.push(mail.key);
      if (!visit.known(mail.key)) mails.unshift(mail);
    }
  }
  return met === remembered.length ? { mails, keys } : null;
}

/** Every mail that the reader has not, oldest first where the server gives all at once; notes every key and the last ones. */
async function* allMails(visit: Visit, present: Set<string>, newest: string[]): AsyncIterable<ArchivedMail> {
  const whole = await askWeb(new URL("all.mbox.gz", visit.base), visit.options);
  const mails = whole === null ? search(visit) : mailsOf(whole.body, shown(visit.base));
  for await (const mail of mails) {
    if (present.has(mail.key)) continue;
    present.add(mail.key);
    if (whole === null && newest.length < REMEMBERED) newest.unshift(mail.key);
    if (whole !== null && newest.push(mail.key) > REMEMBERED) newest.shift();
    if (!visit.known(mail.key)) yield mail;
  }
  if (present.size === 0) await expectArchive(visit);
}

/** An archive without a mail answers like one that is not there, but for its help. */
async function expectArchive({ base, options }: Visit): Promise<void> {
  const page = await askWeb(new URL("_/text/help/", base), options);
  page?.body.destroy();
  if (page === null) throw new UserError(`there is no archive at "${shown(base)}"`, { hint: "check the address" });
}

/** All mails of the archive, newest first: its search, asked for anything received since 1970. */
async function* search({ base, options }: Visit): AsyncIterable<ArchivedMail> {
  const url = new URL(`?${new URLSearchParams({ q: "rt:0..", x: "m" }).toString()}`, base);
  const answer = await askWeb(url, options, "POST");
  // "No results found" is a 404.
  if (answer === null) return;
  yield* mailsOf(answer.body, shown(base));
}

async function* mailsOf(body: Parameters<typeof mboxMessages>[0], name: string): AsyncIterable<ArchivedMail> {
  for await (const bytes of mboxMessages(body, name)) yield { key: contentKey(bytes), bytes, received: null };
}

/** The web shows no number that names a message for ever; its bytes do. */
function contentKey(bytes: Bytes): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 40);
}
