// A folder of an IMAP server as an archive: keys are UIDVALIDITY and UID, so what was seen once is never asked for again.
// It changes nothing on the server; connecting and errors are in folder.ts, waiting for news is in watch-folder.ts.
import { UserError } from "#model/bytes";
import type { Archive, ArchivedMail, ArchiveStep } from "../archive.ts";
import type { RemoteAddress } from "../remote/address.ts";
import { withLfEnds } from "../remote/line-ends.ts";
import type { RemoteOptions } from "../remote/options.ts";
import { resuming } from "../remote/resume.ts";
import { type ImapCursor, parseCursor, printCursor } from "./cursor.ts";
import { imapError, imapLimits, type OpenFolder, openFolder } from "./folder.ts";
import { watchFolder } from "./watch-folder.ts";

/** Most messages that are asked for with one command. */
const MAX_BATCH = 100;

/** Opens the folder of an `imap:` or `imaps:` address. Each visit connects, and leaves at its end. */
export function openImapArchive(address: RemoteAddress, options: RemoteOptions & { readonly every: number }): Archive {
  const visit: Archive["changes"] = async function* (cursor, known) {
    await using folder = await openFolder(address, options);
    let done = false;
    try {
      yield* visitFolder({ folder, address, every: options.every, known }, parseCursor(cursor));
      done = true;
    } catch (error) {
      throw imapError(error, address);
    } finally {
      // A log-out would wait for the rest of an answer that nobody reads any more.
      if (!done) folder.client.close();
    }
  };
  return {
    name: address.shown,
    changes: (cursor, known) => resuming(visit, cursor, known),
    watch: (signal) => watchFolder(address, options, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

interface Visit {
  readonly folder: OpenFolder;
  readonly address: RemoteAddress;
  readonly every: number;
  readonly known: (key: string) => boolean;
}

async function* visitFolder(visit: Visit, cursor: ImapCursor | null): AsyncIterable<ArchiveStep> {
  const { folder, every, known } = visit;
  const { validity, uidNext } = folder;
  const current = cursor?.validity === validity ? cursor : null;
  if (current !== null && current.count === folder.exists() && current.next === uidNext) return;

  const news = current === null ? [] : await uidsFrom(visit, current.next);
  // What is there and not new must be all that there was; otherwise some were expunged, and only a list of all tells which.
  const goesOn = current !== null && current.count + news.length === folder.exists();
  const uids = goesOn ? news : await uidsFrom(visit, 1);
  const stale = cursor !== null && !goesOn ? cursor : null;
  const present = new Set<string>();
  let reached: ImapCursor = goesOn ? current : { validity, next: 1, count: 0 };
  for (let from = 0; from < uids.length;) {
    const batch: number[] = [];
    let to = from;
    let there = 0;
    // A known message costs no question, so it does not fill a batch.
    for (; to < uids.length && batch.length < Math.min(every, MAX_BATCH); to++) {
      const uid = uids[to] ?? 0;
      if (!known(keyOf(visit, uid))) batch.push(uid);
      else {
        present.add(keyOf(visit, uid));
        there++;
      }
    }
    for await (const { uid, mail } of fetchMessages(visit, batch)) {
      there++;
      if (mail === null) yield { kind: "problem", problem: { message: tooLarge(visit, uid) } };
      else {
        present.add(mail.key);
        yield { kind: "added", mail };
      }
    }
    reached = { validity, next: (uids[to - 1] ?? 0) + 1, count: reached.count + there };
    from = to;
    // While old messages are looked through again the old cursor stays: only `present` makes the new one true.
    yield { kind: "reached", cursor: printCursor(stale ?? reached) };
  }
  if (stale !== null) yield { kind: "present", keys: present };
  // No message with a UID below UIDNEXT can still arrive.
  yield { kind: "reached", cursor: printCursor({ ...reached, next: Math.max(reached.next, uidNext) }) };
}

/** The UIDs from one on, ascending. */
async function uidsFrom({ folder, address }: Visit, first: number): Promise<number[]> {
  const found = await folder.client.search({ uid: `${first}:*` }, { uid: true });
  if (!Array.isArray(found))
    throw new UserError(`"${address.shown}" refuses to list its messages`, { hint: "ask who runs the server" });
  // "first:*" names the last message even when its UID is below `first` (RFC 9051 9, seq-range).
  return found.filter((uid) => uid >= first).sort((left, right) => left - right);
}

/** The messages with these UIDs that are still there; null stands for one that is too large. */
async function* fetchMessages(
  visit: Visit,
  uids: readonly number[],
): AsyncIterable<{ readonly uid: number; readonly mail: ArchivedMail | null }> {
  if (uids.length === 0) return;
  const asked = new Set(uids);
  // BODY.PEEK, one byte more than is taken, so that a larger message costs no more than that.
  const source = { start: 0, maxLength: imapLimits.message + 1 };
  const query = { uid: true, internalDate: true, source } as const;
  for await (const { uid, source: bytes, internalDate } of visit.folder.client.fetch(uids.join(","), query, {
    uid: true,
  })) {
    // A server may tell of a message again when its flags change.
    if (bytes === undefined || !asked.delete(uid)) continue;
    const received = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
    const mail = {
      key: keyOf(visit, uid),
      bytes: withLfEnds(bytes),
      received: Number.isNaN(received) ? null : received,
    };
    yield { uid, mail: bytes.length > imapLimits.message ? null : mail };
  }
}

function keyOf({ folder }: Visit, uid: number): string {
  return `${folder.validity}:${uid}`;
}

function tooLarge({ address }: Visit, uid: number): string {
  return `message ${uid} of "${address.shown}" has more than ${imapLimits.message} bytes and was left out`;
}
