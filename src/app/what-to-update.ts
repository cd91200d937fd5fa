// Which revision an update takes, and which patches of the queue it replaces. It reads mails and the queue and changes nothing.
import { UserError } from "#model/bytes";
import type { Origin, PatchState } from "#model/ledger";
import { printRevision } from "#model/postings";
import { placedPatches, showName } from "#model/queue";
import type { Tree } from "#io/store";
import { readQueue } from "#io/store";
import { findMail } from "./find-mail.ts";
import type { FoundPosting } from "./postings.ts";
import { postingOf } from "./postings.ts";
import type { UpdateRequest } from "./update.ts";
import type { World } from "./world.ts";

/** A patch of the queue with its branch. */
export type Placed = ReturnType<typeof placedPatches>[number];

/** The revision to take and the patches of the queue that it replaces, in queue order. */
export async function whatToUpdate(
  world: World,
  tree: Tree,
  { target, to, from }: UpdateRequest,
  states: ReadonlyMap<string, PatchState>,
): Promise<{ readonly found: FoundPosting; readonly old: readonly Placed[] }> {
  const placed = placedPatches(readQueue(tree).queue);
  const named = placed.find(({ name }) => [target, `${target}.patch`].includes(showName(name)));
  const origin = named === undefined ? null : (states.get(showName(named.name))?.origin ?? null);
  if (named !== undefined && origin?.kind !== "mail") {
    throw new UserError(`"${showName(named.name)}" did not come by mail, so it has no revisions`, {
      hint: "change it with: longarm edit, or drop it and add another one",
    });
  }
  const start = origin?.kind === "mail" ? origin.messageId : target;
  const postings = await findMail(world, tree, from, start);
  for (const problem of postings.problems) world.tell(problem);
  const { posting: startPosting, chain } = postingOf(postings, start);
  const ids = new Set(chain.postings.map(({ id }) => id));
  const old = placed.filter(({ name }) => {
    const posted = postingIdOf(states.get(showName(name))?.origin);
    return posted !== null && [...ids].some((id) => id === posted);
  });
  if (old.length === 0) {
    throw new UserError(`no revision of "${startPosting.subject}" is queued`, {
      hint: `queue it with: longarm add ${startPosting.id ?? ""}`,
    });
  }
  const queued = new Set(old.map(({ name }) => postingIdOf(states.get(showName(name))?.origin)));
  const newest = chain.postings.at(-1) ?? startPosting;
  const chosen = to !== null ? postingOf(postings, to).posting : queued.has(startPosting.id) ? newest : startPosting;
  if (!chain.postings.includes(chosen)) {
    throw new UserError(`"${to ?? ""}" is no revision of "${startPosting.subject}"`, {
      hint: `if it is one, say so with: longarm mail link ${to ?? ""} ${startPosting.id ?? ""}`,
    });
  }
  if (queued.size === 1 && queued.has(chosen.id)) {
    throw new UserError(
      `${printRevision(chosen.revision)} of "${chosen.subject}" is what is queued, and the newest that is known`,
      {
        hint: "read what is new with: longarm mail sync",
      },
    );
  }
  return { found: { posting: chosen, chain }, old };
}

function postingIdOf(origin: Origin | null | undefined): string | null {
  return origin?.kind === "mail" ? origin.posting : null;
}
