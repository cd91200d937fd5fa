// `undo`: one more operation, which takes an earlier one back: series and patch files, never the ledger.
import type { Bytes, Path } from "#model/bytes";
import { equalBytes, quotedPath, UserError, readablePath } from "#model/bytes";
import type { Operation, OperationId } from "#model/ledger";
import { lastUndoable, operationsOf } from "#model/ledger";
import { parseSeries, printSeries, revertLines } from "#model/queue";
import type { CommitId } from "#io/git";
import type { Tree, TreeChange } from "#io/store";
import { mailsOnTheirWay, readIfThere, readLedger, readOutboxLog, SERIES_FILE, withdrawals } from "#io/store";
import { textOf } from "#model/bytes";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { operationOf } from "./operation-commits.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface UndoRequest {
  /** Id of the operation, or its beginning; null for the newest that changed the queue and was not taken back. */
  readonly operation: string | null;
  readonly dryRun: boolean;
}

export interface UndoPlan {
  readonly undoes: Operation;
  readonly subject: string;
  /** The operation that is in effect again, when an undo is undone; null otherwise. */
  readonly brings: OperationId | null;
  /** Mails of the operation that somebody has, or may have: nothing tells those people that it was taken back. */
  readonly told: readonly string[];
  /** Mails that were put aside and wait again. */
  readonly revived: readonly string[];
  readonly change: TreeChange;
}

/** Takes an operation back. Throws UserError with exit code 3 when later changes stand in the way. */
export async function undo(world: World, request: UndoRequest): Promise<Changed<UndoPlan>> {
  return withTree(world, (tree) => changeTree(world, tree, "undo", request.dryRun, () => planUndo(tree, request)));
}

async function planUndo(tree: Tree, request: UndoRequest): Promise<UndoPlan> {
  const operations = operationsOf(readLedger(tree));
  const undoes = request.operation === null ? lastUndoable(operations) : namedOperation(operations, request.operation);
  if (undoes === null)
    throw new UserError("there is nothing to undo", { hint: 'see what was done with "longarm log"' });
  if (undoes.undoneBy !== null) {
    throw new UserError(`operation ${undoes.id} was undone already, by ${undoes.undoneBy}`, {
      hint: `bring it back with: longarm undo ${undoes.undoneBy}`,
    });
  }
  const { commit, parent, subject } = await commitOf(tree, undoes.id);
  if (parent === null)
    throw new UserError(`operation ${undoes.id} made the tree, it cannot be undone`, {
      hint: "remove the directory instead",
    });
  const files = new Map<Path, Bytes | null>();
  for (const { path } of await tree.git.diffNames(parent, commit)) {
    if (path.startsWith("ledger/")) continue;
    files.set(path, await revertedFile(tree, path, commit, parent, undoes));
  }
  const undone = undoes.events.flatMap((event) => (event.kind === "undone" ? [event.undoes] : []));
  const { operation, isBrought } = meantBy(operations, undoes);
  const change: TreeChange = {
    summary: `undo: ${subject}`,
    files,
    events: [{ kind: "undone", undoes: undoes.id }],
    notices: [],
    // What was not sent yet shall not be; undoing an undo puts it back.
    withdraw: isBrought ? [undoes.id] : [undoes.id, operation],
    reinstate: isBrought ? [operation] : [],
    revive: isBrought ? [] : cancelledWith(tree, operation, operations),
  };
  const revived = withdrawals(tree.privateDir, change).flatMap(({ from, to }) => (from.endsWith(`/${to}`) ? [to] : []));
  return {
    undoes,
    subject,
    brings: undone[0] ?? null,
    told: isBrought ? [] : toldOf(tree, operation),
    revived,
    change,
  };
}

/** What is taken back or brought in the end: the undo of an undo is about what that one took back. */
function meantBy(
  operations: readonly Operation[],
  undoes: Operation,
): { readonly operation: OperationId; readonly isBrought: boolean } {
  const byId = new Map(operations.map((one) => [one.id, one]));
  let isBrought = false;
  for (let one = undoes; ;) {
    const undone = one.events.find((event) => event.kind === "undone");
    const next = undone === undefined ? undefined : byId.get(undone.undoes);
    if (next === undefined) return { operation: one.id, isBrought };
    one = next;
    isBrought = !isBrought;
  }
}

function toldOf(tree: Tree, id: OperationId): string[] {
  return [...mailsOnTheirWay(tree.privateDir)].filter((name) => operationOf(name) === id);
}

/** Mails that were cancelled because of what the operation told: without it, what they tell is so again. */
function cancelledWith(tree: Tree, id: OperationId, operations: readonly Operation[]): string[] {
  const undone = new Set<string>(operations.flatMap((one) => (one.undoneBy === null ? [] : [one.id])));
  const groups = readOutboxLog(tree.privateDir).flatMap((line) => (line.do === "cancel" ? [line.mails] : []));
  const others = groups
    .filter((group) => group.some((name) => operationOf(name) === id))
    .flatMap((group) => group.filter((name) => operationOf(name) !== id && !undone.has(operationOf(name) ?? "")));
  return [...new Set(others)];
}

function namedOperation(operations: readonly Operation[], id: string): Operation {
  const found = operations.filter((operation) => operation.id.startsWith(id));
  if (found.length === 1 && found[0]) return found[0];
  const message =
    found.length === 0 ? `no operation "${id}" in the ledger` : `"${id}" begins ${found.length} operations`;
  throw new UserError(message, { hint: 'see the operations with "longarm log"' });
}

/** The commit that carried the operation out. */
async function commitOf(
  tree: Tree,
  id: OperationId,
): Promise<{ readonly commit: CommitId; readonly parent: CommitId | null; readonly subject: string }> {
  const head = await tree.git.resolve("HEAD");
  const { stdout } = await tree.git.run(["log", "-1", "--format=%H", `--grep=^Operation: ${id}$`, head]);
  const commit = await tree.git.find(textOf(stdout).trim() || "-");
  if (commit === null)
    throw new UserError(`no commit of this tree carries operation ${id}`, {
      hint: "the tree's history was rewritten; use git to take it back",
    });
  const [entry] = await tree.git.log(commit, { limit: 1 });
  return { commit, parent: entry?.parents[0] ?? null, subject: entry?.subject ?? "" };
}

/** The file without what the operation did to it. */
async function revertedFile(
  tree: Tree,
  path: Path,
  commit: CommitId,
  parent: CommitId,
  undoes: Operation,
): Promise<Bytes | null> {
  const before = await tree.git.readFile(parent, path);
  const after = await tree.git.readFile(commit, path);
  const now = readIfThere(Buffer.concat([Buffer.from(`${tree.dir}/`), Buffer.from(path, "latin1")]));
  const untouched = now === null || after === null ? now === after : equalBytes(now, after);
  if (untouched) return before;
  if (path === SERIES_FILE && before !== null && after !== null && now !== null) {
    const [first, second, third] = [before, after, now].map((bytes) => parseSeries(bytes).queue);
    const queue = first && second && third ? revertLines(first, second, third) : null;
    if (queue !== null) return printSeries(queue);
  }
  throw new UserError(`cannot undo operation ${undoes.id}: ${quotedPath(path)} was changed after it`, {
    hint: `see who changed it with "longarm log" and "git -C ${tree.dir} log -p -- ${readablePath(path)}", and undo that first`,
    exitCode: 3,
  });
}
