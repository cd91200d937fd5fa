// The tree's repository and its source repository as those see them who fetch over HTTP: repositories of our own that borrow the
// objects and have the refs which are meant for everybody. Nothing is written to, or configured in, those behind them.
import { join } from "node:path";
import { BELOW, FOLDED } from "#model/branches";
import { byteString } from "#model/bytes";
import type { BackendAnswer, BackendRequest, Git, ShownRefs } from "#io/git";
import { makeScratch, runHttpBackend, showRefs } from "#io/git";
import type { Tree } from "#io/store";
import { belowNames } from "./below.ts";
import { openSource } from "./source.ts";
import type { TreeView } from "./view.ts";

export type { BackendAnswer } from "#io/git";

/** `source` has the branches that the tree builds, `tree` the queue itself. */
export type ServedRepository = "source" | "tree";

/** The repositories as they are served, until it is closed. */
export interface GitServer extends AsyncDisposable {
  /** Answers one request from the repository as it is now. Throws UserError when that cannot be read. */
  answer(
    view: TreeView,
    repository: ServedRepository,
    request: BackendRequest,
    signal: AbortSignal,
  ): Promise<BackendAnswer>;
}

/** A repository of ours, and what it borrows from. */
interface Front {
  readonly behind: string;
  readonly git: Git;
}

/** Makes each repository when it is first asked for, below `.longarm`; nothing of them is kept when the server ends. */
export function openGitServer(): GitServer {
  const fronts = new Map<ServedRepository, Front>();
  const running = new Set<BackendAnswer>();
  let last: Promise<unknown> = Promise.resolve();
  const frontOf = async (tree: Tree, name: ServedRepository, behind: Git): Promise<Git> => {
    const known = fronts.get(name);
    if (known?.behind === behind.commonDir) return known.git;
    const git = await makeScratch(join(tree.privateDir, "served", name), behind);
    fronts.set(name, { behind: behind.commonDir, git });
    await known?.git.close();
    return git;
  };
  const refreshed = async (view: TreeView, name: ServedRepository): Promise<Git> => {
    if (name === "tree") {
      const front = await frontOf(view.tree, name, view.tree.git);
      showRefs(front, await treeRefs(view.tree.git));
      return front;
    }
    await using source = await openSource(view.tree);
    const front = await frontOf(view.tree, name, source);
    showRefs(front, await sourceRefs(view, source));
    return front;
  };
  return {
    async answer(view, name, request, signal) {
      // One after the other: two that write the same files would leave those of the slower one.
      const turn = last.then(() => refreshed(view, name));
      last = turn.catch(() => undefined);
      const answer = await runHttpBackend(await turn, request, signal);
      running.add(answer);
      return {
        ...answer,
        end() {
          running.delete(answer);
          answer.end();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const answer of running) answer.end();
      await last;
      for (const { git } of fronts.values()) await git.close();
    },
  };
}

/** Branches and tags; what the maintainer put aside or fetched stays with him. */
async function treeRefs(git: Git): Promise<ShownRefs> {
  const refs = await refsOf(git, ["refs/heads", "refs/tags"]);
  const { stdout, exitCode } = await git.run(["symbolic-ref", "--quiet", "HEAD"], { exitCodes: [0, 1] });
  return { refs, head: exitCode === 0 ? byteString(stdout).trim() : await git.resolve("HEAD") };
}

/** What builds of this tree wrote, and the tags of its base; not what else the repository has. */
async function sourceRefs({ tree: { config }, events }: TreeView, source: Git): Promise<ShownRefs> {
  const names = [...config.branches, ...config.merges].map(({ name }) => name);
  const own = names.flatMap((name) => [`refs/heads/${name}`, `${FOLDED}${name}`]);
  const below = belowNames(events);
  const found = await refsOf(source, [...own, BELOW]);
  const refs = new Map([...found].filter(([ref]) => own.includes(ref) || below.has(ref)));
  const base = await source.find(config.source.base);
  if (base !== null) for (const [ref, id] of await tagsAt(source, base)) refs.set(ref, id);
  const wanted = [config.merges.at(-1)?.name, config.entry, ...names.toReversed()].map((name) => `refs/heads/${name}`);
  return { refs, head: wanted.find((ref) => refs.has(ref)) ?? `refs/heads/${config.entry}` };
}

async function tagsAt(source: Git, commit: string): Promise<ReadonlyMap<string, string>> {
  return await refsOf(source, [`--points-at=${commit}`, "refs/tags"]);
}

/** Full names to object ids; of a tag, the tag's. */
async function refsOf(git: Git, patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await git.run(["for-each-ref", "--format=%(objectname) %(refname)", ...patterns]);
  const lines = byteString(stdout)
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]));
}
