// Patches about which several notices wait, while they are again as they were before the first of these: nobody need be told.
// Dropped and added again, added and dropped again, moved up and back.
import type { Bytes } from "#model/bytes";
import { equalBytes, textOf } from "#model/bytes";
import { parseSeries, patchesOf, showName } from "#model/queue";
import type { CommitId } from "#io/git";
import { parseCommitId } from "#io/git";
import type { Tree } from "#io/store";
import { patchPath, SERIES_FILE } from "#io/store";
import type { OutboxMail } from "./outbox.ts";

/** Operations looked through for those whose mails wait. */
const MAX_OPERATIONS = 100_000;

/** File names of the patches that are again in the branch, and with the bytes, that they had before their first waiting notice. */
export async function returnedPatches(tree: Tree, mails: readonly OutboxMail[]): Promise<ReadonlySet<string>> {
  const waiting = new Map<string, string[]>();
  for (const { facts, place } of mails) {
    if (place !== "waiting" || facts.patch === null) continue;
    waiting.set(facts.patch, [...(waiting.get(facts.patch) ?? []), facts.name]);
  }
  const several = [...waiting].filter(([, names]) => names.length > 1);
  const returned = new Set<string>();
  if (several.length === 0) return returned;
  const parents = await operationParents(tree);
  const head = await tree.git.resolve("HEAD");
  for (const [patch, [first = ""]] of several) {
    const parent = parents.get(/^\d+-([0-9a-f]{12})-/.exec(first)?.[1] ?? "");
    if (parent === undefined) continue;
    // What somebody was told since then is no longer what they knew before it.
    const toldSince = mails.some(
      ({ facts, log }) => facts.patch === patch && (log?.accepted.size ?? 0) > 0 && facts.name >= first,
    );
    if (!toldSince && isSame(await stateAt(tree, parent, patch), await stateAt(tree, head, patch))) returned.add(patch);
  }
  return returned;
}

interface PlacedPatch {
  readonly branch: string | null;
  readonly bytes: Bytes | null;
}

/** Null when the patch is not in the series of that commit. */
async function stateAt(tree: Tree, commit: CommitId, patch: string): Promise<PlacedPatch | null> {
  const series = await tree.git.readFile(commit, SERIES_FILE);
  const placed =
    series === null ? undefined : patchesOf(parseSeries(series).queue).find(({ name }) => showName(name) === patch);
  if (placed === undefined) return null;
  return { branch: placed.branch, bytes: await tree.git.readFile(commit, patchPath(placed.name)) };
}

function isSame(before: PlacedPatch | null, now: PlacedPatch | null): boolean {
  if (before === null || now === null) return before === now;
  const same =
    before.bytes === null || now.bytes === null ? before.bytes === now.bytes : equalBytes(before.bytes, now.bytes);
  return same && before.branch === now.branch;
}

/** Operation id to the commit before its own. */
async function operationParents(tree: Tree): Promise<ReadonlyMap<string, CommitId>> {
  const { stdout } = await tree.git.run([
    "log",
    `--max-count=${MAX_OPERATIONS}`,
    "--format=%P %(trailers:key=Operation,valueonly,separator=%x20)",
    "HEAD",
  ]);
  const parents = new Map<string, CommitId>();
  for (const line of textOf(stdout).split("\n")) {
    const [parent = "", operation = ""] = line.split(" ");
    const commit = parseCommitId(parent);
    if (commit !== null && operation !== "") parents.set(operation, commit);
  }
  return parents;
}
