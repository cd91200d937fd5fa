// Writes what a push had to bend (offsets, fuzz, merges) back into the bytes of a patch file, and changes nothing else in them.
import type { Bytes, Path } from "#model/bytes";
import { byteString, fromByteString, noBytes, quotedPath } from "#model/bytes";
import type { FileDiff, Lines } from "#model/diff";
import { applyHunks, blobId, hunksToApply, linesOf, printDiff, reverseFileDiff, targetOf } from "#model/diff";
import type { FileOutcome, Files, PushSettings } from "#model/files";
import { fileAt } from "#model/files";
import { hunkStyleOf } from "./hunk-style.ts";
import type { PatchFile } from "./patch-file.ts";
import type { HunkRefresh, PushedChange } from "./refresh-hunks.ts";
import { refreshHunks } from "./refresh-hunks.ts";

/** What was written into one file change. */
export interface FileRefresh {
  readonly path: Path;
  readonly changes: readonly HunkRefresh[];
  /** Number of hunks before and after, where they were made anew from the file's content; null where they were kept. */
  readonly anew: { readonly before: number; readonly after: number; readonly because: "merged" | "fuzz" } | null;
}

export type RefreshedPatch =
  | { readonly kind: "refreshed"; readonly bytes: Bytes; readonly files: readonly FileRefresh[] }
  /** A sentence part that follows the patch's name. */
  | { readonly kind: "refused"; readonly reason: string };

/** One patch as it was pushed: outcomes in the order of the push, and the files below and above it. */
export interface PushedPatch {
  readonly patch: PatchFile;
  readonly settings: PushSettings;
  readonly outcomes: readonly FileOutcome[];
  readonly below: Files;
  readonly above: Files;
}

/**
 * The patch file with hunks that fit without offset, fuzz or merge; with `-R` in the series it stays the reverse.
 * Laws: pushed onto `below` it gives the same files, exactly; refreshed again it stays as it is; a patch that fits is not touched.
 */
export function refreshPatch(pushed: PushedPatch): RefreshedPatch {
  const { patch, settings, outcomes } = pushed;
  const { diff } = patch;
  const order = [...diff.files.keys()];
  if (settings.reverse) order.reverse();
  const made = new Map<number, FileDiff>();
  const files: FileRefresh[] = [];
  const contents = new Contents(pushed);
  for (const [step, index] of order.entries()) {
    const file = diff.files[index];
    const outcome = outcomes[step];
    if (file === undefined || outcome === undefined || outcome.kind === "rejected") {
      return { kind: "refused", reason: "does not apply" };
    }
    const found = contents.step(file, outcome);
    if (found === null) return { kind: "refused", reason: `changes ${quotedPath(outcome.path)} twice, and was merged` };
    if (isExact(outcome)) continue;
    const { hunks, changes, anew } = refreshHunks(found, hunkStyleOf(diff.files, file));
    made.set(index, { ...file, hunks, header: headerFor(file, outcome, found) });
    const because = outcome.kind === "merged" ? "merged" : "fuzz";
    files.push({
      path: outcome.path,
      changes,
      anew: anew ? { before: file.hunks.length, after: hunks.length, because } : null,
    });
  }
  const refreshed = diff.files.map((file, index) => made.get(index) ?? file);
  return { kind: "refreshed", bytes: printDiff({ ...diff, files: refreshed }), files };
}

/**
 * The header as it is, but for git's ids where the hunks took lines from the file: they name contents that the hunks were
 * made for, and a merge would go by the wrong one. An id of zeros, for no file, stays.
 */
function headerFor(file: FileDiff, outcome: FileOutcome, { before, after, reverse }: PushedChange): Bytes {
  const tookLines = outcome.kind === "merged" || outcome.hunks.some((hunk) => hunk.kind === "applied" && hunk.fuzz > 0);
  if (!file.git || !tookLines) return file.header;
  const [old, made] = reverse ? [after, before] : [before, after];
  return fromByteString(
    byteString(file.header).replace(
      /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})/m,
      (_all, first: string, second: string) => `index ${idOf(old, first)}..${idOf(made, second)}`,
    ),
  );
}

/** The id of a content, as long as the one that was said. */
function idOf(lines: Lines, said: string): string {
  return /^0+$/.test(said) ? said : blobId(lines.bytes, said.length).slice(0, said.length);
}

function isExact(outcome: FileOutcome): boolean {
  if (outcome.kind === "merged" || outcome.kind === "rejected") return false;
  return outcome.hunks.every((hunk) => hunk.kind === "applied" && hunk.offset === 0 && hunk.fuzz === 0);
}

const NO_LINES = linesOf(noBytes);

/** The content that each file change met and made. A diff may change one file twice; then the middle is made again. */
class Contents {
  readonly #pushed: PushedPatch;
  readonly #uses = new Map<Path, number>();
  readonly #made = new Map<Path, Lines>();

  constructor(pushed: PushedPatch) {
    this.#pushed = pushed;
    const { patch, settings, outcomes } = pushed;
    const files = settings.reverse ? patch.diff.files.toReversed() : patch.diff.files;
    for (const [step, file] of files.entries()) {
      const outcome = outcomes[step];
      if (outcome === undefined || outcome.kind === "left out") continue;
      for (const path of new Set([this.#sourceOf(file, outcome), outcome.path]))
        this.#uses.set(path, (this.#uses.get(path) ?? 0) + 1);
    }
  }

  /** Steps must come in the order of the push. Null where the middle cannot be known. */
  step(file: FileDiff, outcome: FileOutcome): PushedChange | null {
    const { settings, below, above } = this.#pushed;
    const { reverse, fuzz } = settings;
    const outcomes = outcome.kind === "merged" ? null : outcome.hunks;
    const source = this.#sourceOf(file, outcome);
    const creates = file.git && (reverse ? file.change === "delete" : file.change === "create");
    const start = creates ? NO_LINES : (fileAt(below, source)?.lines ?? NO_LINES);
    const before = source === outcome.path ? (this.#made.get(source) ?? start) : start;
    if (this.#uses.get(source) === 1 && this.#uses.get(outcome.path) === 1) {
      return { file, outcomes, before, after: fileAt(above, outcome.path)?.lines ?? NO_LINES, reverse };
    }
    if (outcome.kind === "merged") return null;
    const after = applyHunks(before, hunksToApply(file), { fuzz, reverse }).file;
    this.#made.set(outcome.path, after);
    return { file, outcomes, before, after, reverse };
  }

  #sourceOf(written: FileDiff, outcome: FileOutcome): Path {
    if (written.change !== "rename" && written.change !== "copy") return outcome.path;
    const { strip, reverse } = this.#pushed.settings;
    const file = reverse ? reverseFileDiff(written) : written;
    return targetOf(file, strip, () => false)?.from ?? outcome.path;
  }
}
