// Other repositories: what their branches are, and moving several of them at once. It fetches nothing and knows no remote by name.
import { textOf, UserError } from "#model/bytes";
import type { CommitId } from "./ids.ts";
import { parseCommitId } from "./ids.ts";
import type { GitOutput, RunOptions } from "./run.ts";

/** The part of an open repository that is needed here. */
interface Runs {
  run(args: readonly string[], options?: RunOptions): Promise<GitOutput>;
}

/** One ref to move over there. */
export interface RemoteUpdate {
  /** The full name: `refs/heads/main`. */
  readonly ref: string;
  /** Null to delete it. */
  readonly new: CommitId | null;
  /** What it must be there now; null for "must not exist". */
  readonly old: CommitId | null;
}

/** `moved`: the remote has something else than expected, or refuses; nothing moved there. */
export type PushOutcome = { readonly kind: "pushed" } | { readonly kind: "refused"; readonly said: string };

/** Milliseconds: to ask, and to send what may be a whole kernel. */
export const REMOTE_LIMITS = { ask: 120_000, push: 3_600_000 } as const;

/**
 * What the refs are at the remote now; one that is not there is missing. A name that ends with `/*` stands for all below it.
 * Throws UserError when the remote cannot be reached.
 */
export async function readRemoteRefs(
  git: Runs,
  remote: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, CommitId>> {
  refuseOption(remote);
  const { exitCode, stdout, stderr } = await git.run(["ls-remote", "--", remote, ...refs], {
    exitCodes: [0, 128],
    timeout: REMOTE_LIMITS.ask,
  });
  if (exitCode !== 0) throw unreachable(remote, stderr);
  const wanted = new Set(refs);
  const below = refs.filter((ref) => ref.endsWith("/*")).map((ref) => ref.slice(0, -1));
  const found = new Map<string, CommitId>();
  for (const line of textOf(stdout).split("\n")) {
    const [id = "", ref = ""] = line.split("\t");
    const commit = parseCommitId(id);
    if (commit !== null && (wanted.has(ref) || below.some((start) => ref.startsWith(start)))) found.set(ref, commit);
  }
  return found;
}

/**
 * Moves all refs at the remote in one transaction or none (`--atomic`), each only from where it is said to be (`--force-with-lease`).
 * Whether it worked is best asked of {@link readRemoteRefs} afterwards: a connection can break behind the last step.
 */
export async function pushRefs(git: Runs, remote: string, updates: readonly RemoteUpdate[]): Promise<PushOutcome> {
  refuseOption(remote);
  if (updates.length === 0) return { kind: "pushed" };
  const args = [
    "push",
    "--atomic",
    "--porcelain",
    "--no-verify",
    ...updates.map(({ ref, old }) => `--force-with-lease=${ref}:${old ?? ""}`),
    "--",
    remote,
    ...updates.map(({ ref, new: commit }) => `${commit ?? ""}:${ref}`),
  ];
  const { exitCode, stdout, stderr } = await git.run(args, { exitCodes: [0, 1, 128], timeout: REMOTE_LIMITS.push });
  if (exitCode === 0) return { kind: "pushed" };
  const refusals = textOf(stdout)
    .split("\n")
    .flatMap((line) => {
      const [flag, names = "", why = ""] = line.split("\t");
      return flag === "!"
        ? [`${names.replace(/^[^:]*:refs\/heads\//, "")}: ${why.replace(/^\[rejected\] |[()]/g, "")}`]
        : [];
    });
  if (refusals.length > 0) return { kind: "refused", said: refusals.join("; ") };
  throw unreachable(remote, stderr);
}

/** The remote without a name and password in it, for messages and the ledger. */
export function shownRemote(remote: string): string {
  return remote.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

function refuseOption(remote: string): void {
  if (remote.startsWith("-") || remote === "")
    throw new UserError(`"${remote}" is no remote`, { hint: "write its address or path" });
}

function unreachable(remote: string, stderr: string): UserError {
  const said = (/^(?:fatal|error|ssh): .*$/m.exec(stderr)?.[0] ?? stderr.split("\n", 1)[0] ?? "").replaceAll(
    remote,
    shownRemote(remote),
  );
  return new UserError(`the remote "${shownRemote(remote)}" does not answer: ${shownRemote(said)}`, {
    hint: "look at [publish] in longarm.toml, and whether git can reach it; run this command again then",
    exitCode: 3,
  });
}
