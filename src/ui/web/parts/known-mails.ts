// Where a mail is found that the tree's own archives do not have, but that its ledger speaks of: the archive that its Link: trailers name.
import type { TreeView } from "#app";

/** The address of the mail there; null when the ledger does not know it, or no such archive is named. */
export function elsewhere(view: TreeView, messageId: string): string | null {
  const { link } = view.tree.config.patches;
  if (!/^https?:\/\//.test(link) || !mailsOf(view).has(messageId)) return null;
  return `${link}${encodeURIComponent(messageId)}`;
}

const known = new WeakMap<TreeView, ReadonlySet<string>>();

/** Every Message-ID that the ledger has. */
function mailsOf(view: TreeView): ReadonlySet<string> {
  const found = known.get(view) ?? new Set(view.events.flatMap(idsIn));
  known.set(view, found);
  return found;
}

/** Those in an event, at whatever depth: of where a patch came from, of tags, of notices. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    typeof one === "string" ? (key === "messageId" || key === "posting" ? [one] : []) : idsIn(one),
  );
}
