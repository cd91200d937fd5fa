// Mails that were put aside and should wait again, because of what another clone did: an undo puts back what it must in its own
// operation, but one that came here by sync knew nothing of the mails of this clone.
import { operationsOf } from "#model/ledger";
import type { Tree } from "#io/store";
import { mailNames, placeMail, readLedger, readOutboxLog } from "#io/store";
import { operationOf } from "./operation-commits.ts";

/** Puts them back; the caller holds the tree's lock. Does nothing when there is none. */
export function restoreMails(tree: Tree): void {
  const aside = mailNames(tree.privateDir, "withdrawn");
  if (aside.length === 0) return;
  const standing = new Set<string>(
    operationsOf(readLedger(tree)).flatMap(({ id, undoneBy }) => (undoneBy === null ? [id] : [])),
  );
  const stands = (name: string): boolean => standing.has(operationOf(name) ?? "");
  const groups = new Map<string, readonly string[]>();
  for (const line of readOutboxLog(tree.privateDir)) {
    if (line.do === "cancel") for (const name of line.mails) groups.set(name, line.mails);
  }
  for (const name of aside) {
    // Mails that cancelled each other stay where they are as long as all of them would.
    const others = (groups.get(name) ?? []).filter((other) => other !== name);
    const isCancelled = others.length > 0 && others.every(stands);
    if (stands(name) && !isCancelled) placeMail(tree.privateDir, name, "withdrawn", "waiting");
  }
}
