// Which commit of one side of a merge touched the lines that are in conflict last: the one to talk about with its author.
import type { Path } from "#model/bytes";
import { readablePath, textOf } from "#model/bytes";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";

export interface Culprit {
  readonly id: CommitId;
  readonly subject: string;
  readonly author: string;
  /** Day of the author date in UTC: `2026-02-11`. */
  readonly date: string;
}

/** Regions of one file that are looked at; a file with more conflicts than this has one cause. */
const MAX_REGIONS = 50;

/**
 * The newest commit of `base..tip` that wrote one of these lines (1-based, in the file as `tip` has it); where the side only took
 * lines away, or the lines are not known, the last one that touched the file. Null when there is none.
 */
export async function findCulprit(
  git: Git,
  base: CommitId | null,
  tip: CommitId,
  path: Path,
  lines: readonly { readonly from: number; readonly count: number }[],
): Promise<Culprit | null> {
  const range = base === null ? tip : `${base}..${tip}`;
  const ranges = lines.filter(({ count }) => count > 0).slice(0, MAX_REGIONS);
  const name = readablePath(path);
  // A name that is not text cannot be given to git as an argument.
  if (name.includes("\uFFFD") || name.startsWith('"')) return null;
  const blamed = ranges.length === 0 ? [] : await blamedFor(git, range, name, ranges);
  const candidates = blamed.length === 0 ? [] : ["--no-walk=sorted", ...blamed];
  const args = ["log", "-1", "--no-show-signature", "--no-color", `--format=${FORMAT}`];
  const { stdout } = await git.run(
    candidates.length > 0 ? [...args, ...candidates] : [...args, "--no-merges", range, "--", `:(top,literal)${name}`],
  );
  const [hash = "", author = "", date = "", subject = ""] = textOf(stdout).replace(/\n$/, "").split("\0");
  const id = parseCommitId(hash);
  return id === null ? null : { id, author, date: dayOf(date), subject };
}

const FORMAT = "%H%x00%an%x00%at%x00%s";

function dayOf(seconds: string): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
}

/** The commits inside the range that wrote the lines; what is older than it has the mark `boundary`. */
async function blamedFor(
  git: Git,
  range: string,
  name: string,
  lines: readonly { readonly from: number; readonly count: number }[],
): Promise<CommitId[]> {
  const where = lines.flatMap(({ from, count }) => ["-L", `${from},+${count}`]);
  const { exitCode, stdout } = await git.run(["blame", "--incremental", ...where, range, "--", name], {
    exitCodes: [0, 128],
  });
  if (exitCode !== 0) return [];
  const found = new Set<CommitId>();
  // Said with the first lines of a commit only.
  const older = new Set<CommitId>();
  let open: CommitId | null = null;
  for (const line of textOf(stdout).split("\n")) {
    open = parseCommitId(/^([0-9a-f]{40,64}) \d+ \d+ \d+$/.exec(line)?.[1] ?? "") ?? open;
    if (open === null) continue;
    if (line === "boundary") older.add(open);
    else if (line.startsWith("filename ")) found.add(open);
  }
  return [...found].filter((commit) => !older.has(commit));
}
