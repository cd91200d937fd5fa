// public-inbox in git: a list's directory with epochs (v2), one epoch alone, or the single repository of v1.
// Reads git objects only; the indexes beside them (Xapian, SQLite) are public-inbox's own business.
// Format: public-inbox-v2-format(5), public-inbox-v1-format(5).
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { CommitId, Git, ObjectId, RawCommit } from "#io/git";
import { openGit, parseBlobId, parseCommitId } from "#io/git";
import type { Archive, ArchiveOptions, ArchiveStep } from "./archive.ts";
import { archiveLimits } from "./archive.ts";
import { watchPaths } from "./watch-paths.ts";

/** Opens the archive in `dir`; keys are blob ids. Its repositories are found again at every visit, so a new epoch is seen. */
export function openPublicInbox(dir: string, options: ArchiveOptions = {}): Archive {
  const opened = new Map<string, Promise<Git>>();
  const epochs = async (): Promise<Epoch[]> => {
    const found: Epoch[] = [];
    for (const { name, path } of epochPaths(dir)) {
      const git = opened.get(name) ?? openGit(path);
      opened.set(name, git);
      found.push({ name, git: await git });
    }
    return found;
  };
  return {
    name: dir,
    async *changes(cursor, known) {
      yield* changesOf(dir, await epochs(), parsePlace(cursor), known, options.every ?? archiveLimits.every);
    },
    async *read(keys) {
      const all = await epochs();
      for (const key of keys) yield await readFrom(all, key);
    },
    watch: (signal) =>
      watchPaths(
        () => [dir, join(dir, "git"), ...epochPaths(dir).flatMap(({ path }) => watchedIn(path))],
        signal,
        options.poll,
      ),
    async [Symbol.asyncDispose]() {
      for (const git of opened.values()) await (await git).close();
    },
  };
}

/** The repositories of the archive in `dir`, oldest first: epochs by number, or `dir` itself under the name "". */
export function epochPaths(dir: string): { readonly name: string; readonly path: string }[] {
  for (const below of [join(dir, "git"), dir]) {
    // all.git and whatever else lies there only borrows the epochs' objects.
    const names = namesIn(below).filter((name) => /^\d{1,9}\.git$/.test(name));
    if (names.length > 0) {
      const sorted = names.sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
      return sorted.map((name) => ({ name, path: join(below, name) }));
    }
  }
  return [{ name: "", path: dir }];
}

interface Epoch {
  readonly name: string;
  readonly git: Git;
}

/** How far a reader is. */
interface Place {
  /** The last commit read of each epoch. */
  readonly done: ReadonlyMap<string, CommitId>;
  /** Whether the history changed behind the reader's back: everything is walked again and compared with what he has. */
  readonly anew: boolean;
}

const ANEW: Place = { done: new Map(), anew: true };

/** Mails whose content is read together, so that a few hundred are in memory however large the archive is. */
const MAX_BATCH = 128;

async function* changesOf(
  dir: string,
  epochs: readonly Epoch[],
  begun: Place,
  known: (key: string) => boolean,
  every: number,
): AsyncGenerator<ArchiveStep> {
  const { done: begin, anew } = (await fits(epochs, begun)) ? begun : ANEW;
  const done = new Map(begin);
  const present = anew ? new Set<string>() : null;
  let [commits, mails, since] = [0, 0, 0];
  for (const { name, git } of epochs) {
    const tip = await git.tip();
    if (tip === null || tip === done.get(name)) continue;
    for await (const batch of batchesOf(git.rawLog(tip, done.get(name) ?? null), Math.min(every, MAX_BATCH))) {
      for await (const step of stepsOf(git, batch.flatMap(mailChanges), known)) {
        mails += 1;
        if (step.kind === "removed") present?.delete(step.key);
        if (step.kind === "added") present?.add(step.mail.key);
        if (step.kind === "known") present?.add(step.key);
        else yield step;
      }
      const last = batch.at(-1);
      if (last !== undefined) done.set(name, last.id);
      commits += batch.length;
      since += batch.length;
      if (since < every) continue;
      since = 0;
      yield { kind: "reached", cursor: printPlace(anew ? ANEW : { done, anew }) };
    }
    // One process at a time, however many epochs there are.
    await git.close();
  }
  if (commits > 0 && mails === 0 && begin.size === 0 && epochs.some(({ name }) => name === "")) throw noMail(dir);
  if (present !== null) yield { kind: "present", keys: present };
  if (present !== null || since > 0) yield { kind: "reached", cursor: printPlace({ done, anew: false }) };
}

