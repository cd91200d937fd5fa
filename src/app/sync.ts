// `sync`: brings two clones of a tree together. What the other one did is taken, what was done here is replayed on it, and where both
// touched one patch a person is asked, before anything has changed.
import { bytesOf, byteString, textOf, UserError } from "#model/bytes";
import type { OperationId } from "#model/ledger";
import { parseAddresses } from "#model/mail";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { PendingSync, SyncAnswer, Tree } from "#io/store";
import {
  CONFIG_FILE,
  landCommits,
  parseConfig,
  readPendingSync,
  removePendingSync,
  takeLock,
  writePendingSync,
} from "#io/store";
import { personOf } from "./change.ts";
import { ownCommits } from "./own-commits.ts";
import type { Contested } from "./replay-commit.ts";
import type { Replay, Replayed } from "./replay.ts";
import { replay } from "./replay.ts";
import { restoreMails } from "./restore-mails.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export type SyncRequest =
  | {
      /** `begin` forgets earlier answers, `continue` keeps them, and an answer is one to the open question. */
      readonly action: "begin" | "continue" | SyncAnswer;
      /** A remote of the tree's repository; null for the one its branch follows, else `origin`. */
      readonly remote: string | null;
      /** Give the other side what it does not have. */
      readonly push: boolean;
      readonly dryRun: boolean;
    }
  | { readonly action: "abort" };

export type SyncResult =
  | { readonly kind: "aborted" }
  | {
      readonly kind: "question";
      readonly remote: string;
      readonly operation: OperationId | null;
      readonly subject: string;
      readonly contested: readonly Contested[];
    }
  | {
      readonly kind: "synced";
      readonly remote: string;
      readonly branch: string;
      /** How many commits of the other side are new here. */
      readonly taken: number;
      /** Our own ones that it did not have, in order. */
      readonly operations: readonly Replayed[];
      readonly before: CommitId;
      /** The new end of the tree's history; null after a dry run that would write one. */
      readonly after: CommitId | null;
      readonly pushed: boolean;
      /** False after a dry run. */
      readonly done: boolean;
    };

/** Milliseconds for one talk with the other side. */
const MAX_TALK = 600_000;

/** Syncs the tree. A question is in the result and changes nothing. Throws UserError where the two cannot be brought together at all. */
export async function sync(world: World, request: SyncRequest): Promise<SyncResult> {
  return await withTree(world, async (tree): Promise<SyncResult> => {
    const waiting = readPendingSync(tree.privateDir);
    if (request.action === "abort") {
      if (waiting === null) throw noneWaits();
      removePendingSync(tree.privateDir);
      return { kind: "aborted" };
    }
    if (request.action !== "begin" && waiting === null) throw noneWaits();
    const place = await placeOf(
      tree,
      request.remote ?? (request.action === "begin" ? null : (waiting?.remote ?? null)),
    );
    world.progress(`fetching from ${place.remote}`);
    const other = await fetchOther(tree.git, place);
    using _lock = request.dryRun ? null : takeLock(tree.privateDir, "sync");
    return await syncWith(world, tree, request, place, other, answersOf(world, request.action, waiting, other));
  });
}

function noneWaits(): UserError {
  return new UserError("no sync waits for an answer", { hint: "begin one with: longarm sync" });
}

/** The answers so far. Those to questions about another commit of the other side are not relied on. */
function answersOf(
  world: World,
  action: "begin" | "continue" | SyncAnswer,
  waiting: PendingSync | null,
  other: CommitId | null,
): PendingSync["answers"] {
  if (action === "begin" || waiting === null) return {};
  if (waiting.other !== other) {
    world.tell("the other side has changed since the question, so earlier answers are forgotten");
    return {};
  }
  return action === "continue" ? waiting.answers : { ...waiting.answers, [waiting.question]: action };
}

interface RemotePlace {
  readonly remote: string;
  /** Name of the branch, here and there. */
  readonly local: string;
  readonly branch: string;
}

