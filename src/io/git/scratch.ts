// A scratch repository for one writer: it reads the real repository's objects and keeps what is written to itself,
// until all of it is there and moves over. Whatever goes wrong before, the real repository has not changed.
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { UserError } from "#model/bytes";

/** The repository to write to: the directory that holds `objects`, and the hash it names objects by. */
export interface ObjectStore {
  readonly commonDir: string;
  readonly objectFormat: "sha1" | "sha256";
}

/**
 * Runs `write` with the path of a scratch repository, then moves the objects it wrote to the real one.
 * When `write` throws, they go away with the scratch repository; file errors that a person can mend become UserErrors.
 */
export async function withScratch<Result>(
  store: ObjectStore,
  write: (scratch: string) => Promise<Result>,
): Promise<Result> {
  await removeAbandoned(store.commonDir);
  try {
    const scratch = await fs.mkdtemp(join(store.commonDir, `${SCRATCH}${process.pid}-`));
    try {
      await fillScratch(scratch, store);
      const result = await write(scratch);
      await moveObjects(join(scratch, "objects"), join(store.commonDir, "objects"));
      return result;
    } finally {
      await fs.rm(scratch, { recursive: true, force: true });
    }
  } catch (cause) {
    throw fileFailure(cause);
  }
}

/** Makes it a bare repository, inside the real one's directory so that moving objects is renaming. */
async function fillScratch(scratch: string, { commonDir, objectFormat }: ObjectStore): Promise<void> {
  await fs.mkdir(join(scratch, "refs"));
  await fs.mkdir(join(scratch, "objects", "info"), { recursive: true });
  await fs.mkdir(join(scratch, "objects", "pack"));
  // `openGit` refuses a path with a line end, so this is one line.
  await fs.writeFile(join(scratch, "objects", "info", "alternates"), `${join(commonDir, "objects")}\n`);
  await fs.writeFile(join(scratch, "HEAD"), "ref: refs/heads/none\n");
  const format = objectFormat === "sha1" ? "" : `[extensions]\n\tobjectFormat = ${objectFormat}\n`;
  const version = format === "" ? 0 : 1;
  await fs.writeFile(
    join(scratch, "config"),
    `[core]\n\tbare = true\n\trepositoryFormatVersion = ${version}\n${format}`,
  );
}

const SCRATCH = "longarm-import-";

/** A scratch repository of a dead process on this machine is only removed after this many milliseconds; another may share the disk. */
const abandonedAfter = 60 * 60 * 1000;

async function removeAbandoned(commonDir: string): Promise<void> {
  for (const name of await fs.readdir(commonDir)) {
    const pid = new RegExp(`^${SCRATCH}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(commonDir, name);
    const age = await fs.stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfter) await fs.rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function packRank(name: string): number {
  return [".pack", ".rev", ".idx"].findIndex((ending) => name.endsWith(ending));
}

/** Moves packs and loose objects; a pack's index last, because git takes a pack for complete when it sees the index. */
async function moveObjects(from: string, to: string): Promise<void> {
  const packs = (await fs.readdir(join(from, "pack"))).filter((name) => /^pack-.*\.(?:pack|rev|idx)$/.test(name));
  packs.sort((left, right) => packRank(left) - packRank(right));
  if (packs.length > 0) await fs.mkdir(join(to, "pack"), { recursive: true });
  for (const name of packs) await fs.rename(join(from, "pack", name), join(to, "pack", name));
  for (const directory of await fs.readdir(from)) {
    if (!/^[0-9a-f]{2}$/.test(directory)) continue;
    await fs.mkdir(join(to, directory), { recursive: true });
    for (const name of await fs.readdir(join(from, directory))) {
      await fs.rename(join(from, directory, name), join(to, directory, name));
    }
  }
}

/** A file error that a person can mend as a UserError; anything else as it is. */
function fileFailure(cause: unknown): unknown {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  if (code === undefined || !MENDABLE.has(code)) return cause;
  return new UserError(`cannot write commits to "${path ?? "the repository"}": "${message}"`, {
    hint: "make the repository writable and make room on the disk",
    cause,
  });
}

const MENDABLE = new Set(["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);
