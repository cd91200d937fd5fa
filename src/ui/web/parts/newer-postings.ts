// Which of somebody's series have a newer revision than the one that is queued: what an author waits for, and the maintainer forgot.
import type { KnownPatch, PostedRevision, TreeView } from "#app";
import { newerRevision, revisionsSoon } from "#app";

/** A series that has one. */
export interface NewerPosting {
  /** The first of its patches in the queue. */
  readonly patch: string;
  readonly queued: string;
  readonly newer: PostedRevision;
}

/** Series that are looked for; whoever has more in the queue sees the rest on the pages of their patches. */
const MAX_SERIES = 20;

/** Looks for `patience` milliseconds; `isLate` when that was not enough, and asking again gives more. */
export async function newerPostings(
  view: TreeView,
  patches: readonly KnownPatch[],
  patience: number,
): Promise<{ readonly found: readonly NewerPosting[]; readonly isLate: boolean }> {
  const end = performance.now() + patience;
  const series = Map.groupBy(patches, ({ life: { state } }) =>
    state.origin?.kind === "mail" && state.origin.posting !== "" ? state.origin.posting : null,
  );
  series.delete(null);
  const found: NewerPosting[] = [];
  for (const [posting, [first]] of [...series].slice(0, MAX_SERIES)) {
    if (first === undefined || posting === null || first.life.state.origin?.kind !== "mail") continue;
    const posted = await revisionsSoon(view, first.life, Math.max(0, end - performance.now()));
    if (posted === "late") return { found, isLate: true };
    const newer = newerRevision(posted, posting);
    if (newer !== null) found.push({ patch: first.row.name, queued: first.life.state.origin.revision, newer });
  }
  return { found, isLate: false };
}
