// What differs between a small repository's last commit, its index and its work tree.
// It reads; it does not refresh the index (optional locks are off).
import type { ByteString, Path } from "#model/bytes";
import { pathspec } from "./history.ts";
import { outputText, type Place, runGitIn } from "./run.ts";

/**
 * One path that differs. The two letters are git's (`git help status`, short format): `.` same, `M` modified, `A` added,
 * `D` deleted, `T` another kind of file, `U` unmerged, `?` not tracked.
 */
export interface FileStatus {
  readonly path: Path;
  readonly index: string;
  readonly workTree: string;
}

/** The paths that differ, of all or of those given; an empty list means clean. Ignored files are left out, renames are two paths. */
export async function statusOf(place: Place, paths: readonly Path[] = []): Promise<FileStatus[]> {
  const args = ["status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none"];
  const output = await runGitIn(place, [...args, "--", ...paths.map(pathspec)]);
  return outputText(output)
    .split("\0")
    .flatMap((line) => parseStatusLine(line) ?? []);
}

// Fields before the path, by the line's first letter: `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`.
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

function parseStatusLine(line: ByteString): FileStatus | null {
  const kind = line.charAt(0);
  const before = FIELDS_BEFORE_PATH[kind];
  if (before === undefined) return null;
  let at = 0;
  for (let field = 0; field < before; field++) at = line.indexOf(" ", at) + 1;
  const path: Path = line.slice(at);
  if (kind === "?") return { path, index: "?", workTree: "?" };
  return { path, index: line.charAt(2), workTree: line.charAt(3) };
}
