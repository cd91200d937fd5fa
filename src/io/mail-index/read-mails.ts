// The bytes of mails in the index: kept in it, or read again from an archive that has them.
import { inflateRawSync } from "node:zlib";
import type { Bytes } from "#model/bytes";
import type { Archive } from "#io/archive";
import type { MailIndex } from "./open-index.ts";
import { row, rows } from "./open-index.ts";

/** Opens the archive with this name; null when it is not there any more. */
export type OpenByName = (name: string) => Promise<Archive | null>;

/** Mails read in one go; their bytes are in memory together. */
const CHUNK = 500;
/** No mail is larger; a damaged index must not fill the memory. */
const MAX_INFLATED = 1024 * 1024 * 1024;

/** The bytes of these mails in order; null for one that no archive gives any more. Opens archives only when it must. */
export async function* readMails(
  index: MailIndex,
  mails: readonly number[],
  open: OpenByName,
): AsyncGenerator<Bytes | null> {
  const opened = new Map<string, Archive | null>();
  try {
    for (let at = 0; at < mails.length; at += CHUNK)
      yield* await readChunk(index, mails.slice(at, at + CHUNK), open, opened);
  } finally {
    for (const archive of opened.values()) await archive?.[Symbol.asyncDispose]();
  }
}

async function readChunk(
  index: MailIndex,
  mails: readonly number[],
  open: OpenByName,
  opened: Map<string, Archive | null>,
): Promise<(Bytes | null)[]> {
  const found = new Map<number, Bytes>();
  const missing = new Set<number>();
  for (const mail of mails) {
    const kept = row<{ bytes: Uint8Array }>(index, "SELECT bytes FROM kept WHERE mail = ?", mail);
    if (kept === undefined) missing.add(mail);
    else found.set(mail, inflateRawSync(kept.bytes, { maxOutputLength: MAX_INFLATED }));
  }
  // What one archive does not have any more another one may.
  for (const { id, name } of missing.size === 0 ? [] : rereading(index)) {
    const wanted = [...missing].flatMap((mail) =>
      rows<{ key: string }>(index, "SELECT key FROM sighting WHERE mail = ? AND archive = ? LIMIT 1", mail, id).map(
        ({ key }) => ({ mail, key }),
      ),
    );
    if (wanted.length === 0) continue;
    if (!opened.has(name)) opened.set(name, await open(name));
    const given = opened.get(name)?.read?.(wanted.map(({ key }) => key));
    let next = 0;
    for await (const bytes of given ?? []) {
      const mail = wanted[next++]?.mail;
      if (mail === undefined || bytes === null) continue;
      found.set(mail, bytes);
      missing.delete(mail);
    }
  }
  return mails.map((mail) => found.get(mail) ?? null);
}

function rereading(index: MailIndex): { id: number; name: string }[] {
  return rows(index, "SELECT id, name FROM archive WHERE rereads = 1 ORDER BY id");
}
