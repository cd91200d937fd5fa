// `publish`: builds, pushes all branches at once, records it, pushes the queue, and only when the remote shows all of that public
// sets the waiting mails free. A note on disk says how far it came, so that a kill between any two steps is finished next time.
import { BELOW } from "#model/branches";
import { bytesOf, UserError } from "#model/bytes";
import { builtBranchesOf, publishedBranchesOf } from "#model/ledger";
import type { LedgerEvent } from "#model/ledger";
import { contentDigest } from "#model/notices";
import { showName } from "#model/queue";
import type { CommitId, Git, RemoteUpdate } from "#io/git";
import { parseCommitId, pushRefs, readRemoteRefs, shownRemote } from "#io/git";
import type { PendingPublish, SendingConfig, Tree } from "#io/store";
import {
  appendOutboxLog,
  readLedger,
  readPendingPublish,
  removePendingPublish,
  runOperation,
  takeLock,
  writePendingPublish,
} from "#io/store";
import { belowNames, belowRefs } from "./below.ts";
import type { BuildReport } from "./build.ts";
import { buildTree } from "./build.ts";
import { personOf } from "./change.ts";
import { mapFiles } from "./commit-map.ts";
import { lintTree } from "./lint.ts";
import { at, readOutbox } from "./outbox.ts";
import { publicMap } from "./public-map.ts";
import { refuseRewriting } from "./rewriting.ts";
import type { SendReport } from "./send.ts";
import { sendFrom } from "./send.ts";
import { openSource } from "./source.ts";
import { operationCommits } from "./operation-commits.ts";
import { isBuilt } from "./unbuilt.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface PublishRequest {
  /** Move branches of the remote although they are not where this tree left them. */
  readonly takeOver: boolean;
  readonly dryRun: boolean;
}

export interface PublishReport {
  /** What was published, or would be; null when everything was public already. */
  readonly plan: PendingPublish | null;
  /** Branches with their commits before and after. */
  readonly build: BuildReport | null;
  /** What an earlier, interrupted publishing left and this one finished. */
  readonly finished: PendingPublish | null;
  /** Null after a dry run, when a patch was rejected, and when the tree has no server to send by. */
  readonly sending: SendReport | null;
  readonly rejected: readonly string[];
  /** In a dry run: the queue changed since its branches were built, so what they will be is not known yet. */
  readonly unbuilt: boolean;
  /** In a dry run: mails that would be set free and need not go. */
  readonly cancelled: readonly string[];
}

/**
 * Publishes the tree. Nothing is pushed when a patch is rejected; the report names it.
 * Throws UserError with exit code 3 when the remote moved, or a branch that is not rebased would be rewritten.
 */
export async function publish(world: World, request: PublishRequest): Promise<PublishReport> {
  return withTree(world, async (tree) => {
    const config = tree.config.sending.publish;
    if (config === null || (config.remote === null && config.queueRemote === null)) {
      throw new UserError("this tree has nowhere to publish to", {
        hint: 'name it in longarm.toml: [publish] remote = "…", queue-remote = "…"',
      });
    }
    await using source = await openSource(tree);
    if (request.dryRun) {
      return await planOnly(world, tree, source, config, request.takeOver);
    }
    const { plan, finished, ...rest } = await publishLocked(world, tree, source, config, request.takeOver);
    const published = { ...rest, plan: shown(plan), finished: shown(finished), unbuilt: false, cancelled: [] };
    if (published.rejected.length > 0 || tree.config.sending.smtp === null) return { ...published, sending: null };
    return { ...published, sending: await sendFrom(world, tree, false) };
  });
}

/** A dry run: what a build has yet to make has no commits that could be shown, but whether it would fail is known. */
async function planOnly(
  world: World,
  tree: Tree,
  source: Git,
  config: Target,
  takeOver: boolean,
): Promise<PublishReport> {
  const nothing = { finished: null, sending: null, cancelled: [] };
  const unbuilt = !(await isBuilt(tree, readLedger(tree)));
  if (unbuilt) {
    const build = await buildTree(world, tree, { ...BUILD, dryRun: true });
    const rejected = rejectedBy(build);
    if (rejected.length > 0) return { ...nothing, plan: null, build, unbuilt, rejected };
  }
  const plan = await planPublish(world, tree, source, config, takeOver);
  if (plan !== null || unbuilt) await refuseLintErrors(world, tree);
  const cancelled = (await readOutbox(tree, world.now(), ["waiting"])).filter(
    ({ status }) => status.kind === "cancelled",
  );
  return {
    ...nothing,
    plan: shown(plan),
    build: null,
    unbuilt,
    rejected: [],
    cancelled: cancelled.map(({ facts }) => facts.name).filter((name) => plan?.mails.includes(name)),
  };
}

