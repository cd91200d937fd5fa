// The commit that a posting was made on: the one that it states, the one that it names, or a guess by the blobs of its `index` lines.
// Reads the history of a source repository; changes nothing.
import type { Path } from "#model/bytes";
import { parseDiff, stripPath } from "#model/diff";
import type { Posting } from "#model/postings";
import type { CommitId, Git, TreeEntry } from "#io/git";

/** What is known of a posting's base. */
export type FoundBase =
  /** `base-commit:` or "based on <commit>"; null when the repository does not have it. */
  | { readonly kind: "stated"; readonly text: string; readonly commit: CommitId | null }
  /** A tag or branch that the text names and the repository has. A branch moves: it is where it points now. */
  | { readonly kind: "named"; readonly text: string; readonly commit: CommitId }
  | ({ readonly kind: "guessed" } & BaseGuess)
  | { readonly kind: "unknown"; readonly reason: string };

/** A commit whose files fit best. */
export interface BaseGuess {
  readonly commit: CommitId;
  /** The revision whose first parents it is one of. */
  readonly ref: string;
  /** Files of the posting whose blob before the first change is known, and how many of them are the same in the commit. */
  readonly total: number;
  readonly matched: number;
  /** Files that differ. */
  readonly differing: readonly Path[];
  /** False when the history goes on where it was not looked at any more. */
  readonly complete: boolean;
}

/** Seconds before the posting that are looked at. */
export const BASE_WINDOW = 2 * 366 * 24 * 3600;
/** Revisions that are tried. */
export const MAX_REFS = 20;

/** The base of a posting in this repository; `refs` are the revisions whose first parents are tried when nothing is stated. */
export async function findBase(source: Git, posting: Posting, refs: readonly string[]): Promise<FoundBase> {
  const { commit, named } = posting.base;
  if (commit !== null) {
    const found = await source.find(`${commit}^{commit}`);
    if (found !== null) return { kind: "stated", text: commit, commit: found };
  }
  const guess = await guessBase(source, posting, refs);
  // A stated commit that is not here is still the best answer, unless the files of another one fit wholly.
  if (guess !== null && (guess.matched === guess.total || (commit === null && named === null)))
    return { kind: "guessed", ...guess };
  if (commit !== null) return { kind: "stated", text: commit, commit: null };
  const byName = named === null ? null : await findNamed(source, named);
  if (named !== null && byName !== null) return { kind: "named", text: named, commit: byName };
  if (guess !== null) return { kind: "guessed", ...guess };
  return { kind: "unknown", reason: "its diffs name no blobs, or no revision to look at is there" };
}

/**
 * The newest commit, not newer than the posting, whose blobs are all those that the posting's `index` lines start from; else the newest
 * with the fewest that differ. One walk along the first parents of each revision, limited to the posting's files.
 */
export async function guessBase(source: Git, posting: Posting, refs: readonly string[]): Promise<BaseGuess | null> {
  const wanted = preImages(posting);
  if (wanted.size === 0) return null;
  let best: BaseGuess | null = null;
  for (const ref of refs.slice(0, MAX_REFS)) {
    const start = await startOf(source, ref, posting.date?.time ?? null);
    if (start === null) continue;
    const guess = await walk(source, ref, start, wanted, posting.date?.time ?? null);
    if (best === null || guess.matched > best.matched) best = guess;
    if (best.matched === best.total) break;
  }
  return best;
}

/** The blob that each file must have before the posting's first change of it; null where it must not be there. */
export function preImages(posting: Posting): ReadonlyMap<Path, string | null> {
  const wanted = new Map<Path, string | null>();
  const seen = new Set<Path>();
  for (const slot of posting.slots) {
    for (const file of slot === null ? [] : parseDiff(slot.diff).files) {
      const old = file.oldPath === null ? null : stripPath(file.oldPath, 1);
      const made = file.newPath === null ? null : stripPath(file.newPath, 1);
      if (file.change === "create" && made !== null && !seen.has(made)) wanted.set(made, null);
      else if (old !== null && !seen.has(old) && file.oldId !== null && !/^0+$/.test(file.oldId))
        wanted.set(old, file.oldId);
      for (const path of [old, made]) if (path !== null) seen.add(path);
    }
  }
  return wanted;
}

async function findNamed(source: Git, name: string): Promise<CommitId | null> {
  for (const revision of [
    `refs/tags/${name}`,
    `refs/heads/${name}`,
    `refs/remotes/${name}`,
    `refs/remotes/origin/${name}`,
  ]) {
    const found = await source.find(`${revision}^{commit}`);
    if (found !== null) return found;
  }
  return null;
}

async function startOf(source: Git, ref: string, time: number | null): Promise<CommitId | null> {
  const tip = await source.find(`${ref}^{commit}`);
  if (tip === null || time === null) return tip;
  const { stdout } = await source.run([
    "rev-list",
    "-1",
    "--first-parent",
    `--before=${Math.floor(time / 1000)}`,
    tip,
    "--",
  ]);
  const text = Buffer.from(stdout).toString("latin1").trim();
  return text === "" ? null : await source.find(text);
}

async function walk(
  source: Git,
  ref: string,
  start: CommitId,
  wanted: ReadonlyMap<Path, string | null>,
  time: number | null,
): Promise<BaseGuess> {
  const entries = await source.readEntries(start, wanted.keys());
  const state = new Map([...wanted.keys()].map((path) => [path, blobIn(entries.get(path))]));
  const fits = (path: Path): boolean => isBlob(wanted.get(path) ?? null, state.get(path) ?? null);
  const bad = new Set([...wanted.keys()].filter((path) => !fits(path)));
  let best = { commit: start, differing: [...bad] };
  let cut = false;
  if (bad.size > 0) {
    const since = time === null ? 0 : Math.max(0, Math.floor(time / 1000) - BASE_WINDOW);
    const mainline = await source.mainline(start, [...wanted.keys()], since);
    cut = mainline.cut;
    for (const { parent, changes } of mainline.steps) {
      if (parent === null) break;
      for (const { path, before } of changes) {
        state.set(path, before);
        if (fits(path)) bad.delete(path);
        else bad.add(path);
      }
      if (bad.size < best.differing.length) best = { commit: parent, differing: [...bad] };
      if (bad.size === 0) break;
    }
  }
  const matched = wanted.size - best.differing.length;
  return { ...best, ref, total: wanted.size, matched, complete: matched === wanted.size || !cut };
}

function blobIn(entry: TreeEntry | undefined): string | null {
  return entry?.kind === "blob" || entry?.kind === "link" ? entry.id : null;
}

function isBlob(abbreviated: string | null, id: string | null): boolean {
  return abbreviated === null || id === null ? abbreviated === id : id.startsWith(abbreviated);
}
