// What the postings are called that the patches of a view came from: the subjects of their first mails, where the mail index knows
// them. A queue can be shown without: the ledger has Message-IDs only.
import { parseSubject } from "#model/postings";
import { openExistingIndex, subjectOf } from "#io/mail-index";
import type { TreeView } from "./view.ts";

const known = new WeakMap<TreeView, ReadonlyMap<string, string>>();

/** Titles without their prefixes, by the Message-ID of a posting without `<>`; found out once for each view. */
export function postingTitles(view: TreeView): ReadonlyMap<string, string> {
  const found = known.get(view) ?? titlesOf(view);
  known.set(view, found);
  return found;
}

function titlesOf({ tree, patches }: TreeView): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  if (tree.config.mail.archives.length === 0) return titles;
  try {
    using index = openExistingIndex(tree.privateDir);
    for (const { life } of patches) {
      const { origin } = life.state;
      if (origin?.kind !== "mail" || titles.has(origin.posting)) continue;
      const subject = subjectOf(index, origin.posting);
      if (subject !== null) titles.set(origin.posting, parseSubject(subject).title);
    }
  } catch {
    // No index yet, or one that is being made or mended: what it would have said is only missing.
  }
  return titles;
}