/** The plan as it may be shown: addresses without passwords. */
function shown(plan: PendingPublish | null): PendingPublish | null {
  if (plan === null) return null;
  const { remote, queueRemote } = plan;
  return {
    ...plan,
    remote: remote === null ? null : shownRemote(remote),
    queueRemote: queueRemote === null ? null : shownRemote(queueRemote),
  };
}

type Target = NonNullable<SendingConfig["publish"]>;

const BUILD = { check: false, keepGoing: false, branch: null, takeOver: false } as const;

function rejectedBy({ results }: BuildReport): PublishReport["rejected"] {
  return results.filter(({ outcome }) => outcome === "rejected").map(({ name }) => name);
}

async function publishLocked(
  world: World,
  tree: Tree,
  source: Git,
  config: Target,
  takeOver: boolean,
): Promise<Omit<PublishReport, "sending" | "unbuilt" | "cancelled">> {
  using _lock = takeLock(tree.privateDir, "publish");
  const finished = await finishPublish(world, tree, source);
  const report = await buildTree(world, tree, { ...BUILD, dryRun: false });
  const rejected = rejectedBy(report);
  if (rejected.length > 0) return { plan: null, build: report, finished, rejected };
  const plan = await planPublish(world, tree, source, config, takeOver);
  if (plan === null) return { plan, build: report, finished, rejected };
  await refuseLintErrors(world, tree);
  writePendingPublish(tree.privateDir, plan);
  world.step?.("the publishing is noted");
  await carryOut(world, tree, source, plan);
  return { plan, build: report, finished, rejected };
}

/** Errors that are told in one sentence. */
const MAX_TOLD = 3;

/** Throws UserError (exit code 1) when a patch has a lint of level "error": what is public is read by everybody. */
async function refuseLintErrors(world: World, tree: Tree): Promise<void> {
  const { findings: errors } = await lintTree(world, tree, {
    patches: null,
    placement: true,
    remember: true,
    errorsOnly: true,
  });
  if (errors.length === 0) return;
  const told = errors.slice(0, MAX_TOLD).map(({ patch, message, lint }) => `${showName(patch)} ${message} [${lint}]`);
  const more = errors.length > MAX_TOLD ? `; and ${errors.length - MAX_TOLD} more` : "";
  throw new UserError(`nothing was pushed: ${told.join("; ")}${more}`, {
    hint: 'mend the patches; to publish as they are, lower the level in longarm.toml: [lint] NAME = "warn"',
    exitCode: 1,
  });
}

/** What there is to publish; null when everything is public. Throws UserError when the remotes are not as this tree left them. */
async function planPublish(
  world: World,
  tree: Tree,
  source: Git,
  config: Target,
  takeOver: boolean,
): Promise<PendingPublish | null> {
  const events = readLedger(tree);
  const refs = config.remote === null ? [] : await refsToMove(tree, source, events, config.remote, takeOver);
  await refuseRewriting(
    tree,
    source,
    events,
    refs.flatMap(({ ref, commit }) =>
      isBranch(ref) ? [{ name: branchOf(ref), commit: parseCommitId(commit ?? "") }] : [],
    ),
  );
  const queueBefore = config.queueRemote === null ? null : await queueAt(tree, config.queueRemote, config.queueBranch);
  const mails = (await readOutbox(tree, world.now(), ["waiting"])).filter(
    ({ facts, log }) => facts.waitsForPublish && log?.public !== true,
  );
  const head = await tree.git.resolve("HEAD");
  if (refs.length === 0 && mails.length === 0 && (config.queueRemote === null || queueBefore === head)) return null;
  const digest = contentDigest(bytesOf(JSON.stringify([head, refs, mails.map(({ facts }) => facts.name)])));
  const id = digest.slice(0, 12);
  const text = await publicMap(tree, source, events, refs);
  return {
    id,
    remote: config.remote,
    refs,
    queueRemote: config.queueRemote,
    queueBranch: config.queueBranch,
    queueBefore,
    map: text === "" ? null : { path: `maps/published-${id}.txt`, text },
    mails: mails.map(({ facts }) => facts.name),
    messageIds: mails.flatMap(({ envelope }) => (envelope.messageId === null ? [] : [envelope.messageId])),
  };
}

