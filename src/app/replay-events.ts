// The ledger events that one clone has and the other one has not, and which patches they are about.
import { byteString, fromByteString, noBytes } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { parseEvents } from "#model/ledger";
import type { PatchName } from "#model/queue";
import { typedName } from "#model/queue";
import type { CommitId, Git } from "#io/git";

/** Ledger events that one commit has and an earlier one has not. */
export async function eventsBetween(git: Git, before: CommitId, after: CommitId): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (const { path } of await git.diffNames(before, after)) {
    if (!path.startsWith("ledger/")) continue;
    const known = new Set(byteString((await git.readFile(before, path)) ?? noBytes).split("\n"));
    const added = byteString((await git.readFile(after, path)) ?? noBytes)
      .split("\n")
      .filter((line) => !known.has(line));
    events.push(...parseEvents(fromByteString(added.join("\n"))).events);
  }
  return events;
}

/** Events of patches with one of these names, before a renaming or behind it. */
export function eventsAbout(events: readonly LedgerEvent[], names: ReadonlySet<string>): LedgerEvent[] {
  return events.filter(
    (event) => "patch" in event && (names.has(event.patch) || (event.kind === "renamed" && names.has(event.from))),
  );
}

/** The patches that events name. */
export function namesIn(events: readonly LedgerEvent[]): Set<PatchName> {
  return new Set(events.flatMap((event) => ("patch" in event ? [typedName(event.patch) as PatchName] : [])));
}

/** Patches that are held or released: that stands in the ledger only. */
export function heldIn(events: readonly LedgerEvent[]): Set<PatchName> {
  return namesIn(events.filter(({ kind }) => kind === "held" || kind === "released"));
}
