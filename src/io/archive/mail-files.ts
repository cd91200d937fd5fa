// What archives share that hold a file a mail and may lose any of them: what is new, and what is gone.
// Where the files are and what names them is told by maildir.ts and folder.ts.
import { createHash } from "node:crypto";
import type { ArchivedMail, ArchiveStep } from "./archive.ts";

/** The mail files of a place, as it is now. */
export interface MailFiles {
  /** Keys of everything there, sorted. */
  list(): Promise<readonly string[]>;
  /** The mail with this key; null when it is gone meanwhile, a sentence when it cannot be read. */
  load(key: string): Promise<ArchivedMail | string | null>;
  /** Called between listing and reading, when there is something to read. */
  settle?(): Promise<void>;
}

/**
 * The changes of a place since `cursor`, which tells how many mails the reader has, and of which listing it saw all.
 * Both together find what is gone without a list of what was there.
 */
export async function* changesOfFiles(
  files: MailFiles,
  cursor: string | null,
  known: (key: string) => boolean,
  every: number,
): AsyncGenerator<ArchiveStep> {
  const before = parsePlace(cursor);
  const keys = await files.list();
  const listing = createHash("sha256").update(keys.join("\0")).digest("hex");
  if (before.listing === listing) return;
  // Names of mail files begin with a time or a number: 2.eml before 10.eml. Made here, because it takes 6 ms.
  const byNumbers = new Intl.Collator("en", { numeric: true }).compare;
  const fresh = keys.filter((key) => !known(key)).sort(byNumbers);
  let have = keys.length - fresh.length;
  // Whether the reader has mails that were not listed.
  const more = before.count === null || have < before.count;
  let since = 0;
  const gone = new Set<string>();
  if (fresh.length > 0) await files.settle?.();
  for (const key of fresh) {
    const mail = await files.load(key);
    if (typeof mail === "string") yield { kind: "problem", problem: { message: mail } };
    if (mail === null || typeof mail === "string") {
      gone.add(key);
      continue;
    }
    yield { kind: "added", mail };
    have += 1;
    since += 1;
    if (since < every) continue;
    since = 0;
    // While mails that are gone were not taken away, the count is theirs, too, and must stay larger than what is listed.
    yield { kind: "reached", cursor: printPlace({ count: more ? null : have, listing: null }) };
  }
  if (more) {
    // A directory that changes while it is read may hide a file: what seems gone is looked for once more.
    const present = new Set([...keys.filter((key) => !gone.has(key)), ...(await files.list()).filter(known)]);
    yield { kind: "present", keys: present };
    have = present.size;
  }
  yield { kind: "reached", cursor: printPlace({ count: have, listing }) };
}

interface Place {
  /** How many mails the reader has of this place; null when that is not sure. */
  readonly count: number | null;
  /** SHA-256 of the keys that were listed when all of them had been given; null before that. */
  readonly listing: string | null;
}

/** `files COUNT LISTING`, `-` for null. */
function printPlace({ count, listing }: Place): string {
  return `files ${count ?? "-"} ${listing ?? "-"}`;
}

function parsePlace(cursor: string | null): Place {
  if (cursor === null) return { count: 0, listing: null };
  const [word, count, listing] = cursor.split(" ");
  if (word !== "files" || !/^\d{1,15}$/.test(count ?? "")) return { count: null, listing: null };
  return { count: Number(count), listing: /^[0-9a-f]{64}$/.test(listing ?? "") ? (listing ?? null) : null };
}