async function placeOf(tree: Tree, remote: string | null): Promise<RemotePlace> {
  const { git } = tree;
  const ask = async (args: readonly string[]): Promise<string> =>
    textOf((await git.run(args, { exitCodes: [0, 1, 2, 128] })).stdout).trim();
  const local = (await ask(["symbolic-ref", "--quiet", "HEAD"])).replace(/^refs\/heads\//, "");
  if (local === "") {
    throw new UserError("the tree's repository is on no branch", {
      hint: `check one out: git -C ${tree.dir} switch main`,
    });
  }
  const follows = await ask(["config", "--get", `branch.${local}.remote`]);
  const name = remote ?? (follows === "" || follows === "." ? "origin" : follows);
  const known = (await ask(["remote"])).split("\n").filter((one) => one !== "");
  if (!known.includes(name)) {
    throw new UserError(`the tree's repository has no remote "${name}"`, {
      hint: `remotes: ${known.join(", ") || "none"}; add one with: git -C ${tree.dir} remote add ${name} URL`,
    });
  }
  const merge = name === follows ? await ask(["config", "--get", `branch.${local}.merge`]) : "";
  return { remote: name, local, branch: merge.replace(/^refs\/heads\//, "") || local };
}

/** The other side's commit, its objects fetched; no ref of ours moves. Null when its repository has no such branch yet. */
async function fetchOther(git: Git, { remote, branch }: RemotePlace): Promise<CommitId | null> {
  const ref = `refs/heads/${branch}`;
  const talk = async (args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await git.run(args, { exitCodes: [0, 1, 2, 128], timeout: MAX_TALK });
    if (exitCode !== 0) throw cannotReach(remote, stderr);
    return textOf(stdout);
  };
  const listed = (await talk(["ls-remote", "--", remote, ref])).split("\n").find((line) => line.endsWith(`\t${ref}`));
  const other = parseCommitId(listed?.split("\t")[0] ?? "");
  if (other === null || (await git.find(other)) !== null) return other;
  await talk(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--", remote, ref]);
  if ((await git.find(other)) !== null) return other;
  throw new UserError(`"${remote}" changed while it was fetched`, { hint: "run the command again", exitCode: 3 });
}

function cannotReach(remote: string, stderr: string): UserError {
  const said = /^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? stderr.split("\n", 1)[0] ?? "";
  return new UserError(`cannot reach "${remote}": ${said.replace(/\.$/, "")}`, {
    hint: "nothing has changed; see its URL with: git remote -v",
  });
}

async function syncWith(
  world: World,
  tree: Tree,
  { push, dryRun }: Extract<SyncRequest, { readonly push: boolean }>,
  place: RemotePlace,
  other: CommitId | null,
  answers: PendingSync["answers"],
): Promise<SyncResult> {
  const { git } = tree;
  const head = await git.resolve("HEAD");
  const { remote, branch } = place;
  const common = { kind: "synced", remote, branch, before: head, taken: 0, operations: [], done: !dryRun } as const;
  if (other === null) {
    if (push && !dryRun) await pushTo(git, place, head, null);
    return { ...common, after: head, pushed: push && !dryRun };
  }
  const base = await git.mergeBase(head, other);
  if (base === null) {
    throw new UserError(`"${remote}" holds another tree: the two have no commit in common`, {
      hint: "only clones of one tree can be synced",
    });
  }
  const taken = (await git.log(other, { not: [head], limit: 100_000 })).length;
  const made = await replayed(world, tree, base, other, head, answers);
  if (made.kind === "question") {
    const { id, operation, subject } = made.commit;
    if (!dryRun) writePendingSync(tree.privateDir, { remote, other, answers, question: id });
    return { kind: "question", remote, operation, subject, contested: made.contested };
  }
  checkConfig(world, made);
  if (dryRun) return { ...common, taken, operations: made.operations, after: null, pushed: false };
  let after = other;
  // What the other side lacks is as it was where it has nothing that we lack.
  if (base === other) after = head;
  else if (made.plans.length > 0) after = (await git.writeCommits(made.plans)).at(-1) ?? other;
  const withdraw = made.operations.flatMap(({ operation, how }) =>
    how === "undone" && operation !== null ? [operation] : [],
  );
  await landCommits(tree, {
    operation: "sync",
    summary: `sync: ${taken} from ${remote}, ${made.operations.length} of our own`,
    from: head,
    to: after,
    withdraw,
  });
  restoreMails(tree);
  removePendingSync(tree.privateDir);
  const pushed = push && after !== other;
  if (pushed) await pushTo(git, place, after, other);
  return { ...common, taken, operations: made.operations, after, pushed };
}

async function replayed(
  world: World,
  tree: Tree,
  base: CommitId,
  other: CommitId,
  head: CommitId,
  answers: PendingSync["answers"],
): Promise<Replay> {
  const commits = await ownCommits(tree.git, base, head);
  if (base === other) {
    const operations = commits.map(({ operation, subject }) => ({ operation, subject, how: "replayed" as const }));
    return { kind: "replayed", plans: [], operations, files: new Map() };
  }
  world.progress(`replaying ${commits.length} operations`);
  const by = await personOf(world, tree);
  const now = world.now();
  const [address] = parseAddresses(by);
  const committer = {
    name: byteString(bytesOf(address?.name ?? "")),
    email: address?.address ?? "",
    date: `${Math.trunc(now.getTime() / 1000)} +0000`,
  };
  const at = `${now.toISOString().slice(0, 19)}Z`;
  return await replay(tree, { base, other, commits, answers, by, committer, at });
}

/** Two changes of the configuration may merge as text and still not go together. */
function checkConfig(world: World, { files }: Extract<Replay, { readonly kind: "replayed" }>): void {
  const config = files.get(CONFIG_FILE);
  if (config === undefined) return;
  try {
    parseConfig(textOf(config ?? bytesOf("")), CONFIG_FILE, world.presetsDir);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(`the two configurations do not go together: ${cause.message}`, {
      hint: "undo the change of one side, then: longarm sync",
      exitCode: 3,
      cause,
    });
  }
}

/** Pushes with a lease: the other side must still be where it was looked at. */
async function pushTo(
  git: Git,
  { remote, branch }: RemotePlace,
  commit: CommitId,
  expected: CommitId | null,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const { exitCode, stderr } = await git.run(
    [
      "push",
      "--quiet",
      "--no-follow-tags",
      `--force-with-lease=${ref}:${expected ?? ""}`,
      "--",
      remote,
      `${commit}:${ref}`,
    ],
    { exitCodes: [0, 1, 128], timeout: MAX_TALK },
  );
  if (exitCode === 0) return;
  if (/stale info|fetch first|non-fast-forward/.test(stderr)) {
    throw new UserError(`"${remote}" was changed meanwhile, so nothing was pushed`, {
      hint: "this clone has everything; run again: longarm sync --push",
      exitCode: 3,
    });
  }
  const said = /^(?:fatal|error|remote): (.*)$/m.exec(stderr)?.[1] ?? stderr.split("\n", 1)[0] ?? "";
  throw new UserError(`this clone is synced, but "${remote}" took nothing: ${said.replace(/\.$/, "")}`, {
    hint: 'a repository with a work tree refuses its own branch; see "git help receive-pack", denyCurrentBranch',
    exitCode: 1,
  });
}
