// What a publishing would do: which refs move over there and from where, which mails it sets free. It pushes nothing.
import { BELOW } from "#model/branches";
import { bytesOf, UserError } from "#model/bytes";
import { builtBranchesOf, publishedBranchesOf } from "#model/ledger";
import type { LedgerEvent } from "#model/ledger";
import { contentDigest } from "#model/notices";
import type { CommitId, Git } from "#io/git";
import { parseCommitId, readRemoteRefs, shownRemote } from "#io/git";
import type { PendingPublish, SendingConfig, Tree } from "#io/store";
import { readLedger } from "#io/store";
import { belowNames, belowRefs } from "./below.ts";
import { operationCommits } from "./operation-commits.ts";
import { readOutbox } from "./outbox.ts";
import { publicMap } from "./public-map.ts";
import { refuseRewriting } from "./rewriting.ts";
import type { World } from "./world.ts";

/** Where a tree publishes to. */
export type Target = NonNullable<SendingConfig["publish"]>;

/** What there is to publish; null when everything is public. Throws UserError when the remotes are not as this tree left them. */
export async function planPublish(
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
export async function queueAt(tree: Tree, remote: string, branch: string): Promise<CommitId | null> {
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

const HEADS = "refs/heads/";

/** The full name of a branch, as of its ref. */
export function refOf(branch: string): string {
  return `${HEADS}${branch}`;
}

/** Whether a full name is a branch's. */
export function isBranch(ref: string): boolean {
  return ref.startsWith(HEADS);
}

/** The branch of a full name. */
export function branchOf(ref: string): string {
  return ref.slice(HEADS.length);
}
