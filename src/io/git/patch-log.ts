// The commits that tell two commits apart, with what they did to some files: one bounded `git log -p` of a large repository.
// Made for explaining; what was cut away is said and never missed by a build.
import { byteString, concatBytes, fromByteString, textOf } from "#model/bytes";
import type { ByteString, Bytes, Path } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff } from "#model/diff";
import type { CommitId } from "./ids.ts";
import { parseCommitId } from "./ids.ts";
import { collectStderr, ended, type Place, startGit } from "./run.ts";

/** One commit with its changes of the files asked for, without context lines. A merge has none. */
export interface LoggedCommit {
  readonly id: CommitId;
  /** Which of the two commits has it among its ancestors. */
  readonly side: "old" | "new";
  readonly author: { readonly name: string; readonly email: string };
  /** Committer date, seconds since 1970. */
  readonly date: number;
  readonly subject: string;
  /** Paths stand at strip level 1; a rename is a deletion and a creation. */
  readonly diff: Diff;
}

/** How much is looked at; {@link patchLogLimits} otherwise. */
export interface PatchLogLimits {
  readonly paths: number;
  readonly commits: number;
  readonly bytes: number;
  /** Milliseconds. */
  readonly time: number;
}

/** What was found, newest first, and the limit that ended the search, if one did; `error` is git's own refusal. */
export interface PatchLog {
  readonly commits: readonly LoggedCommit[];
  readonly cut: keyof PatchLogLimits | "error" | null;
}

/** A kernel release changes one busy file some hundred times; a search of a minute would help nobody. */
export const patchLogLimits: PatchLogLimits = { paths: 200, commits: 5000, bytes: 64 * 1024 * 1024, time: 20_000 };

/** What only one of `from` and `to` has among its ancestors and changes one of the files. Never throws for what git finds there. */
export async function patchLogOf(
  place: Place,
  from: CommitId,
  to: CommitId,
  paths: readonly Path[],
  limits: PatchLogLimits = patchLogLimits,
): Promise<PatchLog> {
  // A path with a line end cannot be given on standard input, where all others pass as the bytes they are.
  const asked = paths.filter((path) => !path.includes("\n")).slice(0, limits.paths);
  if (asked.length === 0) return { commits: [], cut: paths.length > 0 ? "paths" : null };
  const child = startGit(place, [...COMMAND, FORMAT, `--max-count=${limits.commits + 1}`, "--stdin"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  collectStderr(child);
  const pieces: Bytes[] = [];
  let size = 0;
  const stops: ("bytes" | "time")[] = [];
  const stop = (why: "bytes" | "time"): void => {
    stops.push(why);
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  child.stdout?.on("data", (piece: Buffer) => {
    if (stops.length > 0) return;
    pieces.push(piece);
    size += piece.length;
    if (size > limits.bytes) stop("bytes");
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(fromByteString(`${from}...${to}\n--\n${asked.map((path) => `:(top,literal)${path}\n`).join("")}`));
  const timer = setTimeout(() => stop("time"), limits.time);
  try {
    const exitCode = await ended(child);
    const stopped = stops[0] ?? null;
    const found = parsePatchLog(concatBytes(pieces));
    // What was being printed when it was stopped is not whole.
    const commits = stopped === null ? found : found.slice(0, -1);
    if (stopped !== null) return { commits, cut: stopped };
    if (exitCode !== 0) return { commits, cut: "error" };
    if (commits.length > limits.commits) return { commits: commits.slice(0, limits.commits), cut: "commits" };
    return { commits, cut: asked.length < paths.length ? "paths" : null };
  } finally {
    clearTimeout(timer);
  }
}

/** Settings of the user that would change how a diff looks are all overruled. */
const COMMAND = (
  "-c diff.noprefix=false -c diff.mnemonicPrefix=false -c log.follow=false " +
  "log -p --unified=0 --inter-hunk-context=0 --no-renames --no-ext-diff --no-textconv --submodule=short --no-relative " +
  "-O/dev/null --src-prefix=a/ --dst-prefix=b/ --left-right --diff-merges=off --no-color --no-show-signature --no-notes " +
  "--encoding=UTF-8"
).split(" ");
const FORMAT = "--format=tformat:commit %H%x00%m%x00%ct%x00%an%x00%ae%x00%s";

/** No line of a diff begins with this: those of a hunk begin with a sign, and no header line has a NUL. */
// oxlint-disable-next-line no-control-regex
const HEAD = /(?<![^\n])commit ([0-9a-f]{40,64})\0([<>])\0(\d{1,15})\0([^\0\n]*)\0([^\0\n]*)\0([^\n]*)/g;

function parsePatchLog(bytes: Bytes): LoggedCommit[] {
  const text = byteString(bytes);
  const heads = [...text.matchAll(HEAD)];
  return heads.flatMap((head, index) => {
    const [line, id = "", mark = "", date = "", name = "", email = "", subject = ""] = head;
    const commit = parseCommitId(id);
    if (commit === null) return [];
    const diff = parseDiff(bytes.subarray(head.index + line.length + 1, heads[index + 1]?.index ?? bytes.length));
    const side = mark === "<" ? "old" : "new";
    const author = { name: readable(name), email: readable(email) };
    return [{ id: commit, side, author, date: Number(date), subject: readable(subject), diff } as const];
  });
}

function readable(text: ByteString): string {
  return textOf(fromByteString(text));
}
