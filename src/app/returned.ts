// Waiting mails about patches that are again as they were before the first of them: nobody need be told. The states are read off
// the tree's own commits, not guessed from kinds of notices; what follows from them is the model's (cancelGroups).
import type { LedgerEvent } from "#model/ledger";
import { contentDigest } from "#model/notices";
import type { Telling, ToldMail } from "#model/outbox";
import { cancelGroups } from "#model/outbox";
import type { PatchName } from "#model/queue";
import { parseSeries, patchesOf, showName } from "#model/queue";
import type { CommitId } from "#io/git";
import type { Tree } from "#io/store";
import { mailNames, patchPath, SERIES_FILE } from "#io/store";
import { operationCommits, operationOf } from "./operation-commits.ts";

/** A waiting mail, as far as it matters here. */
export interface WaitingMail {
  readonly name: string;
  /** File names of the patches that it is about. */
  readonly patches: readonly string[];
  /** It shall go, or may have gone. */
  readonly firm: boolean;
}

/** File names of mails that cancel each other, group by group; `waiting` is in order. */
export async function returnedMails(
  tree: Tree,
  events: readonly LedgerEvent[],
  waiting: readonly WaitingMail[],
): Promise<string[][]> {
  const count = new Map<string, number>();
  for (const patch of waiting.flatMap(({ patches }) => patches)) count.set(patch, (count.get(patch) ?? 0) + 1);
  const several = waiting.filter(({ patches }) => patches.some((patch) => (count.get(patch) ?? 0) > 1));
  const [first] = several;
  if (first === undefined) return [];
  // A patch with one waiting mail keeps that from being cancelled, so each mail is looked at with all its patches.
  const about = new Set(several.flatMap(({ patches }) => patches));
  const mails = [...several, ...goneSince(tree, events, first.name)].toSorted(
    (a, b) => numberOf(a.name) - numberOf(b.name),
  );
  const commits = await operationCommits(tree);
  const states = new Map<CommitId, QueueState>();
  const stateAt = async (commit: CommitId, patch: string): Promise<string | null> => {
    const known = states.get(commit) ?? (await queueAt(tree, commit));
    states.set(commit, known);
    return await stateOf(tree, commit, known, patch);
  };
  const told: ToldMail[] = [];
  for (const { name, patches, firm } of mails) {
    const commit = commits.get(operationOf(name) ?? "");
    const tells: Telling[] = [];
    for (const patch of commit === undefined ? [] : patches) {
      if (!about.has(patch) || commit === undefined) continue;
      tells.push({ patch, before: await stateAt(commit.parent, patch), after: await stateAt(commit.id, patch) });
    }
    told.push({ name, tells, firm });
  }
  const head = await tree.git.resolve("HEAD");
  const now = new Map<string, string | null>();
  for (const patch of about) now.set(patch, await stateAt(head, patch));
  return cancelGroups(told, now);
}

/** Mails that went after the first one waiting: what their operations told is known, and breaks what would cancel each other. */
function goneSince(tree: Tree, events: readonly LedgerEvent[], first: string): WaitingMail[] {
  const names = mailNames(tree.privateDir, "sent").filter((name) => numberOf(name) > numberOf(first));
  if (names.length === 0) return [];
  const announced = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind === "announced") announced.set(event.op, [...(announced.get(event.op) ?? []), event.patch]);
  }
  return names.map((name) => ({ name, patches: announced.get(operationOf(name) ?? "") ?? [], firm: true }));
}

function numberOf(name: string): number {
  return Number(/^\d+/.exec(name)?.[0] ?? 0);
}

type QueueState = ReadonlyMap<string, { readonly name: PatchName; readonly branch: string | null }>;

async function queueAt(tree: Tree, commit: CommitId): Promise<QueueState> {
  const series = await tree.git.readFile(commit, SERIES_FILE);
  if (series === null) return new Map();
  return new Map(patchesOf(parseSeries(series).queue).map((patch) => [showName(patch.name), patch]));
}

/** Branch and bytes of a patch as one text; null when it is not in the series. */
async function stateOf(tree: Tree, commit: CommitId, queue: QueueState, patch: string): Promise<string | null> {
  const placed = queue.get(patch);
  if (placed === undefined) return null;
  const bytes = await tree.git.readFile(commit, patchPath(placed.name));
  return `${placed.branch ?? ""} ${bytes === null ? "" : contentDigest(bytes)}`;
}
