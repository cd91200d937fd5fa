// Revisions to commits, and refs to new commits: all of them move in one transaction or none does.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, UserError } from "#model/bytes";
import { type CommitId, nullId } from "./ids.ts";
import type { ObjectReader } from "./object-reader.ts";
import { type GitOutput, type Place, runGitIn } from "./run.ts";

/** One ref to move. */
export interface RefUpdate {
  /** The full name: `refs/heads/main`. */
  readonly ref: string;
  /** Null deletes the ref. */
  readonly new: CommitId | null;
  /** What it must be now: null for "must not exist", undefined (or left out) for "whatever it is". */
  readonly old?: CommitId | null | undefined;
}

/** Most time for one transaction, in milliseconds; a lock of another git is waited for by git itself (core.filesRefLockTimeout). */
const transactionTimeout = 60_000;

/**
 * The commit that a revision denotes (`git help revisions`); a tag gives the commit it points to.
 * It never reads as an option, because it goes to git's standard input.
 */
export async function resolveRevision(reader: ObjectReader, revision: string): Promise<CommitId> {
  const id = await findRevision(reader, revision);
  if (id === null) {
    throw new UserError(`no commit is named ${JSON.stringify(revision)} in the repository`, {
      hint: "give a branch, a tag or a commit id that exists there, or fetch it first",
    });
  }
  return id;
}

/** Like {@link resolveRevision}, with null when there is no such commit. */
export async function findRevision(reader: ObjectReader, revision: string): Promise<CommitId | null> {
  if (/^\s*$|[\n\0]/.test(revision) || revision.length > maxRevision) return null;
  const object = await reader.read(byteString(bytesOf(`${revision}^{commit}`)));
  return object?.type === "commit" ? (object.id as CommitId) : null;
}

/** The date on the commit's `committer` line: seconds since 1970 and the zone. */
export async function committerDateOf(reader: ObjectReader, commit: CommitId): Promise<string> {
  const object = await reader.read(commit);
  const found = /^committer .*> (\d+ [+-]\d{4})$/m.exec(
    byteString(object?.content ?? bytesOf("")).split("\n\n", 1)[0] ?? "",
  );
  if (found?.[1] === undefined) {
    throw new UserError(`commit ${commit} has no committer date`, { hint: "run `git fsck` in the repository" });
  }
  return found[1];
}

/** Longest revision that is looked for, in UTF-16 units; a ref name is at most a path long. */
const maxRevision = 2000;

/**
 * Moves all refs in one transaction, with `message` in their reflogs.
 * Throws a UserError (exit code 3: a person must look) that names the ref when one is not what `old` says, when its name
 * is not allowed, or when it clashes with another ref; then no ref has moved.
 */
export async function updateRefsIn(place: Place, updates: readonly RefUpdate[], message: string): Promise<void> {
  if (updates.length === 0) return;
  const output = await runGitIn(place, ["update-ref", "-m", reflogText(message), "--stdin", "-z"], {
    input: printTransaction(updates),
    timeout: transactionTimeout,
    exitCodes: [0, 1, 128],
  });
  if (output.exitCode !== 0) throw refFailure(output, updates);
}

function printTransaction(updates: readonly RefUpdate[]): Bytes {
  let text = "start\0";
  for (const { ref, new: next, old } of updates) {
    if (ref === "" || /[\0\n]/.test(ref)) throw new UserError(`refuse to write the ref ${JSON.stringify(ref)}`);
    if (next !== null) text += `update ${ref}\0${next}\0${old === null ? nullId(next) : (old ?? "")}\0`;
    else if (old === null) throw new Error(`delete ref "${ref}" that must not exist`);
    else text += `delete ${ref}\0${old ?? ""}\0`;
  }
  return bytesOf(`${text}prepare\0commit\0`);
}

function refFailure({ stderr }: GitOutput, updates: readonly RefUpdate[]): UserError {
  const said = stderr.replace(/^(?:fatal|error): /, "");
  const named = updates.find(({ ref }) => said.includes(`'${ref}'`)) ?? updates.find(({ ref }) => said.includes(ref));
  const ref = named?.ref ?? "";
  const moved = /is at ([0-9a-f]{40,64}) but expected ([0-9a-f]{40,64})/.exec(said);
  if (moved) {
    return new UserError(`ref "${ref}" has moved: it is ${moved[1]}, expected ${moved[2]}`, {
      hint: AGAIN,
      exitCode: 3,
    });
  }
  if (/reference already exists/.test(said)) {
    return new UserError(`ref "${ref}" exists already`, { hint: AGAIN, exitCode: 3 });
  }
  if (/unable to resolve reference|reference is missing/.test(said)) {
    return new UserError(`ref "${ref}" is gone: expected ${named?.old ?? "a commit"}`, { hint: AGAIN, exitCode: 3 });
  }
  const clash = /'([^']+)' exists; cannot create '([^']+)'/.exec(said);
  if (clash) {
    return new UserError(`ref "${clash[2]}" cannot exist beside the ref "${clash[1]}"`, {
      hint: "rename one of the two",
    });
  }
  const both = /cannot process '([^']+)' and '([^']+)' at the same time/.exec(said);
  if (both) {
    return new UserError(`refs "${both[1]}" and "${both[2]}" cannot both exist`, { hint: "rename one of the two" });
  }
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(said);
  if (lock) {
    return new UserError(`ref "${ref}" is locked by another git: "${lock[1]}"`, {
      hint: "wait until it is done; when none is running, remove that file",
    });
  }
  return new UserError(`cannot move ref "${ref}": "${said}"`);
}

const AGAIN = "somebody else moved it: look at it, then run the command again";

/** A reflog entry is one line; git itself would fold white space the same way. */
function reflogText(message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return line === "" ? "longarm" : line;
}
