// `publish`: builds, plans (plan-publish.ts), pushes, and only when the remote shows all of that public sets the waiting mails free
// (carry-out-publish.ts) and sends. A note on disk says how far it came, so that a kill between any two steps is finished next time.
import { UserError } from "#model/bytes";
import { showName } from "#model/queue";
import type { Git } from "#io/git";
import { shownRemote } from "#io/git";
import type { PendingPublish, Tree } from "#io/store";
import { readLedger, takeLock, writePendingPublish } from "#io/store";
import type { BuildReport } from "./build.ts";
import { buildTree } from "./build.ts";
import { carryOut, finishPublish } from "./carry-out-publish.ts";
import { lintTree } from "./lint.ts";
import { readOutbox } from "./outbox.ts";
import type { Target } from "./plan-publish.ts";
import { planPublish } from "./plan-publish.ts";
import type { SendReport } from "./send.ts";
import { sendFrom } from "./send.ts";
import { openSource } from "./source.ts";
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
