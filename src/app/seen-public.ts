// Which waiting mails tell of what is public: it was seen at the remote, and was not taken back and brought again since. The mail
// of a drop that was undone and redone waits for the next publishing, although an earlier one had set it free.
import type { LedgerEvent } from "#model/ledger";
import type { OutboxLine } from "#model/outbox";
import { operationOf } from "./operation-commits.ts";

/** Says of a mail that the log calls public, by file name and Message-ID, whether it is so now. */
export function seenPublic(
  events: readonly LedgerEvent[],
  lines: readonly OutboxLine[],
): (name: string, messageId: string | null) => boolean {
  const published = new Map<string, number>();
  const takenBack = new Map<string, number>();
  // An undo of an undo is about what the first one took back.
  const meant = new Map<string, string>();
  for (const [index, event] of events.entries()) {
    if (event.kind === "published") for (const id of event.notices) published.set(id, index);
    if (event.kind !== "undone") continue;
    const operation = meant.get(event.undoes) ?? event.undoes;
    meant.set(event.op, operation);
    takenBack.set(operation, index);
  }
  const cancelledWith = new Map<string, readonly string[]>();
  for (const line of lines) {
    if (line.do !== "cancel") continue;
    for (const name of line.mails) cancelledWith.set(name, [...(cancelledWith.get(name) ?? []), ...line.mails]);
  }
  return (name, messageId) => {
    const at = published.get(messageId ?? "") ?? -1;
    const operations = [name, ...(cancelledWith.get(name) ?? [])].map((one) => operationOf(one) ?? "");
    return operations.every((operation) => (takenBack.get(operation) ?? -1) <= at);
  };
}