/** One thing that a commit did to the archive. */
interface MailChange {
  readonly kind: "added" | "removed";
  readonly key: ObjectId;
  /** Milliseconds since 1970: public-inbox commits a mail when it arrives. */
  readonly received: number;
}

/** The changes as steps; a mail that the reader has is `known` and is not read. */
async function* stepsOf(
  git: Git,
  changes: readonly MailChange[],
  known: (key: string) => boolean,
): AsyncGenerator<ArchiveStep | { readonly kind: "known"; readonly key: string }> {
  // A mail that goes and comes back within this batch must be read although the reader has it now.
  const goes = new Set(changes.filter(({ kind }) => kind === "removed").map(({ key }) => key));
  const wanted = new Set(changes.filter(({ kind, key }) => kind === "added" && (goes.has(key) || !known(key))));
  const objects = git.readObjects([...wanted].map(({ key }) => key));
  for (const change of changes) {
    const { kind, key, received } = change;
    if (kind === "removed") {
      yield { kind, key };
      continue;
    }
    const object = wanted.has(change) ? ((await objects.next()).value ?? null) : null;
    if (known(key)) yield { kind: "known", key };
    else if (object?.type === "blob") yield { kind, mail: { key, bytes: object.content, received } };
    else yield { kind: "problem", problem: { message: `Read archive: mail ${key} is not in the repository` } };
  }
}

/** What a commit did to the archive: v2 has one file, `m` (a mail) or `d` (a mail that is gone); v1 a file a mail. */
function mailChanges({ committed: received, changes }: RawCommit): MailChange[] {
  const mails: MailChange[] = [];
  for (const { path, before, after } of changes) {
    const v1 = /^[0-9a-f]{2}\/[0-9a-f]{38}$/.test(path);
    if (v1 && before !== null) mails.push({ kind: "removed", key: before, received });
    if ((v1 || path === "m") && after !== null) mails.push({ kind: "added", key: after, received });
    if (path === "d" && after !== null) mails.push({ kind: "removed", key: after, received });
  }
  return mails;
}

async function* batchesOf(commits: AsyncIterable<RawCommit>, size: number): AsyncGenerator<RawCommit[]> {
  let batch: RawCommit[] = [];
  for await (const commit of commits) {
    batch.push(commit);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whether every commit that was read is still part of the history. */
async function fits(epochs: readonly Epoch[], { done, anew }: Place): Promise<boolean> {
  if (anew) return false;
  for (const [name, commit] of done) {
    const git = epochs.find((epoch) => epoch.name === name)?.git;
    const tip = (await git?.tip()) ?? null;
    if (git === undefined || tip === null) return false;
    if (tip === commit) continue;
    if ((await git.find(commit)) === null || (await git.mergeBase(commit, tip)) !== commit) return false;
  }
  return true;
}

async function readFrom(epochs: readonly Epoch[], key: string): Promise<Bytes | null> {
  const id = parseBlobId(key);
  if (id === null) return null;
  for (const { git } of epochs.toReversed()) {
    for await (const object of git.readObjects([id])) if (object?.type === "blob") return object.content;
  }
  return null;
}

function parsePlace(cursor: string | null): Place {
  if (cursor === null) return { done: new Map(), anew: false };
  const words = cursor.split(" ");
  if (words[0] !== "epochs") return ANEW;
  const done = new Map<string, CommitId>();
  for (const word of words.slice(1)) {
    const at = word.lastIndexOf(":");
    const commit = parseCommitId(word.slice(at + 1));
    if (at < 0 || commit === null) return ANEW;
    done.set(word.slice(0, at), commit);
  }
  return { done, anew: false };
}

function printPlace({ done, anew }: Place): string {
  return anew ? "anew" : ["epochs", ...[...done].map(([name, commit]) => `${name}:${commit}`)].join(" ");
}

function noMail(dir: string): UserError {
  return new UserError(`"${dir}" is a git repository but no public-inbox epoch: no commit has a file "m"`, {
    hint: "name a repository such as LIST/git/0.git",
  });
}

function watchedIn(repository: string): string[] {
  const gitDir = namesIn(repository).includes(".git") ? join(repository, ".git") : repository;
  return [gitDir, join(gitDir, "refs", "heads")];
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
