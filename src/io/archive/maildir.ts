// A Maildir with its subfolders: a file a mail, never changed, only moved and renamed when it is read or flagged.
// It reads; it neither flags nor moves anything, and leaves tmp/ alone. Format: maildir(5), and Maildir++ for subfolders.
import type { ByteString } from "#model/bytes";
import { readableBytes } from "#model/bytes";
import type { Archive, ArchivedMail, ArchiveOptions } from "./archive.ts";
import { archiveLimits } from "./archive.ts";
import { bytePath, contentOf, entriesOf, statOf } from "./byte-paths.ts";
import { changesOfFiles } from "./mail-files.ts";
import { watchPaths } from "./watch-paths.ts";

/** Opens the Maildir at `dir`, or every Maildir below it. A key is the folder and the file's name without its flags. */
export function openMaildir(dir: string, options: ArchiveOptions = {}): Archive {
  return {
    name: dir,
    changes(cursor, known) {
      let files: ReadonlyMap<string, MailFile> = new Map();
      const list = (): Promise<string[]> => {
        files = listMails(dir);
        return Promise.resolve([...files.keys()].sort());
      };
      const load = (key: string): Promise<ArchivedMail | string | null> =>
        Promise.resolve(loadMail(dir, key, files.get(key)));
      return changesOfFiles({ list, load }, cursor, known, options.every ?? archiveLimits.every);
    },
    async *read(keys) {
      await Promise.resolve();
      const files = listMails(dir);
      for (const key of keys) {
        const mail = loadMail(dir, key, files.get(key));
        yield mail === null || typeof mail === "string" ? null : mail.bytes;
      }
    },
    watch: (signal) => watchPaths(() => watchedIn(dir), signal, options.poll),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Whether a directory is a Maildir. */
export function isMaildir(path: Buffer): boolean {
  const names = new Set(entriesOf(path).map(({ name }) => name));
  return names.has("cur") && names.has("new");
}

/**
 * The folders of a Maildir, below `dir`: itself (""), those of Maildir++ (".lists.patches") and Maildirs in directories.
 * What its owner threw away, was sent as junk or has not sent is left out: folders of these names, as mail programs make them.
 */
export function foldersIn(dir: string, below: ByteString = "", depth = 0): ByteString[] {
  if (depth > archiveLimits.depth) return [];
  const path = bytePath(dir, below);
  const folders = isMaildir(path) ? [below] : [];
  for (const { name, directory } of entriesOf(path)) {
    if (!directory || /^(?:cur|new|tmp)$/.test(name) || LEFT_OUT.test(name)) continue;
    folders.push(...foldersIn(dir, below === "" ? name : `${below}/${name}`, depth + 1));
  }
  return folders;
}

const LEFT_OUT = /(?:^|\.)(?:trash|junk|spam|drafts|deleted (?:items|messages))$/i;

/** Where a mail is. */
interface MailFile {
  readonly folder: ByteString;
  readonly part: "new" | "cur";
  readonly name: ByteString;
}

function listMails(dir: string): Map<string, MailFile> {
  return new Map(foldersIn(dir).flatMap((folder) => [...listFolder(dir, folder)]));
}

function listFolder(dir: string, folder: ByteString): Map<string, MailFile> {
  const files = new Map<string, MailFile>();
  // Mails move from new to cur: read in this order, one that moves meanwhile is seen twice and not missed.
  for (const part of ["new", "cur"] as const) {
    for (const { name, directory } of entriesOf(bytePath(dir, folder, part))) {
      if (directory || name.startsWith(".")) continue;
      files.set(`${folder === "" ? "" : `${folder}/`}${name.replace(FLAGS, "")}`, { folder, part, name });
    }
  }
  return files;
}

// `:2,` and flags; `;` and `!` stand for the colon where the file system has none.
const FLAGS = /[:;!][12],[^:;!/]*$/;

function loadMail(dir: string, key: string, file: MailFile | undefined): ArchivedMail | string | null {
  if (file === undefined) return null;
  return loadFile(dir, key, file) ?? loadMoved(dir, key, file.folder);
}

/** A mail that was not where it had been listed: it was read or flagged since, or it is gone. */
function loadMoved(dir: string, key: string, folder: ByteString): ArchivedMail | string | null {
  const file = listFolder(dir, folder).get(key);
  return file === undefined ? null : loadFile(dir, key, file);
}

function loadFile(dir: string, key: string, { folder, part, name }: MailFile): ArchivedMail | string | null {
  const path = bytePath(dir, folder, part, name);
  const stat = statOf(path);
  if (stat === null) return null;
  const bytes = contentOf(path, readableBytes(`${part}/${name}`), archiveLimits.message);
  if (bytes === null || typeof bytes === "string") return bytes;
  return { key, bytes, received: Math.floor(stat.mtimeMs) };
}

function watchedIn(dir: string): string[] {
  const folders = foldersIn(dir).map((folder) => bytePath(dir, folder).toString("utf8"));
  return [dir, ...folders.flatMap((folder) => [`${folder}/new`, `${folder}/cur`])];
}