async function refsToMove(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  remote: string,
  takeOver: boolean,
): Promise<PendingPublish["refs"]> {
  const built = builtBranchesOf(events);
  const published = publishedBranchesOf(events, shownRemote(remote));
  const names = [...tree.config.branches, ...tree.config.merges].map(({ name }) => name);
  const there = await readRemoteRefs(source, remote, [...names.map(refOf), `${BELOW}*`]);
  const refs: PendingPublish["refs"][number][] = [];
  for (const name of names) {
    const commit = await source.find(refOf(name));
    const now = there.get(refOf(name)) ?? null;
    if (commit === null || commit === now) continue;
    if (built.get(name) !== commit) {
      throw new UserError(`branch "${name}" of the source repository is not what this tree built`, {
        hint: "run: longarm build",
        exitCode: 3,
      });
    }
    const known = published.get(name) ?? null;
    if (now !== known && !takeOver) throw remoteMoved(name, remote, now, known);
    refs.push({ ref: refOf(name), before: now, commit });
  }
  return [...refs, ...(await belowToMove(source, events, there))];
}

/** The refs below postings; those over there whose posting left go. Nobody else moves them, so whatever is there is replaced. */
async function belowToMove(
  source: Git,
  events: readonly LedgerEvent[],
  there: ReadonlyMap<string, CommitId>,
): Promise<PendingPublish["refs"]> {
  const ours = belowNames(events);
  const here = new Map([...(await belowRefs(source))].filter(([ref]) => ours.has(ref)));
  const gone = [...there.keys()].filter((ref) => ours.has(ref) && !here.has(ref));
  return [
    ...[...here].map(([ref, commit]) => ({ ref, before: there.get(ref) ?? null, commit })),
    ...gone.map((ref) => ({ ref, before: there.get(ref) ?? null, commit: null })),
  ].filter(({ before, commit }) => before !== commit);
}

function remoteMoved(name: string, remote: string, now: CommitId | null, known: string | null): UserError {
  const said = known === null ? "this tree never published it" : `this tree left it at ${short(known)}`;
  return new UserError(
    `branch "${name}" of "${shownRemote(remote)}" is at ${short(now)}, but ${said}; nothing was pushed`,
    {
      hint: "find out who moved it; to replace it, run: longarm publish --take-over",
      exitCode: 3,
    },
  );
}

function short(id: string | null): string {
  return id === null ? "nothing" : id.slice(0, 12);
}

/** The queue's remote may only be behind: what is there must be in our history, or be what a sync has since written anew. */
async function queueAt(tree: Tree, remote: string, branch: string): Promise<CommitId | null> {
  const ref = refOf(branch);
  const now = (await readRemoteRefs(tree.git, remote, [ref])).get(ref) ?? null;
  const head = await tree.git.resolve("HEAD");
  if (now === null || ((await tree.git.find(now)) !== null && (await hasAllOf(tree, head, now)))) return now;
  throw new UserError(
    `branch "${branch}" of "${shownRemote(remote)}" has commits that this tree does not have; nothing was pushed`,
    {
      hint: "somebody else works on this queue: name that repository as a remote of the tree's and bring their commits in with longarm sync REMOTE",
      exitCode: 3,
    },
  );
}

/** Whether every commit of the other history is in ours, or another commit of the same operation is: nothing would be lost. */
async function hasAllOf(tree: Tree, head: CommitId, other: CommitId): Promise<boolean> {
  const missing = await tree.git.log(other, { not: [head], limit: MAX_REPLAYED });
  if (missing.length === 0) return true;
  const theirs = await operationCommits(tree, { head: other, not: [head] });
  if (missing.length >= MAX_REPLAYED || theirs.size !== missing.length) return false;
  const ours = await operationCommits(tree);
  return [...theirs.keys()].every((operation) => ours.has(operation));
}

/** Commits that a sync may have written anew since the queue was published. */
const MAX_REPLAYED = 1000;

/** Finishes a publishing that was killed. If no branch had moved at the remote, it did not happen, and is planned anew. */
async function finishPublish(world: World, tree: Tree, source: Git): Promise<PendingPublish | null> {
  const pending = readPendingPublish(tree.privateDir);
  if (pending === null) return null;
  if (pending.remote !== null && pending.refs.length > 0 && !isRecorded(tree, pending)) {
    const there = await readRemoteRefs(
      source,
      pending.remote,
      pending.refs.map(({ ref }) => ref),
    );
    const moved = pending.refs.every(({ ref, commit }) => (there.get(ref) ?? null) === commit);
    if (!moved) {
      // The push is atomic, so either all are there or none is; what else is there, the plan will say.
      removePendingPublish(tree.privateDir);
      return null;
    }
  }
  world.tell("a publishing was interrupted; it is finished now");
  await carryOut(world, tree, source, pending);
  return pending;
}

