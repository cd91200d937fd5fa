// Reads every message of an archive: an mbox, a Maildir, a folder of .eml files, one .eml, a public-inbox epoch.
// It keeps no position and no index; that is a later task of this part.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bytes, Problem } from "#model/bytes";
import { bytesOf, textOf, UserError } from "#model/bytes";
import { splitMbox } from "#model/mail";
import type { ObjectId } from "#io/git";
import { openGit } from "#io/git";

/** What kind of archive a path is. */
export type ArchiveKind = "mbox" | "maildir" | "folder" | "message" | "public-inbox";

/** Every message as it is stored, oldest first where the archive has an order. */
export interface ArchiveContent {
  readonly kind: ArchiveKind;
  readonly messages: readonly Bytes[];
  readonly problems: readonly Problem[];
}

/** Larger archives are refused until they can be read piece by piece. */
export const MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024;

/** Reads the archive at `path`. Throws UserError when there is none or it is of no known kind. */
export async function readArchive(path: string): Promise<ArchiveContent> {
  const kind = archiveKind(path);
  switch (kind) {
    case "message":
      return { kind, messages: [readBounded(path)], problems: [] };
    case "mbox": {
      const { messages, problems } = splitMbox(readBounded(path));
      return { kind, messages, problems };
    }
    case "maildir":
      return { kind, messages: readFolder([join(path, "cur"), join(path, "new")], () => true), problems: [] };
    case "folder":
      return { kind, messages: readFolder([path], (name) => name.endsWith(".eml")), problems: [] };
    case "public-inbox":
      return { kind, messages: await readEpoch(path), problems: [] };
  }
}

/** The kind of the archive at `path`; UserError when nothing readable is there. */
export function archiveKind(path: string): ArchiveKind {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new UserError(`no such file or directory: "${path}"`, {
      hint: "name an mbox, a Maildir, a folder of .eml files or a public-inbox repository",
    });
  if (stats.isFile()) return beginsWithFrom(path) ? "mbox" : "message";
  if (!stats.isDirectory())
    throw new UserError(`"${path}" is neither a file nor a directory`, { hint: "name a mail archive or a patch file" });
  const names = new Set(readdirSync(path));
  if (names.has("cur") && names.has("new")) return "maildir";
  if (names.has(".git") || (names.has("HEAD") && names.has("objects"))) return "public-inbox";
  if ([...names].some((name) => name.endsWith(".eml"))) return "folder";
  throw new UserError(
    `"${path}" is no mail archive: neither Maildir, nor folder of .eml files, nor public-inbox repository`,
    {
      hint: "name the archive itself",
    },
  );
}

function beginsWithFrom(path: string): boolean {
  const start = Buffer.alloc(5);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return start.toString("latin1") === "From ";
}

function readBounded(path: string): Bytes {
  const { size } = statSync(path);
  if (size > MAX_ARCHIVE_BYTES)
    throw new UserError(`"${path}" has ${size} bytes, more than ${MAX_ARCHIVE_BYTES}`, { hint: "split the archive" });
  return readFileSync(path);
}

function readFolder(dirs: readonly string[], wanted: (name: string) => boolean): Bytes[] {
  return dirs.flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => wanted(name) && !name.startsWith("."))
      .sort()
      .map((name) => readBounded(join(dir, name))),
  );
}

/** A public-inbox v2 epoch: every commit that holds a file `m` holds one message, in commit order. */
async function readEpoch(path: string): Promise<Bytes[]> {
  await using git = await openGit(path);
  const head = await git.find("HEAD");
  if (head === null) throw new UserError(`"${path}" has no commit, so no mail`, { hint: "clone the epoch first" });
  const { stdout } = await git.run([
    "log",
    "--reverse",
    "--format=",
    "--raw",
    "--no-abbrev",
    "--root",
    "--no-renames",
    head,
  ]);
  const ids: ObjectId[] = [];
  for (const line of textOf(stdout).split("\n")) {
    const found = /^:\d{6} \d{6} [0-9a-f]+ ([0-9a-f]{40,64}) [AM]\tm$/.exec(line);
    if (found) ids.push(found[1] as ObjectId);
  }
  if (ids.length === 0) {
    throw new UserError(`"${path}" is a git repository but no public-inbox epoch: no commit has a file "m"`, {
      hint: "name a repository such as LIST/git/0.git",
    });
  }
  const messages: Bytes[] = [];
  for await (const object of git.readObjects(ids)) messages.push(object === null ? bytesOf("") : object.content);
  return messages;
}
