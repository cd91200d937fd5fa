// Reads many commits with one git process: a whole range with logs and names of changed files, or the diffs of a list of commits.
// What comes is taken piece by piece, so that a range of any length needs little memory.
import type { Bytes, ByteString, Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, textOf, UserError } from "#model/bytes";
import { type CommitId, parseCommitId } from "./ids.ts";
import { collectStderr, ended, gitFailure, type Place, startGit } from "./run.ts";

/** One commit of a range, merges left out. */
export interface RangeCommit {
  readonly id: CommitId;
  /** For a person's eyes; not mapped by a mailmap. */
  readonly author: { readonly name: string; readonly email: string };
  /** The log's first paragraph on one line, for a person's eyes. */
  readonly subject: string;
  /** The log below the subject, UTF-8; of a longer one the last {@link rangeLimits} bytes. */
  readonly body: ByteString;
  /** Every file that differs from the parent; a rename is two of them. */
  readonly paths: readonly Path[];
}

/** How git looks for the lines that two versions share (`git diff --diff-algorithm`). */
export type DiffAlgorithm = "myers" | "minimal" | "patience" | "histogram";

/** Milliseconds for one process, bytes of one log and of one commit's diff; a larger diff is passed over. */
export const rangeLimits = { timeout: 600_000, body: 64 * 1024, diff: 8 * 1024 * 1024 } as const;

const FIELDS = ["", "%H", "%an", "%ae", "%s", "%b"];

/** The commits reachable from `from` and not from `not`, newest first, at most `limit`. */
export async function* commitsInRange(
  place: Place,
  from: CommitId,
  not: CommitId | null,
  limit: number,
): AsyncGenerator<RangeCommit> {
  const args = [
    "log",
    "-z",
    "--no-merges",
    "--no-renames",
    "--name-only",
    "--root",
    "--no-show-signature",
    "--no-color",
  ];
  args.push("--encoding=UTF-8", `--max-count=${limit}`, `--format=tformat:${FIELDS.join("%x00")}`);
  args.push(from, ...(not === null ? [] : [`^${not}`]), "--");
  let fields: ByteString[] = [];
  let paths: Path[] = [];
  const taken = (): RangeCommit => {
    const commit = rangeCommit(fields, paths);
    [fields, paths] = [[], []];
    return commit;
  };
  for await (const field of fieldsOf(outputOf(place, args, null))) {
    // Every commit opens with an empty field, which no name is; the first name stands on a line of its own.
    if (fields.length === FIELDS.length && field === "") yield taken();
    if (fields.length < FIELDS.length) fields.push(field);
    else paths.push(paths.length === 0 ? field.replace(/^\n/, "") : field);
  }
  if (fields.length === FIELDS.length) yield taken();
}

function rangeCommit(
  [, id = "", name = "", email = "", subject = "", body = ""]: readonly ByteString[],
  paths: Path[],
): RangeCommit {
  const commit = parseCommitId(id);
  if (commit === null) throw new Error(`git log gave "${id.slice(0, 100)}" for a commit id`);
  return {
    id: commit,
    author: { name: readable(name), email: readable(email) },
    subject: readable(subject),
    body: body.slice(-rangeLimits.body),
    paths,
  };
}

/**
 * What each commit changed against its parent, as `git diff-tree -p -M` writes it with that algorithm, in the order given.
 * Merges, commits that changed nothing and those with a diff above {@link rangeLimits} are passed over.
 */
export async function* diffsOfCommits(
  place: Place,
  commits: readonly CommitId[],
  algorithm: DiffAlgorithm,
): AsyncGenerator<{ readonly id: CommitId; readonly diff: Bytes }> {
  if (commits.length === 0) return;
  const args = ["diff-tree", "--stdin", "--root", "-r", "-p", "-M", "--full-index", "--no-color", "--no-ext-diff"];
  args.push("--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "--unified=3", `--diff-algorithm=${algorithm}`);
  const known = new Set<string>(commits);
  const width = commits[0]?.length ?? 0;
  let id: CommitId | null = null;
  let pieces: Bytes[] = [];
  let size = 0;
  for await (const line of linesOf(outputOf(place, args, bytesOf(`${commits.join("\n")}\n`)))) {
    // Every other line of a diff begins with a mark or a word of git's, so a lone id opens the next commit.
    const opened = line.length === width + 1 ? byteString(line, 0, width) : "";
    if (!known.has(opened)) {
      size += line.length;
      if (size <= rangeLimits.diff) pieces.push(line);
      continue;
    }
    if (id !== null && size <= rangeLimits.diff) yield { id, diff: concatBytes(pieces) };
    id = parseCommitId(opened);
    pieces = [];
    size = 0;
  }
  if (id !== null && size <= rangeLimits.diff) yield { id, diff: concatBytes(pieces) };
}

/**
 * The output of a git process as it comes. Throws as `runGitIn` does; a taker that stops early ends the process.
 * `timeout`: milliseconds for the process, and for what its taker does meanwhile.
 */
export async function* outputOf(
  place: Place,
  args: readonly string[],
  input: Bytes | null,
  timeout: number = rangeLimits.timeout,
): AsyncGenerator<Buffer> {
  const child = startGit(place, args, { stdio: [input === null ? "ignore" : "pipe", "pipe", "pipe"] });
  const stderr = collectStderr(child);
  const exit = ended(child);
  exit.catch(() => undefined);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeout);
  // A git that ends without reading all of its input closes the pipe; its exit code tells more than EPIPE.
  child.stdin?.on("error", () => undefined);
  if (input !== null) child.stdin?.end(input);
  try {
    for await (const piece of child.stdout ?? []) yield piece as Buffer;
    const code = await exit;
    if (late) throw new UserError(`git ${args[0] ?? ""} took more than ${timeout} ms and was stopped`);
    if (code !== 0) throw gitFailure(args, code, stderr());
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** The NUL-ended fields of an output. */
async function* fieldsOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<ByteString> {
  for await (const field of cut(pieces, 0)) yield byteString(field, 0, field.length - 1);
}

/** The lines of an output with their line ends; a last one without it has none. */
export function linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Bytes> {
  return cut(pieces, 10);
}

/** What ends with the byte `end`, that byte included. */
async function* cut(pieces: AsyncIterable<Buffer>, end: number): AsyncGenerator<Bytes> {
  let open: Buffer[] = [];
  for await (const piece of pieces) {
    let at = 0;
    for (let found = piece.indexOf(end); found >= 0; found = piece.indexOf(end, at)) {
      const last = piece.subarray(at, found + 1);
      yield open.length === 0 ? last : Buffer.concat([...open, last]);
      open = [];
      at = found + 1;
    }
    if (at < piece.length) open.push(piece.subarray(at));
  }
  if (open.length > 0) yield Buffer.concat(open);
}

function readable(text: ByteString): string {
  return textOf(fromByteString(text));
}