/** The steps, each of which does nothing when it was done. */
async function carryOut(world: World, tree: Tree, source: Git, plan: PendingPublish): Promise<void> {
  const { privateDir } = tree;
  if (plan.remote !== null && !isRecorded(tree, plan)) {
    await pushBranches(world, source, plan.remote, plan, privateDir);
    world.step?.("the branches are public");
  }
  if (!isRecorded(tree, plan)) await record(world, tree, plan);
  world.step?.("the publishing is recorded");
  if (plan.queueRemote !== null) {
    await pushQueue(world, tree, plan.queueRemote, plan.queueBranch);
    world.step?.("the queue is public");
  }
  if (plan.mails.length > 0) appendOutboxLog(privateDir, [{ at: at(world.now()), do: "public", mails: plan.mails }]);
  world.step?.("the mails are set free");
  removePendingPublish(privateDir);
  world.step?.("the publishing is over");
}

async function pushBranches(
  world: World,
  source: Git,
  remote: string,
  plan: PendingPublish,
  privateDir: string,
): Promise<void> {
  const updates = plan.refs.map(({ ref, before, commit }): RemoteUpdate => {
    const id = commit === null ? null : parseCommitId(commit);
    if (commit !== null && id === null) throw new Error(`publish note holds "${commit}", which is no commit id`);
    return { ref, new: id, old: before === null ? null : parseCommitId(before) };
  });
  const ask = (): ReturnType<typeof readRemoteRefs> =>
    readRemoteRefs(
      source,
      remote,
      updates.map(({ ref }) => ref),
    );
  const isPublic = (there: ReadonlyMap<string, CommitId>): boolean =>
    updates.every(({ ref, new: commit }) => (there.get(ref) ?? null) === commit);
  if (isPublic(await ask())) return;
  world.progress(`pushing ${updates.length} refs`);
  const outcome = await pushRefs(source, remote, updates);
  if (outcome.kind === "refused") {
    removePendingPublish(privateDir);
    throw new UserError(`"${shownRemote(remote)}" refused the branches: ${outcome.said}; none of them moved`, {
      hint: 'somebody moved a branch meanwhile, or the remote does not allow it: look there, then run "longarm publish" again',
      exitCode: 3,
    });
  }
  // What git says it pushed is not yet what others see, as where a mirror stands in front.
  if (isPublic(await ask())) return;
  throw new UserError(`"${shownRemote(remote)}" took the branches, but does not show them yet; no mail was sent`, {
    hint: "run: longarm publish, in a while; it goes on where it was",
    exitCode: 3,
  });
}

async function pushQueue(world: World, tree: Tree, remote: string, branch: string): Promise<void> {
  const head = await tree.git.resolve("HEAD");
  const now = await queueAt(tree, remote, branch);
  if (now === head) return;
  world.progress("pushing the queue");
  const outcome = await pushRefs(tree.git, remote, [{ ref: refOf(branch), new: head, old: now }]);
  const there = await readRemoteRefs(tree.git, remote, [refOf(branch)]);
  if (there.get(refOf(branch)) === head) return;
  throw new UserError(
    `"${shownRemote(remote)}" does not show the queue${outcome.kind === "refused" ? `: ${outcome.said}` : ""}; the branches are public, but no mail was sent`,
    { hint: "mend that and run: longarm publish; it goes on where it was", exitCode: 3 },
  );
}

function isRecorded(tree: Tree, { id }: PendingPublish): boolean {
  return readLedger(tree).some((event) => event.kind === "published" && event.publish === id);
}

async function record(world: World, tree: Tree, plan: PendingPublish): Promise<void> {
  const moved = plan.refs.flatMap(({ ref, before: old, commit }) =>
    isBranch(ref) && commit !== null ? [{ name: branchOf(ref), old, commit }] : [],
  );
  const branches = Object.fromEntries(moved.map(({ name, commit }) => [name, commit]));
  const before = Object.fromEntries(moved.map(({ name, old }) => [name, old]));
  const names = moved.map(({ name }) => name);
  await runOperation(
    {
      dir: tree.dir,
      privateDir: tree.privateDir,
      git: tree.git,
      now: world.now(),
      by: await personOf(tree),
      step: world.step,
    },
    {
      summary: `publish: ${names.length === 0 ? "queue" : names.join(", ")}`,
      files: mapFiles(tree, plan.map === null ? [] : [plan.map]),
      events: [
        {
          kind: "published",
          publish: plan.id,
          remote: plan.remote === null ? null : shownRemote(plan.remote),
          queue: plan.queueRemote === null ? null : shownRemote(plan.queueRemote),
          branches,
          before,
          map: plan.map?.path ?? null,
          notices: plan.messageIds,
        },
      ],
      notices: [],
    },
  );
}

const HEADS = "refs/heads/";

function refOf(branch: string): string {
  return `${HEADS}${branch}`;
}

function isBranch(ref: string): boolean {
  return ref.startsWith(HEADS);
}

function branchOf(ref: string): string {
  return ref.slice(HEADS.length);
}
