// Opens the archive that a person names: a path or an address. Picks the kind; what a kind does is in its own file.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "#model/bytes";
import type { Archive, ArchiveOptions } from "./archive.ts";
import { bytePath, entriesOf } from "./byte-paths.ts";
import { hasMailFiles, openFolder } from "./folder.ts";
import { foldersIn, isMaildir, openMaildir } from "./maildir.ts";
import { openMbox } from "./mbox.ts";
import { epochPaths, openPublicInbox } from "./public-inbox.ts";

/** What kind of archive a path is: `message` is one mail or patch in a file, `folder` one of many of them. */
export type ArchiveKind = "mbox" | "maildir" | "folder" | "message" | "public-inbox";

/** Opens the archive that `spec` names. Throws UserError when there is none or it is of no known kind. */
export async function openArchive(spec: string, options: ArchiveOptions = {}): Promise<Archive> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(spec)?.[1]?.toLowerCase() ?? null;
  switch (scheme) {
    case null:
      return openPath(spec, options);
    case "file":
      return openPath(fileURLToPath(spec), options);
    case "imap":
    case "imaps":
    case "nntp":
    case "nntps":
    case "news":
    case "http":
    case "https":
    default:
      return Promise.reject(
        new UserError(`cannot read the archive "${spec}"`, { hint: "name a path on this machine's disk" }),
      );
  }
}

function openPath(path: string, options: ArchiveOptions): Archive {
  switch (archiveKind(path)) {
    case "mbox":
    case "message":
      return openMbox(path, options);
    case "maildir":
      return openMaildir(path, options);
    case "folder":
      return openFolder(path, options);
    case "public-inbox":
      return openPublicInbox(path, options);
  }
}

/** The kind of the archive at `path`; UserError when nothing readable is there. */
export function archiveKind(path: string): ArchiveKind {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new UserError(`no such file or directory: "${path}"`, {
      hint: "name an mbox, a Maildir, a folder of .eml files or a public-inbox repository",
    });
  if (stats.isFile()) return beginsLikeMbox(path) ? "mbox" : "message";
  if (!stats.isDirectory())
    throw new UserError(`"${path}" is neither a file nor a directory`, { hint: "name a mail archive or a patch file" });
  if (isMaildir(bytePath(path))) return "maildir";
  if (isRepository(path) || epochPaths(path)[0]?.name !== "") return "public-inbox";
  if (foldersIn(path).length > 0) return "maildir";
  if (hasMailFiles(path)) return "folder";
  throw new UserError(
    `"${path}" is no mail archive: neither Maildir, nor folder of .eml files, nor public-inbox repository`,
    { hint: "name the archive itself" },
  );
}

function isRepository(path: string): boolean {
  const names = new Set(entriesOf(bytePath(path)).map(({ name }) => name));
  return names.has(".git") || (names.has("HEAD") && names.has("objects"));
}

/** Whether a file begins with `From `, or is gzipped, as only mailboxes are. */
function beginsLikeMbox(path: string): boolean {
  const start = Buffer.alloc(5);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return start.toString("latin1") === "From " || start.readUInt16BE() === 0x1f8b;
}
