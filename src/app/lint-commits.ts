// The commits that `Fixes:` trailers name, for lint: whether each is there, its subject, and whether it will keep its id.
import type { NamedCommit } from "#checks/lint";
import { FIXES, fixesTags } from "#checks/lint";
import { byteString, bytesOf, fromByteString, textOf } from "#model/bytes";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import type { Tree } from "#io/store";
import { baseOf } from "./plan-queue.ts";

/** Commits that are looked up for one run. */
const MAX_COMMITS = 5000;

/** What is known of each id as written, and a sentence when ids cannot be judged because the repository has no history. */
export async function fixedCommits(
  tree: Tree,
  source: Git,
  asked: readonly QueuedPatch[],
  files: ReadonlyMap<PatchName, PatchFile>,
): Promise<{ readonly commits: ReadonlyMap<string, NamedCommit>; readonly untold: string | null }> {
  const values = asked.flatMap(({ name }) => files.get(name)?.trailers ?? []).filter(({ key }) => FIXES.test(key));
  const ids = [...new Set(fixesTags(values.map(({ value }) => value)).map(({ id }) => id))].slice(0, MAX_COMMITS);
  const commits = new Map<string, NamedCommit>();
  if (ids.length === 0) return { commits, untold: null };
  const found = new Map<string, CommitId>();
  for (const id of ids) {
    const commit = await source.find(id);
    if (commit !== null) found.set(id, commit);
  }
  const rebased = await rebasedOf(tree, source, [...new Set(found.values())]);
  const whole = found.size === ids.length || (await hasHistory(tree, source));
  for (const id of ids) {
    const commit = found.get(id);
    if (commit !== undefined) {
      const subject = await subjectOf(source, commit);
      commits.set(id, { kind: "known", id: commit, subject, rebased: rebased.get(commit) ?? null });
    } else if (whole) commits.set(id, { kind: "unknown" });
  }
  const missing = ids.length - found.size;
  return {
    commits,
    untold: whole
      ? null
      : `the source repository has no whole history, so ${missing === 1 ? "one commit" : `${missing} commits`} that Fixes: names could not be looked up`,
  };
}

/** Whether commits that are not there can be said not to exist: of a shallow clone or an imported tarball they cannot. */
export async function hasHistory(tree: Tree, source: Git): Promise<boolean> {
  const { stdout } = await source.run(["rev-parse", "--is-shallow-repository"]);
  if (textOf(stdout).trim() === "true") return false;
  return (await source.find(`${await baseOf(tree, source)}^`)) !== null;
}

/** Of the commits that are in branches of this tree only, which are built anew all the time, the name of such a branch. */
async function rebasedOf(
  tree: Tree,
  source: Git,
  commits: readonly CommitId[],
): Promise<ReadonlyMap<CommitId, string>> {
  let left = await notIn(source, commits, await baseOf(tree, source));
  for (const { ref } of tree.config.watch) {
    const tip = await source.find(ref);
    if (tip !== null) left = await notIn(source, left, tip);
  }
  // A branch that takes only folded patches is one whose commits are meant to stay; a merge is made anew by every build.
  const built = [...tree.config.branches.filter(({ enter }) => !enter.folded), ...tree.config.merges];
  const moving = built.map(({ name }) => `refs/heads/${name}`);
  const rebased = new Map<CommitId, string>();
  for (const commit of left) {
    const { stdout } = await source.run(["for-each-ref", "--format=%(refname)", `--contains=${commit}`]);
    const refs = textOf(stdout)
      .split("\n")
      .filter((ref) => ref !== "" && !ref.startsWith("refs/longarm/"));
    const own = moving.find((ref) => refs.includes(ref));
    if (own !== undefined && refs.every((ref) => moving.includes(ref)))
      rebased.set(commit, own.replace("refs/heads/", ""));
  }
  return rebased;
}

/** Of the commits, all of which are there, those that are not among the ancestors of `tip`: one git process. */
export async function notIn(source: Git, commits: readonly CommitId[], tip: CommitId): Promise<CommitId[]> {
  if (commits.length === 0) return [];
  const { stdout } = await source.run(["rev-list", "--stdin"], {
    input: bytesOf([...commits, `^${tip}`].map((line) => `${line}\n`).join("")),
  });
  const outside = new Set(textOf(stdout).split("\n"));
  return commits.filter((commit) => outside.has(commit));
}

async function subjectOf(source: Git, commit: CommitId): Promise<string> {
  for await (const object of source.readObjects([commit])) {
    if (object === null) break;
    const text = byteString(object.content);
    const message = text.slice(text.indexOf("\n\n") + 2).replace(/^\n+/, "");
    return textOf(fromByteString(message.split(/\n[ \t]*\n/, 1)[0] ?? ""))
      .replace(/\s+/g, " ")
      .trim();
  }
  return "";
}
