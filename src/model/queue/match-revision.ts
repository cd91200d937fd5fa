// Which patch of a newer revision takes the place of which queued one. It compares changes, titles and file names;
// what happens to the queue then is arrange.ts's, and what happens to tags postings' carry-tags.ts's.
import type { ByteString } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Diff } from "#model/diff";
import { patchId } from "#model/diff";
import { changedPath } from "./compare-patches.ts";

/** What is compared of one patch. */
export interface RevisedPatch {
  readonly title: string;
  /** File name without suffix, as the tree names patches. */
  readonly stem: string;
  readonly diff: Diff;
}

/** How two revisions of a patch were found to be one: the same change, the same title, the same file name, or most lines in common. */
export type MatchReason = "change" | "title" | "name" | "lines";

/** Indexes into the old and the new patches. `old` null: new in this revision. `next` null: gone. */
export interface Match {
  readonly old: number | null;
  readonly next: number | null;
  readonly reason: MatchReason | null;
}

/** At least this share of the lines of both patches together must be common for two patches to be one by their lines. */
const ALIKE = 0.5;
/** Changed lines of a patch after this many are not compared. */
const MAX_LINES = 20_000;

/**
 * Pairs the patches: by the change itself (`git patch-id --stable`), then by title, by name, and then by lines, the most alike first.
 * Each patch is in exactly one match; those of the new revision come first, in their order, then what is gone.
 */
export function matchRevision(old: readonly RevisedPatch[], next: readonly RevisedPatch[]): Match[] {
  const pairs = new Map<number, { readonly old: number; readonly reason: MatchReason }>();
  const taken = new Set<number>();
  const pair = (from: number, to: number, reason: MatchReason): void => {
    pairs.set(to, { old: from, reason });
    taken.add(from);
  };
  const byKey = (reason: MatchReason, keyOf: (patch: RevisedPatch) => string): void => {
    const free = new Map<string, number[]>();
    for (const [index, patch] of old.entries()) {
      const key = keyOf(patch);
      if (!taken.has(index) && key !== "") free.set(key, [...(free.get(key) ?? []), index]);
    }
    for (const [index, patch] of next.entries()) {
      const found = pairs.has(index) ? undefined : free.get(keyOf(patch))?.shift();
      if (found !== undefined) pair(found, index, reason);
    }
  };
  byKey("change", ({ diff }) => patchId(diff));
  byKey("title", ({ title }) => wordsOf(title));
  byKey("name", ({ stem }) => stem);
  const alike = old
    .flatMap((left, from) =>
      taken.has(from)
        ? []
        : next.flatMap((right, to) => (pairs.has(to) ? [] : [{ from, to, share: commonShare(left.diff, right.diff) }])),
    )
    .filter(({ share }) => share >= ALIKE)
    .toSorted((a, b) => b.share - a.share);
  for (const { from, to } of alike) if (!taken.has(from) && !pairs.has(to)) pair(from, to, "lines");
  return [
    ...next.map((_patch, index): Match => {
      const found = pairs.get(index);
      return { old: found?.old ?? null, next: index, reason: found?.reason ?? null };
    }),
    ...old.flatMap((_patch, index): Match[] => (taken.has(index) ? [] : [{ old: index, next: null, reason: null }])),
  ];
}

// Case, punctuation and blanks change between revisions; words seldom do.
function wordsOf(title: string): string {
  return (title.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");
}

function commonShare(left: Diff, right: Diff): number {
  const [a, b] = [changedLines(left), changedLines(right)];
  if (a.size === 0 || b.size === 0) return 0;
  const common = a.intersection(b).size;
  return common / (a.size + b.size - common);
}

const KNOWN = new WeakMap<Diff, ReadonlySet<ByteString>>();

/** Each changed line with its sign and path, blanks left out. */
function changedLines(diff: Diff): ReadonlySet<ByteString> {
  const known = KNOWN.get(diff);
  if (known !== undefined) return known;
  const lines = new Set<ByteString>();
  for (const file of diff.files) {
    for (const { body, lines: parts } of file.hunks) {
      for (const { kind, start, end } of parts) {
        if (kind !== "insert" && kind !== "delete") continue;
        if (lines.size < MAX_LINES)
          lines.add(`${kind} ${changedPath(file)} ${byteString(body, start, end).replace(/\s+/g, "")}`);
      }
    }
  }
  KNOWN.set(diff, lines);
  return lines;
}
