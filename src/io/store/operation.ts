// Carries out one operation on a tree: new files, ledger events and notices land in one commit, or not at all.
// The one atomic step is the move of HEAD; before it nothing shows, after it a crash is finished by recover.ts.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes, equalBytes, fileError, quotedPath, UserError } from "#model/bytes";
import type { EventBody, OperationId } from "#model/ledger";
import { ledgerFileOf, printEvents } from "#model/ledger";
import type { CommitId, Git } from "#io/git";
import { parseAddresses } from "#model/mail";
import { diskPath, namesIn, readIfThere, stageFiles, writeFlushed } from "./disk.ts";
import { writeJournal } from "./journal.ts";
import { mailsOnTheirWay, nextMailNumber } from "./outbox.ts";
import { clearUnfinished, finishOperation, isIndexLocked } from "./recover.ts";

/** What an operation changes; the same value that `--dry-run` shows. */
export interface TreeChange {
  /** Subject of the commit: `queue: add foo.patch`. */
  readonly summary: string;
  /** New bytes of files in the tree, null to remove; the ledger is not among them. */
  readonly files: ReadonlyMap<Path, Bytes | null>;
  readonly events: readonly EventBody[];
  /** Mails for the outbox, in order. */
  readonly notices: readonly { readonly name: string; readonly bytes: Bytes }[];
  /** Operations whose waiting mails are put aside, or back. */
  readonly withdraw?: readonly OperationId[];
  readonly reinstate?: readonly OperationId[];
  /** File names of mails that were put aside and wait again. */
  readonly revive?: readonly string[];
}

/** Where and by whom a change is carried out. */
export interface OperationContext {
  readonly dir: string;
  readonly privateDir: string;
  readonly git: Git;
  readonly now: Date;
  /** `Name <address>`. */
  readonly by: string;
  /** Called between steps; tests count them and stop at one. */
  readonly step?: ((name: string) => void) | undefined;
}

export interface OperationDone {
  readonly operation: OperationId;
  readonly commit: CommitId;
  /** Paths of the notices in the outbox, relative to the tree. */
  readonly outbox: readonly string[];
  /** How many waiting mails were put aside. */
  readonly withdrawn: number;
}

/**
 * Carries out the change; the caller holds the tree's lock. Refuses to overwrite files that differ from the last commit.
 * Killed at any moment, the tree is as before or, once the next command has looked, as after.
 */
export async function runOperation(context: OperationContext, change: TreeChange): Promise<OperationDone> {
  const { dir, privateDir, git, now, by, step } = context;
  const head = await git.find("HEAD");
  const at = `${now.toISOString().slice(0, 19)}Z`;
  const operation = operationId(head, at, change);
  const events = change.events.map((event) => ({ ...event, op: operation, at, by }));
  const ledger = ledgerFileOf(at);
  const files = new Map(change.files);
  await refuseUncommitted(context, head, events.length > 0 ? [...files.keys(), ledger] : files.keys());
  if (events.length > 0)
    files.set(ledger, concatBytes([readIfThere(join(dir, ledger)) ?? bytesOf(""), printEvents(events)]));
  refuseLockedIndex(git.gitDir);
  try {
    const commit = await writeCommit(git, head, files, `${change.summary}\n\nOperation: ${operation}\n`, by, now);
    step?.("the operation's commit is written");
    const outbox = writeDrafts(privateDir, operation, change);
    step?.("the operation's mails are drafted");
    const moves = [...outbox, ...withdrawals(privateDir, change)];
    // Everything that needs space on the disk is written before the one step; after it there are only renames.
    stageFiles(dir, privateDir, files);
    writeJournal(privateDir, {
      operation,
      summary: change.summary,
      before: head,
      after: commit,
      files: [...files.keys()],
      outbox: moves,
    });
    step?.("the operation's journal is written");
    await git.updateRefs([{ ref: "HEAD", new: commit, old: head }], `longarm: ${change.summary}`);
    step?.("the operation took effect");
    await finishOperation(dir, privateDir, git);
    step?.("the operation is finished");
    const withdrawn = moves.filter(({ to }) => to.startsWith(`${WITHDRAWN}/`)).length;
    return { operation, commit, outbox: outbox.map(({ to }) => join(".longarm", "outbox", to)), withdrawn };
  } catch (error) {
    const shown = fileError(error, dir);
    if ((await git.find("HEAD")) === head) {
      clearUnfinished(privateDir);
      throw shown;
    }
    // HEAD has moved: it happened, the journal stays, and the next command finishes.
    if (!(shown instanceof UserError)) throw shown;
    throw new UserError(`operation ${operation} took effect, but its files are not all in place: ${shown.message}`, {
      hint: "mend that; the next command puts them in place, do not run this one again",
      exitCode: 3,
      cause: error,
    });
  }
}

