// Knows an ordinary repository by its files, which spares a process of git for each one that is opened.
// Whatever is not ordinary is git's to judge: linked work trees, submodules, another owner, settings that move things.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ObjectStore } from "./object-writer.ts";

/** Where a repository is. */
export interface FoundRepository extends ObjectStore {
  readonly workTree: string | null;
  readonly gitDir: string;
  /** Known by its files: its refs are files, its HEAD is nobody else's. */
  readonly plain: boolean;
}

/** The ordinary repository whose top or whose bare directory `top` (a real path) is; null when git must be asked. */
export function findPlain(top: string): FoundRepository | null {
  const inside = join(top, ".git");
  const hasInside = isRepository(inside);
  if (!hasInside && !isRepository(top)) return null;
  const gitDir = hasInside ? inside : top;
  const config = readConfig(gitDir);
  if (config === null || !isMine(top) || !isMine(gitDir) || /\n/.test(top)) return null;
  const bare = /^[ \t]*bare[ \t]*=[ \t]*(true|false)[ \t]*$/im.exec(config)?.[1]?.toLowerCase();
  if (bare !== (hasInside ? "false" : "true")) return null;
  // Anything else that could move the work tree, take settings from elsewhere, or be of a version we do not know.
  if (/worktree|\[include|\\$/im.test(config)) return null;
  const version = /^[ \t]*repositoryformatversion[ \t]*=[ \t]*(\d+)[ \t]*$/im.exec(config)?.[1] ?? "0";
  if (version !== "0") return null;
  return { workTree: hasInside ? top : null, gitDir, commonDir: gitDir, objectFormat: "sha1", plain: true };
}

function isRepository(dir: string): boolean {
  const kinds = [
    ["HEAD", "file"],
    ["objects", "directory"],
    ["refs", "directory"],
  ] as const;
  return kinds.every(([name, kind]) => {
    const stat = statSync(join(dir, name), { throwIfNoEntry: false });
    return kind === "file" ? stat?.isFile() === true : stat?.isDirectory() === true;
  });
}

function readConfig(gitDir: string): string | null {
  try {
    return readFileSync(join(gitDir, "config"), "utf8");
  } catch {
    return null;
  }
}

/** Git refuses repositories of other users unless it is told otherwise (safe.directory). */
function isMine(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
}
