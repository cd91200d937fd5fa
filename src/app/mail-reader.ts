// The tree's mails for readers who come again and again, such as a web server's: the index stays open, and mails that were read
// lately are kept. Every command opens the index for itself.
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { MailIndex } from "#io/mail-index";
import { INDEX_FILE, openExistingIndex, readMails, withDamageTold } from "#io/mail-index";
import type { Tree } from "#io/store";
import { fileStamp } from "#io/store";
import { openerOf } from "./mail-archives.ts";

/** Reads mails of one tree, as long as it is open. */
export interface MailReader extends Disposable {
  /**
   * What `work` makes of the index; null when there is none. Throws UserError when it turns out to be damaged: then it is moved aside.
   */
  ask<T>(work: (index: MailIndex) => T): Promise<T | null>;
  /** The bytes of these mails in order; null for one that no archive gives any more. */
  read(tree: Tree, mails: readonly number[]): Promise<(Bytes | null)[]>;
}

/** Bytes of mails that are kept; the oldest use goes first. */
const MAX_KEPT = 24 * 1024 * 1024;
/** A larger mail is read again each time. */
const MAX_KEPT_MAIL = 2 * 1024 * 1024;
/** Milliseconds until an index is closed that another one took the place of: whoever is at work with it is done by then. */
const LINGERS = 60_000;

export function openMailReader(privateDir: string): MailReader {
  let open: { readonly stamp: string; readonly index: MailIndex } | null = null;
  const kept = new Map<number, Bytes>();
  let bytesKept = 0;
  const indexNow = (): MailIndex | null => {
    const stamp = fileStamp(join(privateDir, INDEX_FILE));
    if (open !== null && open.stamp === stamp) return open.index;
    if (open !== null) {
      const { index } = open;
      setTimeout(() => index[Symbol.dispose](), LINGERS).unref();
      kept.clear();
      bytesKept = 0;
      open = null;
    }
    if (stamp === null) return null;
    open = { stamp, index: openExistingIndex(privateDir) };
    return open.index;
  };
  const keep = (mail: number, bytes: Bytes): void => {
    if (bytes.length > MAX_KEPT_MAIL) return;
    // A piece of a larger buffer would keep all of it.
    const own = new Uint8Array(bytes);
    kept.delete(mail);
    kept.set(mail, own);
    bytesKept += own.length;
    for (const [oldest, { length }] of kept) {
      if (bytesKept <= MAX_KEPT) break;
      kept.delete(oldest);
      bytesKept -= length;
    }
  };
  return {
    async ask(work) {
      const index = indexNow();
      return index === null ? null : await withDamageTold(index, () => work(index));
    },
    async read(tree, mails) {
      const index = indexNow();
      if (index === null)
        throw new UserError("there is no mail index yet", { hint: "make it with: longarm mail sync" });
      const found = new Map(
        mails.flatMap((mail) => {
          const bytes = kept.get(mail);
          return bytes === undefined ? [] : [[mail, bytes] as const];
        }),
      );
      const missing = mails.filter((mail) => !found.has(mail));
      await withDamageTold(index, async () => {
        let next = 0;
        for await (const bytes of readMails(index, missing, openerOf(tree))) {
          const mail = missing[next++];
          if (mail === undefined || bytes === null) continue;
          found.set(mail, bytes);
          if (index === open?.index) keep(mail, bytes);
        }
      });
      return mails.map((mail) => found.get(mail) ?? null);
    },
    [Symbol.dispose]: () => open?.index[Symbol.dispose](),
  };
}
