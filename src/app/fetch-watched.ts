// Fetches what is watched into the source repository's remote-tracking refs, with git's own settings of each remote.
import { textOf, UserError } from "#model/bytes";
import type { Git } from "#io/git";
import type { WatchedRef } from "#io/store";
import type { World } from "./world.ts";

/** Milliseconds for one remote; a kernel that nobody fetched for a year takes minutes. */
const TIMEOUT = 30 * 60_000;

/** Fetches each remote once. A branch of no remote is local, and somebody else keeps it. */
export async function fetchWatched(world: World, source: Git, watch: readonly WatchedRef[]): Promise<void> {
  const remotes = textOf((await source.run(["remote"])).stdout)
    .split("\n")
    .filter((name) => name !== "");
  const wanted = new Set(watch.flatMap(({ ref, remote }) => remote ?? remoteOf(ref, remotes) ?? []));
  for (const remote of wanted) {
    if (remote.startsWith("-")) throw new UserError(`no remote can be called "${remote}"`);
    world.progress(`fetching ${remote}`);
    const { exitCode, stderr } = await source.run(
      ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", remote],
      {
        timeout: TIMEOUT,
        exitCodes: [0, 1, 128],
      },
    );
    if (exitCode === 0) continue;
    throw new UserError(`cannot fetch "${remote}": ${stderr.split("\n", 1)[0] ?? ""}`, {
      hint: "look at the remotes of the source repository, or leave out --fetch",
      exitCode: 1,
    });
  }
}

function remoteOf(ref: string, remotes: readonly string[]): string | null {
  const name = ref.replace(/^refs\/remotes\//, "");
  const found = remotes.filter((remote) => name.startsWith(`${remote}/`));
  // A remote may have a name with a slash in it; the longest is meant.
  return found.toSorted((one, other) => other.length - one.length)[0] ?? null;
}
