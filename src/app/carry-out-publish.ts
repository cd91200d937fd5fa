// Carries a publishing out step by step, each of which first looks whether it was done, so that a kill between any two is finished
// by the next run: push the branches, record it, push the queue, set the mails free.
import { UserError } from "#model/bytes";
import type { CommitId, Git, RemoteUpdate } from "#io/git";
import { parseCommitId, pushRefs, readRemoteRefs, shownRemote } from "#io/git";
import type { PendingPublish, Tree } from "#io/store";
import { appendOutboxLog, readLedger, readPendingPublish, removePendingPublish } from "#io/store";
import { runChange } from "./change.ts";
import { mapFiles } from "./commit-map.ts";
import { at } from "./outbox.ts";
import { branchOf, isBranch, queueAt, refOf } from "./plan-publish.ts";
import type { World } from "./world.ts";

/** Finishes a publishing that was killed. If no branch had moved at the remote, it did not happen, and is planned anew. */
export async function finishPublish(world: World, tree: Tree, source: Git): Promise<PendingPublish | null> {
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
export async function carryOut(world: World, tree: Tree, source: Git, plan: PendingPublish): Promise<void> {
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
  await runChange(world, tree, {
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
  });
}
