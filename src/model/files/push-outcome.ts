// What pushing takes and gives: settings of a patch, outcomes of its file changes, of itself.
import type { Path } from "#model/bytes";
import type { HunkOutcome, HunkSettings } from "#model/diff";
import type { ConflictId } from "#model/merge";
import type { FileEntry } from "./files.ts";
import type { FileConflict, MergedWith, Merging } from "./merge-change.ts";

/** How one patch of a queue is to be applied. */
export interface PushSettings extends HunkSettings {
  /** Leading path components to remove, `-pN` of the series line. */
  readonly strip: number;
  /** What to merge with where hunks fit nowhere; null or left out for no merging. */
  readonly merging?: Merging | null;
}

/** What became of one file change. */
export type FileOutcome =
  /** Said to change but not how ("Binary files differ"): the file stays as it is, as with GNU patch, and the reason says so. */
  | { readonly kind: "left out"; readonly path: Path; readonly reason: string; readonly hunks: readonly [] }
  | { readonly kind: "applied"; readonly path: Path; readonly hunks: readonly HunkOutcome[] }
  | {
      readonly kind: "rejected";
      readonly path: Path;
      /** A sentence part that follows the path: "does not exist". */
      readonly reason: string;
      readonly hunks: readonly HunkOutcome[];
      /** What a person may resolve; null where nothing was merged. */
      readonly conflict: { readonly id: ConflictId; readonly with: MergedWith; readonly regions: number } | null;
    }
  /** The hunks did not all fit, and a three-way merge made the file; with `resolved`, a recorded resolution of that conflict did. */
  | {
      readonly kind: "merged";
      readonly path: Path;
      readonly hunks: readonly HunkOutcome[];
      readonly with: MergedWith;
      readonly resolved: ConflictId | null;
    };

/** One path before and after a patch; null where it does not exist. */
export interface FileChange {
  readonly path: Path;
  readonly before: FileEntry | null;
  readonly after: FileEntry | null;
}

/** What became of one patch. `empty` patches apply and change nothing. */
export type PushOutcome =
  | { readonly kind: "applied"; readonly files: readonly FileOutcome[]; readonly changes: readonly FileChange[] }
  | { readonly kind: "empty"; readonly files: readonly FileOutcome[] }
  | { readonly kind: "rejected"; readonly files: readonly FileOutcome[]; readonly reason: string | null };

/** What a patch makes of files as far as it goes, for somebody who finishes it. */
export interface PushTrial {
  readonly outcome: PushOutcome;
  /** Every file it makes, whether or not all others could be made too. */
  readonly made: ReadonlyMap<Path, FileEntry | null>;
  readonly conflicts: ReadonlyMap<Path, FileConflict>;
}
