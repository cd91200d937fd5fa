// What the last build made of each patch: its commit. From the memory of builds, which may be gone, else from the branches.
import { builtOnOf } from "#model/ledger";
import type { LedgerEvent } from "#model/ledger";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { BuildMemory, Tree } from "#io/store";
import { readBuildMemory, readPatches } from "#io/store";

/** One branch as the last build left it. */
export interface LastBranch {
  readonly name: string;
  readonly base: CommitId;
  readonly tip: CommitId;
  /** Names of the branches that it starts from, directly or not, and so holds. */
  readonly below: readonly string[];
}

export interface LastBuild {
  readonly branches: readonly LastBranch[];
  /** Patches that are not in them are missing. */
  readonly commits: ReadonlyMap<PatchName, CommitId>;
}

/** Commits of one branch that are looked through when the memory is gone. */
const MAX_COMMITS = 20_000;

/** The last build of the tree. `patches` are the parsed patch files and `memory` what is remembered, where the caller has them. */
export async function lastBuildOf(
  tree: Tree,
  source: Git,
  events: readonly LedgerEvent[],
  queue: readonly QueuedPatch[],
  patches: ReadonlyMap<PatchName, PatchFile> | null,
  memory: BuildMemory | null = null,
): Promise<LastBuild> {
  const built = builtOnOf(events);
  const branches = tree.config.branches.flatMap(({ name }): LastBranch[] => {
    const one = built.get(name);
    const [base, tip] = [parseCommitId(one?.base ?? ""), parseCommitId(one?.commit ?? "")];
    return base === null || tip === null ? [] : [{ name, base, tip, below: belowOf(tree, name) }];
  });
  const commits = new Map<PatchName, CommitId>();
  const tips = new Set<string>();
  for (const { result } of Object.values(memory ?? readBuildMemory(tree.privateDir) ?? {}).flat()) {
    tips.add(String(result.tip));
    const commit = parseCommitId(String(result.tip));
    const made = !["rejected", "not tried", "empty"].includes(result.outcome);
    if (made && commit !== null) commits.set(result.name, commit);
  }
  // A branch that ends elsewhere than the memory says was built without being remembered.
  const forgotten = branches.filter(({ base, tip }) => tip !== base && !tips.has(tip));
  const titles = forgotten.length === 0 ? [] : titlesOf(queue, patches ?? readPatches(tree, queue));
  for (const { base, tip } of forgotten) {
    if ((await source.find(tip)) === null || (await source.find(base)) === null) continue;
    const log = await source.log(tip, { not: [base], reverse: true, limit: MAX_COMMITS });
    for (const [name, commit] of inOrder(log, titles)) commits.set(name, commit);
  }
  return { branches, commits };
}

function belowOf(tree: Tree, name: string): string[] {
  const start = tree.config.branches.find((branch) => branch.name === name)?.start ?? null;
  return start === null ? [] : [start, ...belowOf(tree, start)];
}

type Titles = readonly { readonly name: PatchName; readonly title: string }[];

/** What the commits of patches are called; one without a title is called by its file name. */
function titlesOf(queue: readonly QueuedPatch[], patches: ReadonlyMap<PatchName, PatchFile>): Titles {
  return queue.map(({ name }) => {
    const title = patches.get(name)?.title ?? name.replace(/^.*\//, "").replace(/\.(?:patch|diff)$/, "");
    return { name, title: title.replace(/\s+/g, " ").trim() };
  });
}

/** Commits stand in the order of the queue, so each is the next patch of its title behind the one before; others are not known. */
function inOrder(
  log: readonly { readonly id: CommitId; readonly subject: string }[],
  titles: Titles,
): (readonly [PatchName, CommitId])[] {
  const places = new Map<string, number[]>();
  for (const [index, { title }] of titles.entries()) places.set(title, [...(places.get(title) ?? []), index]);
  const found: (readonly [PatchName, CommitId])[] = [];
  let at = -1;
  for (const { id, subject } of log) {
    const next = places.get(subject.replace(/\s+/g, " ").trim())?.find((index) => index > at);
    const patch = next === undefined ? undefined : titles[next];
    if (next === undefined || patch === undefined) continue;
    found.push([patch.name, id]);
    at = next;
  }
  return found;
}