/** Writes the mails as drafts; returns the moves that make them wait. */
function writeDrafts(
  privateDir: string,
  operation: OperationId,
  change: TreeChange,
): { readonly from: string; readonly to: string }[] {
  const next = nextMailNumber(privateDir);
  return change.notices.map(({ name, bytes }, index) => {
    const from = `.draft-${operation}-${index}`;
    writeFlushed(join(privateDir, "outbox", from), bytes);
    return { from, to: `${String(next + index).padStart(6, "0")}-${operation}-${name}` };
  });
}

/** Another git that holds the index would keep the last step from being done. */
export function refuseLockedIndex(gitDir: string): void {
  if (!isIndexLocked(gitDir)) return;
  throw new UserError(`another git is at work on this tree: "${join(gitDir, "index.lock")}"`, {
    hint: "wait until it is done; when none is running, remove that file",
    exitCode: 3,
  });
}

/** Where mails go that an undone operation wanted to send, so that undoing the undo finds them again. */
const WITHDRAWN = "withdrawn";

/** The moves that put waiting mails of some operations aside, or back. A mail that somebody has, or may have, stays. */
export function withdrawals(
  privateDir: string,
  change: Pick<TreeChange, "withdraw" | "reinstate" | "revive">,
): { readonly from: string; readonly to: string }[] {
  const gone = mailsOnTheirWay(privateDir);
  const waiting = namesIn(join(privateDir, "outbox")).filter((name) => !gone.has(name));
  const aside = namesIn(join(privateDir, "outbox", WITHDRAWN));
  const back = new Set([
    ...mailsOf(aside, change.reinstate),
    ...aside.filter((name) => change.revive?.includes(name) ?? false),
  ]);
  return [
    ...mailsOf(waiting, change.withdraw).map((name) => ({ from: name, to: `${WITHDRAWN}/${name}` })),
    ...[...back].map((name) => ({ from: `${WITHDRAWN}/${name}`, to: name })),
  ];
}

function mailsOf(names: readonly string[], operations: readonly OperationId[] = []): string[] {
  return names.filter(
    (name) => name.endsWith(".eml") && operations.some((operation) => name.includes(`-${operation}-`)),
  );
}

/** Throws UserError where a file on the disk is not as the last commit has it: it would be overwritten. */
export async function refuseUncommitted(
  context: Pick<OperationContext, "dir" | "git">,
  head: CommitId | null,
  paths: Iterable<Path>,
): Promise<void> {
  const { dir, git } = context;
  for (const path of paths) {
    const committed = head === null ? null : await git.readFile(head, path);
    const onDisk = readIfThere(diskPath(dir, path));
    const same = committed === null || onDisk === null ? committed === onDisk : equalBytes(committed, onDisk);
    if (same) continue;
    throw new UserError(
      `${quotedPath(path)} has changes that are not committed, and this command would overwrite them`,
      {
        hint: `look with "git -C ${dir} diff", then commit them or take them back`,
        exitCode: 3,
      },
    );
  }
}

/** 12 hex digits from what is known before the commit: unique, because the head moves with every operation. */
export function operationId(
  head: CommitId | null,
  at: string,
  change: Pick<TreeChange, "summary" | "events">,
): OperationId {
  const text = JSON.stringify([head, at, change.summary, change.events]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12) as OperationId;
}

async function writeCommit(
  git: Git,
  head: CommitId | null,
  files: ReadonlyMap<Path, Bytes | null>,
  message: string,
  by: string,
  now: Date,
): Promise<CommitId> {
  const [address] = parseAddresses(by);
  const ident = {
    name: byteString(bytesOf(address?.name ?? "")),
    email: address?.address ?? "",
    date: `${Math.trunc(now.getTime() / 1000)} +0000`,
  };
  const changes = [...files].map(([path, bytes]) =>
    bytes === null ? ({ path, mode: "delete" } as const) : ({ path, mode: "100644", content: bytes } as const),
  );
  const [commit] = await git.writeCommits([
    { parent: head, author: ident, committer: ident, message: bytesOf(message), changes },
  ]);
  if (commit === undefined) throw new Error("git wrote no commit for the operation");
  return commit;
}
