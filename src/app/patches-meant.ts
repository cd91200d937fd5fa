// Which patches a reply is about: the one whose mail or notice it answers, or all of a series when it answers the cover letter.
import type { LedgerEvent } from "#model/ledger";
import type { Message } from "#model/mail";
import type { PatchName } from "#model/queue";
import { placedPatches, showName } from "#model/queue";
import type { Tree } from "#io/store";
import { readLedger, readQueue } from "#io/store";

/** Patches of the queue, and names of those that are meant but not in it any more. */
export interface Meant {
  readonly queued: readonly PatchName[];
  readonly gone: readonly string[];
}

/** What the mail is about, by the nearest mail before it that this tree knows; null when it knows none of them. */
export function patchesMeant(tree: Tree, message: Message): Meant | null {
  const events = readLedger(tree);
  const before = [...(message.inReplyTo === null ? [] : [message.inReplyTo]), ...message.references.toReversed()];
  for (const id of before) {
    const names = namesOf(events, id);
    if (names.size > 0) return placed(tree, events, names);
  }
  return null;
}

function namesOf(events: readonly LedgerEvent[], id: string): Set<string> {
  const single = new Set<string>();
  const whole = new Set<string>();
  for (const event of events) {
    if (event.kind === "announced" && event.messageId === id) single.add(event.patch);
    // A newer revision has mails of its own; those of the one before are still about the patch.
    if ((event.kind !== "queued" && event.kind !== "updated") || event.origin.kind !== "mail") continue;
    if (event.origin.messageId === id) single.add(event.patch);
    else if (event.origin.posting === id) whole.add(event.patch);
  }
  // The first patch of a series without a cover letter names the posting, too; a reply to it is about that patch.
  return single.size > 0 ? single : whole;
}

function placed(tree: Tree, events: readonly LedgerEvent[], names: ReadonlySet<string>): Meant {
  const current = new Set([...names].map((name) => nameNow(events, name)));
  const queue = placedPatches(readQueue(tree).queue).filter(({ name }) => current.has(showName(name)));
  const there = new Set(queue.map(({ name }) => showName(name)));
  return { queued: queue.map(({ name }) => name), gone: [...current].filter((name) => !there.has(name)) };
}

function nameNow(events: readonly LedgerEvent[], name: string): string {
  return events.reduce((now, event) => (event.kind === "renamed" && event.from === now ? event.patch : now), name);
}
