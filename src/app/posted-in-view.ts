// Which revisions of a patch's series were posted, for pages that are looked at again and again: found once for what the mail index
// knows. Commands ask revisions.ts, which opens the index for itself.
import type { Life } from "#model/answers";
import { mailStamp } from "#io/store";
import type { MailReader } from "./mail-reader.ts";
import { settingsFrom } from "./postings.ts";
import { postingInView } from "./read-thread.ts";
import type { PostedRevision } from "./revisions.ts";
import { revisionsIn } from "./revisions.ts";
import type { TreeView } from "./view.ts";

/** Series whose revisions are kept at hand. */
const MAX_KEPT = 2000;

/** What was posted: null when the tree has no index, or that no such mail. */
type Posted = readonly PostedRevision[] | null;

interface Known {
  /** What it all was found in. */
  readonly stamp: string;
  /** By the posting that brought a patch. */
  readonly series: Map<string, Promise<Posted>>;
}

const KNOWN = new WeakMap<MailReader, Known>();

/**
 * All revisions of the series that a patch came from, oldest first. All mails of a series are read for the first of its patches that is
 * asked for since the last mail came: a tenth of a second for a hundred.
 */
export async function revisionsInView(view: TreeView, { state: { origin } }: Life): Promise<Posted> {
  if (view.tree.config.mail.archives.length === 0 || origin?.kind !== "mail") return null;
  const { series } = knownOf(view);
  const before = series.get(origin.posting);
  if (before !== undefined) return await before;
  const finding = find(view, origin.messageId);
  series.set(origin.posting, finding);
  // What failed is tried again by whoever asks next.
  finding.catch(() => series.delete(origin.posting));
  for (const oldest of series.keys()) {
    if (series.size <= MAX_KEPT) break;
    series.delete(oldest);
  }
  return await finding;
}

/** The same for who cannot wait: "late" after `patience` milliseconds, and the looking goes on for who asks again. */
export async function revisionsSoon(view: TreeView, life: Life, patience: number): Promise<Posted | "late"> {
  const late = new Promise<"late">((resolve) => {
    setTimeout(() => resolve("late"), patience).unref();
  });
  return await Promise.race([revisionsInView(view, life), late]);
}

/** Operations on the tree change nothing of it but by links that a person made. */
function knownOf(view: TreeView): Known {
  const { tree, events, mails } = view;
  const stamp = `${mailStamp(tree.dir)} ${JSON.stringify(settingsFrom(tree, events))}`;
  const kept = KNOWN.get(mails);
  if (kept?.stamp === stamp) return kept;
  const known = { stamp, series: new Map<string, Promise<Posted>>() };
  KNOWN.set(mails, known);
  return known;
}

async function find(view: TreeView, messageId: string): Promise<Posted> {
  const found = await postingInView(view, messageId);
  return found === null || found === "no index" ? null : revisionsIn(found);
}
