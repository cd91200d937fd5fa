// `log`: the ledger; and the choice of one queued patch by its file name, for every command that changes one.
import { UserError } from "#model/bytes";
import type { LedgerEvent, Operation } from "#model/ledger";
import { operationsOf, storyOf } from "#model/ledger";
import type { DisabledPatch, PatchName, QueuedPatch } from "#model/queue";
import { typedName, showName } from "#model/queue";
import type { Tree } from "#io/store";
import { readLedger, ledgerProblems } from "#io/store";
import { askedPatches } from "./asked.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** The queued patch of that file name; UserError with similar names when there is none. */
export function findPatch<P extends QueuedPatch | DisabledPatch>(
  patches: readonly P[],
  name: string,
  events: readonly LedgerEvent[] = [],
): P {
  const wanted = typedName(name);
  const found = patches.find((patch) => patch.name === wanted || patch.name === `${wanted}.patch`);
  if (found) return found;
  const left = events.findLast((event) => event.kind === "dropped" && [name, `${name}.patch`].includes(event.patch));
  if (left?.kind === "dropped") {
    throw new UserError(
      `"${left.patch}" is not in the queue any more: it was dropped on ${left.at.slice(0, 10)}, ${left.reason}`,
      {
        hint: `see what happened to it: longarm log ${left.patch}`,
      },
    );
  }
  const near = patches.map((patch): PatchName => patch.name).filter((other) => other.includes(wanted));
  const hint =
    near.length > 0
      ? `did you mean ${near.slice(0, 5).map(showName).join(" or ")}?`
      : 'list the queue with "longarm list"';
  throw new UserError(`no patch "${name}" in the queue`, { hint });
}

/**
 * The operations of the tree, oldest first; for patches (queued or gone, by file name, Message-ID, commit or subject) with the
 * events about them only. Throws UserError when there is none of that name.
 */
export async function log(world: World, asked: string | null): Promise<Operation[]> {
  return withTree(world, async (tree) => {
    const events = readLedger(tree);
    for (const problem of ledgerProblems(tree)) world.tell(problem);
    const operations = operationsOf(events);
    if (asked === null) return operations;
    const story = new Set((await namesOf(tree, events, asked)).flatMap((name) => storyOf(events, name)));
    if (story.size === 0)
      throw new UserError(`the ledger knows nothing of "${asked}"`, { hint: `see the patch: longarm show ${asked}` });
    return operations
      .map((operation) => ({ ...operation, events: operation.events.filter((event) => story.has(event)) }))
      .filter((operation) => operation.events.length > 0);
  });
}

/** Names that the ledger has a story of; one whose operations were all undone has a story too. */
async function namesOf(tree: Tree, events: readonly LedgerEvent[], asked: string): Promise<readonly string[]> {
  const known = new Set(events.flatMap((event) => ("patch" in event ? [event.patch] : [])));
  const name = [asked, `${asked}.patch`].find((one) => known.has(one));
  if (name !== undefined) return [name];
  return (await askedPatches(tree, events, asked)).patches.map(({ row }) => row.name);
}
