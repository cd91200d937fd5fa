// A folder of mail files (.eml, .patch), with the folders below it. Files may be changed; then they are other mails.
import { setTimeout as wait } from "node:timers/promises";
import type { ByteString } from "#model/bytes";
import { readableBytes } from "#model/bytes";
import { splitMbox, startsWithFrom } from "#model/mail";
import type { Archive, ArchivedMail, ArchiveOptions } from "./archive.ts";
import { archiveLimits } from "./archive.ts";
import { bytePath, contentOf, entriesOf, statOf } from "./byte-paths.ts";
import { changesOfFiles } from "./mail-files.ts";
import { watchPaths } from "./watch-paths.ts";

/** Opens the folder at `dir`. A key is a file's path in it with its size and time, which an unchanged file keeps. */
export function openFolder(dir: string, options: ArchiveOptions = {}): Archive {
  const load = (key: string): Promise<ArchivedMail | string | null> => Promise.resolve(loadMail(dir, key));
  const list = (): Promise<string[]> => Promise.resolve(listKeys(dir));
  return {
    name: dir,
    changes: (cursor, known) =>
      changesOfFiles({ list, load, settle }, cursor, known, options.every ?? archiveLimits.every),
    async *read(keys) {
      await Promise.resolve();
      for (const key of keys) {
        const mail = loadMail(dir, key);
        yield mail === null || typeof mail === "string" ? null : mail.bytes;
      }
    },
    watch: (signal) =>
      watchPaths(() => directoriesIn(dir).map((below) => bytePath(dir, below).toString()), signal, options.poll),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

// A file changed within one tick of the file system's clock keeps its time: read later than that, what was read is the last.
async function settle(): Promise<void> {
  await wait(TICK);
}

/** Whether a folder, or one below it, has a mail file. Looks at {@link MAX_LOOKED} directories at most. */
export function hasMailFiles(dir: string): boolean {
  return directoriesIn(dir, MAX_LOOKED).some((below) =>
    entriesOf(bytePath(dir, below)).some((entry) => !entry.directory && isMailName(entry.name)),
  );
}

const MAX_LOOKED = 1000;

/** Milliseconds; Linux gives files the time of the last timer tick, 100 to 1000 times a second. */
const TICK = 20;

function isMailName(name: ByteString): boolean {
  return /^[^.].*\.(?:eml|patch)$/is.test(name);
}

/** Directories below `dir`, itself ("") first; hidden ones left out. */
function directoriesIn(dir: string, limit = Infinity): ByteString[] {
  const found: { path: ByteString; depth: number }[] = [{ path: "", depth: 0 }];
  for (let at = 0; at < found.length; at++) {
    const { path, depth } = found[at] ?? { path: "", depth: 0 };
    if (depth >= archiveLimits.depth) continue;
    for (const { name, directory } of entriesOf(bytePath(dir, path))) {
      if (found.length >= limit) break;
      if (directory && !name.startsWith("."))
        found.push({ path: path === "" ? name : `${path}/${name}`, depth: depth + 1 });
    }
  }
  return found.map(({ path }) => path);
}

function listKeys(dir: string): string[] {
  const keys: string[] = [];
  for (const below of directoriesIn(dir)) {
    for (const { name, directory } of entriesOf(bytePath(dir, below))) {
      if (directory || !isMailName(name)) continue;
      const key = keyOf(dir, below === "" ? name : `${below}/${name}`);
      if (key !== null) keys.push(key);
    }
  }
  return keys.sort();
}

function keyOf(dir: string, path: ByteString): string | null {
  const stat = statOf(bytePath(dir, path));
  return stat === null ? null : `${path}?${stat.size}.${stat.mtimeMs}`;
}

function loadMail(dir: string, key: string): ArchivedMail | string | null {
  const path = key.slice(0, key.lastIndexOf("?"));
  if (path === "" || keyOf(dir, path) !== key) return null;
  const shown = readableBytes(path);
  const bytes = contentOf(bytePath(dir, path), shown, archiveLimits.message);
  if (bytes === null || typeof bytes === "string") return bytes;
  // Changed while it was read: the next visit finds it under another key.
  if (keyOf(dir, path) !== key) return null;
  if (!startsWithFrom(bytes)) return { key, bytes, received: null };
  // git format-patch writes a mailbox of one mail.
  const { messages } = splitMbox(bytes);
  const [only] = messages;
  if (only === undefined || messages.length > 1)
    return `Read "${shown}": it holds ${messages.length} mails, name the file itself`;
  return { key, bytes: only, received: null };
}
