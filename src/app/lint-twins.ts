// Patches and commits that make the same change, for lint: by patch-id in the queue, and among commits of the base and of
// watched branches that have a patch's subject. `rebase` and `upstream` look for changes under other subjects too.
import type { Twin } from "#checks/lint";
import { textOf } from "#model/bytes";
import { parseDiff, patchId } from "#model/diff";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";
import type { CommitId, Git } from "#io/git";
import { parseCommitId } from "#io/git";
import type { Tree } from "#io/store";
import { baseOf } from "./plan-queue.ts";

/** Newest commits of the base, and of each watched branch, whose subjects are read. */
const MAX_COMMITS = 20_000;
/** Commits whose diffs are compared. */
const MAX_COMPARED = 500;

export async function twinsOf(
  tree: Tree,
  source: Git,
  asked: readonly QueuedPatch[],
  queue: readonly QueuedPatch[],
  files: ReadonlyMap<PatchName, PatchFile>,
): Promise<Map<PatchName, Twin[]>> {
  const twins = new Map<PatchName, Twin[]>(asked.map(({ name }) => [name, []]));
  const ids = new Map<PatchName, string>();
  const byId = new Map<string, PatchName[]>();
  for (const { name } of queue) {
    const diff = files.get(name)?.diff;
    if (diff === undefined || diff.files.length === 0) continue;
    const id = patchId(diff);
    ids.set(name, id);
    byId.set(id, [...(byId.get(id) ?? []), name]);
  }
  for (const { name } of asked) {
    for (const other of byId.get(ids.get(name) ?? "") ?? [])
      if (other !== name) twins.get(name)?.push({ where: "the queue", what: showName(other) });
  }
  const base = await baseOf(tree, source);
  const titles = new Map<string, PatchName[]>();
  for (const { name } of asked) {
    const title = folded(files.get(name)?.title ?? "");
    if (title !== "") titles.set(title, [...(titles.get(title) ?? []), name]);
  }
  const places: { readonly where: string; readonly tip: CommitId; readonly not: CommitId | null }[] = [
    { where: "the base", tip: base, not: null },
  ];
  for (const { ref } of tree.config.watch) {
    const tip = await source.find(ref);
    if (tip !== null) places.push({ where: `"${ref}"`, tip, not: base });
  }
  for (const { where, tip, not } of places) {
    for (const { commit, subject, id } of await commitsWith(source, titles, tip, not)) {
      for (const name of titles.get(subject) ?? []) {
        if (ids.get(name) === id)
          twins.get(name)?.push({ where, what: `commit ${commit.slice(0, 12)} ("${subject}")` });
      }
    }
  }
  return twins;
}

/** Commits with one of the subjects and their patch-ids; those that a later one takes back are left out. */
async function commitsWith(
  source: Git,
  titles: ReadonlyMap<string, unknown>,
  tip: CommitId,
  not: CommitId | null,
): Promise<{ readonly commit: CommitId; readonly subject: string; readonly id: string }[]> {
  const args = ["log", "--no-merges", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%H %s"];
  const range = [tip, ...(not === null ? [] : [`^${not}`]), "--"];
  const { stdout } = await source.run([...args, `--max-count=${MAX_COMMITS}`, ...range]);
  const subjects = new Map<CommitId, string>();
  for (const line of textOf(stdout).split("\n")) {
    const space = line.indexOf(" ");
    const subject = folded(line.slice(space + 1));
    const commit = parseCommitId(line.slice(0, space));
    if (commit !== null && titles.has(subject) && subjects.size < MAX_COMPARED) subjects.set(commit, subject);
  }
  if (subjects.size === 0) return [];
  const greps = [...subjects.keys()].map((id) => `--grep=This reverts commit ${id.slice(0, 12)}`);
  const reverting = await source.run([
    "log",
    "--no-show-signature",
    "--no-color",
    "-F",
    "--format=%B",
    `--max-count=${MAX_COMMITS}`,
    ...greps,
    ...range,
  ]);
  const reverted = textOf(reverting.stdout);
  const found: { commit: CommitId; subject: string; id: string }[] = [];
  for await (const { id: commit, diff } of source.diffsOfCommits([...subjects.keys()], "myers")) {
    if (reverted.includes(`This reverts commit ${commit.slice(0, 12)}`)) continue;
    found.push({ commit, subject: subjects.get(commit) ?? "", id: patchId(parseDiff(diff)) });
  }
  return found;
}

function folded(title: string): string {
  return title.replace(/\s+/g, " ").trim();
}
