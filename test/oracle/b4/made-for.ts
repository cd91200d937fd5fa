// Files that a series of patches applies to, made from the patches alone: what their hunks show stands where they say, the rest is filler.
import type { Path } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Diff, FileDiff, Hunk } from "#model/diff";
import { stripPath } from "#model/diff";

/** One line, shared by all versions of the file that have it. */
interface Line {
  /** Null until some hunk shows it. */
  text: string | null;
}

interface MadeFile {
  /** The lines as the series finds them; null when the file is not there before it. */
  readonly base: Line[] | null;
  now: Line[];
  readonly mode: string;
}

/** Lines of a file that is there before the series, beyond those that hunks reach. */
const SPARE = 50;

/**
 * The files before the first patch: path to content and mode. Null when the patches cannot all stand exactly where they say
 * (a series with offsets), or hold what has no lines (binary changes, copies).
 */
export function madeFor(
  diffs: readonly Diff[],
): ReadonlyMap<Path, { readonly text: string; readonly mode: string }> | null {
  const now = new Map<Path, MadeFile>();
  const all: { readonly path: Path; readonly file: MadeFile }[] = [];
  const reach = furthestLine(diffs) + SPARE;
  for (const change of diffs.flatMap(({ files }) => files)) {
    const [from, to] = [pathOf(change.oldPath), pathOf(change.newPath)];
    if (change.binary !== null || change.change === "copy") return null;
    let file = from === null ? undefined : now.get(from);
    if (file === undefined) {
      const base = change.change === "create" ? null : Array.from({ length: reach }, (): Line => ({ text: null }));
      file = { base, now: [...(base ?? [])], mode: change.oldMode ?? "100644" };
      const path = from ?? to;
      if (path === null) return null;
      all.push({ path, file });
    }
    if (!applied(file, change)) return null;
    if (from !== null) now.delete(from);
    if (to !== null && change.change !== "delete") now.set(to, file);
  }
  const made = new Map<Path, { text: string; mode: string }>();
  for (const { path, file } of all) {
    if (file.base === null) continue;
    const text = file.base.map(({ text: line }, index) => line ?? `filler ${index + 1} of ${path}\n`).join("");
    made.set(path, { text, mode: file.mode });
  }
  return made;
}

function pathOf(name: Path | null): Path | null {
  return name === null ? null : stripPath(name, 1);
}

function furthestLine(diffs: readonly Diff[]): number {
  const hunks = diffs.flatMap(({ files }) => files).flatMap((file) => file.hunks);
  return hunks.reduce((far, { oldStart, oldCount }) => Math.max(far, oldStart + oldCount), 0);
}

function applied(file: MadeFile, change: FileDiff): boolean {
  let shift = 0;
  for (const hunk of change.hunks) {
    if (!appliedHunk(file, hunk, shift)) return false;
    shift += hunk.newCount - hunk.oldCount;
  }
  // A file that goes has no lines but those that are shown.
  if (change.change === "delete") cut(file, 0);
  return true;
}

function appliedHunk(file: MadeFile, hunk: Hunk, shift: number): boolean {
  let at = hunk.oldStart + shift - (hunk.oldCount === 0 ? 0 : 1);
  for (const { kind, start, end } of hunk.lines) {
    const text = byteString(hunk.body, start, end);
    if (kind === "insert") {
      file.now.splice(at, 0, { text });
      at += 1;
      continue;
    }
    const line = file.now[at];
    if (line === undefined || (line.text !== null && line.text !== text)) return false;
    line.text = text;
    if (kind === "delete") file.now.splice(at, 1);
    else at += 1;
  }
  // Less context below than above: the file ends here, or git looks for the hunk at its end in vain.
  if (hunk.trailing < hunk.leading || hunk.trailing < 3) return cut(file, at);
  return true;
}

/** Ends the file at a line; false when a line beyond it is known. */
function cut(file: MadeFile, at: number): boolean {
  const gone = new Set(file.now.slice(at));
  if ([...gone].some(({ text }) => text !== null)) return false;
  file.now = file.now.slice(0, at);
  if (file.base !== null) file.base.splice(0, file.base.length, ...file.base.filter((line) => !gone.has(line)));
  return true;
}
