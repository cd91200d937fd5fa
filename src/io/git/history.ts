// Commits and changed names of a small repository, such as a tree directory: log, diff.
// Each call is one git process, so it is nothing to do once for every patch.
import type { ByteString, Path } from "#model/bytes";
import { fromByteString, textOf, UserError } from "#model/bytes";
import { type CommitId, parseCommitId } from "./ids.ts";
import { outputText, type Place, runGitIn } from "./run.ts";

/** One commit as a list shows it. */
export interface LogEntry {
  readonly id: CommitId;
  readonly parents: readonly CommitId[];
  readonly author: { readonly name: string; readonly email: string };
  /** Committer date, seconds since 1970. */
  readonly date: number;
  /** The message's first paragraph on one line, for a person's eyes. */
  readonly subject: string;
}

/** Which commits to list. */
export interface LogOptions {
  /** Most entries; 1000 otherwise. */
  readonly limit?: number;
  /** Leave out what is reachable from these. */
  readonly not?: readonly CommitId[];
  /** Only commits that change one of these files or directories. */
  readonly paths?: readonly Path[];
  /** Follow only the first parent of merges. */
  readonly firstParent?: boolean;
  /** Oldest first. */
  readonly reverse?: boolean;
}

/** A file that differs between two commits: `A` only in the second, `D` only in the first, `M` changed, `T` another kind of file. */
export interface FileChangeName {
  readonly path: Path;
  readonly change: "A" | "D" | "M" | "T";
}

const defaultLogLimit = 1000;

const FIELDS = ["%H", "%P", "%an", "%ae", "%ct", "%s"];

/** The commits reachable from `from`, newest first in topological order. */
export async function logOf(place: Place, from: CommitId, options: LogOptions = {}): Promise<LogEntry[]> {
  const { limit = defaultLogLimit, not = [], paths = [], firstParent = false, reverse = false } = options;
  const args = ["log", "-z", "--no-show-signature", "--no-color", "--topo-order", `--max-count=${limit}`];
  args.push("--encoding=UTF-8", `--format=tformat:${FIELDS.join("%x00")}`);
  if (firstParent) args.push("--first-parent");
  if (reverse) args.push("--reverse");
  args.push(from, ...not.map((id) => `^${id}`), "--", ...paths.map(pathspec));
  const fields = outputText(await runGitIn(place, args)).split("\0");
  const entries: LogEntry[] = [];
  for (let i = 0; i + FIELDS.length <= fields.length; i += FIELDS.length) {
    const [id = "", parents = "", name = "", email = "", date = "", subject = ""] = fields.slice(i, i + FIELDS.length);
    entries.push({
      id: known(id),
      parents: parents === "" ? [] : parents.split(" ").map(known),
      author: { name: readable(name), email: readable(email) },
      date: Number(date),
      subject: readable(subject),
    });
  }
  return entries;
}

/** The files that differ between two commits, in git's order; a rename is a deletion and an addition. */
export async function diffNamesOf(place: Place, before: CommitId, after: CommitId): Promise<FileChangeName[]> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", "--name-status", before, after, "--"];
  const fields = outputText(await runGitIn(place, args)).split("\0");
  const changes: FileChangeName[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const change = fields[i] ?? "";
    if (change !== "A" && change !== "D" && change !== "M" && change !== "T") {
      throw new Error(`git diff-tree gave the unknown change "${change}"`);
    }
    changes.push({ path: fields[i + 1] ?? "", change });
  }
  return changes;
}

/** A best common ancestor, as `git merge-base` chooses; null when there is none. */
export async function mergeBaseOf(place: Place, one: CommitId, other: CommitId): Promise<CommitId | null> {
  const { exitCode, stdout } = await runGitIn(place, ["merge-base", one, other], { exitCodes: [0, 1] });
  return exitCode === 0 ? known(textOf(stdout).trim()) : null;
}

/** Whether `newer` is `older`, or has it among its ancestors. */
export async function isAncestorOf(place: Place, older: CommitId, newer: CommitId): Promise<boolean> {
  if (older === newer) return true;
  return (await runGitIn(place, ["merge-base", "--is-ancestor", older, newer], { exitCodes: [0, 1] })).exitCode === 0;
}

/** A path as an argument that stands for itself; Node passes arguments as UTF-8, so bytes that are not UTF-8 cannot be given. */
export function pathspec(path: Path): string {
  const text = readable(path);
  if (text.includes("\uFFFD"))
    throw new UserError(`path "${text}" is not UTF-8 and cannot be given to git as an argument`);
  return `:(top,literal)${text}`;
}

function known(text: string): CommitId {
  const id = parseCommitId(text);
  if (id === null) throw new Error(`git gave "${text}" for a commit id`);
  return id;
}

function readable(text: ByteString): string {
  return textOf(fromByteString(text));
}
