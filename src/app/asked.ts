// Which patches a person means who names them by file name, Message-ID, commit or subject: reads what the model's search needs.
import { findAsked, looksLikeCommit, messageIdsOf } from "#model/answers";
import type { Asked } from "#model/answers";
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { placedPatches, typedName } from "#model/queue";
import { readQueue } from "#io/store";
import type { Tree } from "#io/store";
import { patchCommits } from "./patch-commits.ts";
import type { KnownPatch } from "./rows.ts";
import { everyPatch, knownQueued } from "./rows.ts";
import { openSource } from "./source.ts";
import type { TreeView } from "./view.ts";

export interface AskedPatches {
  readonly by: Asked;
  /** At least one; the queue first. */
  readonly patches: readonly KnownPatch[];
}

/** The patches that `text` means, queued ones and such that left. Throws UserError with similar names when there is none. */
export async function askedPatches(tree: Tree, events: readonly LedgerEvent[], text: string): Promise<AskedPatches> {
  const wanted = typedName(text);
  const named = placedPatches(readQueue(tree).queue).find(({ name }) => name === wanted || name === `${wanted}.patch`);
  // A damaged patch file elsewhere keeps nobody from looking at this one.
  if (named !== undefined) return { by: "name", patches: [knownQueued(tree, events, named)] };
  return await askedAmong({ tree, patches: everyPatch(tree, events), commits: () => patchCommits(tree, events) }, text);
}

/** The same among patches that were read before, such as those of a view; `commits` is called only for what looks like a commit. */
export async function askedAmong(
  { tree, patches: known, commits: readCommits }: Pick<TreeView, "tree" | "patches" | "commits">,
  text: string,
): Promise<AskedPatches> {
  const commits = looksLikeCommit(text) ? await readCommits() : null;
  const candidates = known.map(({ row: { name, title }, life, queued }) => ({
    name,
    names: life.names,
    title,
    messageIds: messageIdsOf(life),
    commits: [
      ...(commits?.now.get(name) === undefined ? [] : [commits.now.get(name) ?? ""]),
      ...[name, ...life.names].flatMap((one) => commits?.before.get(one) ?? []),
      ...life.landings.map(({ commit }) => commit),
    ],
    queued: queued !== null,
  }));
  let found = findAsked(text, candidates);
  if (found.kind === "unknown" && commits !== null) {
    // A commit of an earlier build, or of somebody else, is known by its subject.
    const subject = await subjectOf(tree, text);
    const bySubject = subject === null ? found : findAsked(subject, candidates);
    if (bySubject.kind === "found" && bySubject.by === "subject") found = { ...bySubject, by: "commit" };
  }
  if (found.kind === "found") {
    const names = new Set(found.names);
    return { by: found.by, patches: known.filter(({ row }) => names.has(row.name)) };
  }
  throw new UserError(`no patch "${text}" in the queue, and none that left`, {
    hint: found.near.length > 0 ? `did you mean ${found.near.join(" or ")}?` : 'list the queue with "longarm list"',
  });
}

async function subjectOf(tree: Tree, commit: string): Promise<string | null> {
  try {
    await using source = await openSource(tree);
    const id = await source.find(commit);
    const [entry] = id === null ? [] : await source.log(id, { limit: 1 });
    return entry?.subject ?? null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
