// Which patches of the tree came from which mail: what postings and mails say of themselves beside their text.
import type { KnownPatch } from "./rows.ts";
import type { TreeView } from "./view.ts";

/** A patch that a mail brought. */
export interface BroughtPatch {
  readonly known: KnownPatch;
  /** Whether it is the version that the patch has now, or had when it left; else a later one took its place. */
  readonly isLast: boolean;
}

const BROUGHT = new WeakMap<TreeView["patches"], ReadonlyMap<string, readonly BroughtPatch[]>>();

/** Message-ID of a patch mail to the patches that it brought, those of the queue first. */
export function patchesByMail({ patches }: Pick<TreeView, "patches">): ReadonlyMap<string, readonly BroughtPatch[]> {
  const before = BROUGHT.get(patches);
  if (before !== undefined) return before;
  const found = new Map<string, BroughtPatch[]>();
  for (const known of patches) {
    const { arrivals } = known.life;
    const own = new Map<string, boolean>();
    for (const [index, { origin }] of arrivals.entries())
      if (origin.kind === "mail") own.set(origin.messageId, index === arrivals.length - 1);
    for (const [messageId, isLast] of own) {
      const list = found.get(messageId);
      if (list === undefined) found.set(messageId, [{ known, isLast }]);
      else list.push({ known, isLast });
    }
  }
  BROUGHT.set(patches, found);
  return found;
}
